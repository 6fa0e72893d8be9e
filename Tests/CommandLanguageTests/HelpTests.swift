import CommandLanguage
import Testing

@Suite struct HelpTests {
    private let page = HelpPage(commands: CommandRegistry(sampleCommands), width: 80)

    @Test func aPageTellsUsageDefaultsRangesAndExamples() {
        let lines = page.page("tune")?.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) ?? []
        #expect(lines.first == "tune: shows its options")
        #expect(lines.contains("  rate=      the learning rate: a number above 0 and at most 1; default 5e-4"))
        #expect(lines.contains("  steps=     the number of steps: a whole number of at least 1; default 20"))
        #expect(lines.contains("  batch=     the batch size: a whole number from 1 to 1000 or `all`; default all"))
        #expect(lines.contains("  schedule=  the schedule: `joint`, `alternate` or `sequential`; default joint"))
        #expect(lines.suffix(2) == ["Example", "  tune rate=0.1"])
        #expect(page.page("each")?.contains("each people by=formula") == true)
        #expect(page.page("fit")?.contains("fit people ~ term + … [ties=efron|breslow]") == true)
    }

    @Test func statementsAndFunctionsHavePagesToo() {
        #expect(page.page("for")?.hasPrefix("for name in list { … }") == true)
        #expect(page.page("quantile")?.contains("type 7") == true)
        #expect(page.page("nothing") == nil)
        #expect(page.nearest(to: "fitt") == ["fit"])
        #expect(page.commands(taking: .object(People())).map(\.name) == ["each", "fit", "extend", "pick", "gather"])
    }

    @Test func theReferencePageHasEveryDeclaration() {
        let markdown = ReferencePage(commands: CommandRegistry(sampleCommands)).markdown
        for command in sampleCommands { #expect(markdown.contains("\n### \(command.declaration.name)\n")) }
        #expect(markdown.contains("| `steps=` | `20` | the number of steps: a whole number of at least 1 |"))
        #expect(markdown.contains("| `people` | required | the people: a group |"))
        #expect(markdown.contains("```\np = people\nextend p weight\n```"))
        #expect(markdown.contains("integer\\|all") == false && markdown.contains("    tune [rate=number]"))
    }

    /// The examples of a declaration run as they stand.
    @Test(
        arguments: sampleCommands.map(\.declaration).filter { !["fail", "blame"].contains($0.name) }.flatMap(\.examples)
    )
    func examplesRun(_ example: String) {
        let session = TestSession()
        #expect(session.check(example) == [])
        #expect(session.run(example) == nil)
    }
}
