import CommandLanguage
import Commands
import Testing

/// The examples that help shows.
struct Example: CustomTestStringConvertible {
    let command: String
    let text: String

    static let all = standardCommands.flatMap { command in
        command.declaration.allExamples.map { Example(command: command.declaration.name, text: $0) }
    }

    var testDescription: String { "\(command): \(text)" }
}

@Suite struct ExampleTests {
    @Test func everyCommandHasOne() {
        for command in standardCommands {
            #expect(!command.declaration.examples.isEmpty, "\(command.declaration.name) has no example")
        }
    }

    @Test(arguments: Example.all) func passesTheCheckAndRuns(_ example: Example) throws {
        let bench = try Bench()
        let file = SourceFile(name: "example", text: example.text)
        let diagnostics = Script.load(file, commands: CommandRegistry(standardCommands)).diagnostics
        #expect(diagnostics.isEmpty, "\(diagnostics.map(\.message))")
        try bench.run(example.text)
        #expect(!bench.told.contains { $0.contains("warning") }, "\(bench.told)")
    }
}
