import CommandLanguage
import Foundation
import Testing

/// Commands whose first argument chooses a form with options of its own.
@Suite struct FormTests {
    private struct ShapeCommand: Command {
        let declaration = CommandDeclaration(
            "shape", "describes a shape", discussion: "Shapes are flat.",
            parameters: [
                .argument("kind", .word(choices: ["circle", "box"]), "which shape"),
                .option("name", .string, "what it is called"),
            ],
            result: "string", examples: ["shape circle"],
            forms: [
                CommandForm(
                    "circle", "all round", discussion: "It has no corners.",
                    parameters: [
                        .option("radius", .number(0...10), default: "1", "how far to the rim"),
                        .option("fill", .word(choices: ["none", "dots"]), default: "none", "the inside"),
                    ], examples: ["shape circle radius=2"]),
                CommandForm(
                    "box", "four corners",
                    parameters: [
                        .option("side", .integer(1...10), default: "3", "length of a side"),
                        .option("fill", .word(choices: ["none", "lines"]), default: "lines", "the inside"),
                    ], examples: ["shape box side=2"]),
            ])

        func run(_ arguments: Arguments, in context: Context) -> Value? {
            let fill = arguments.word("fill")
            return arguments.word("kind") == "circle"
                ? .string("circle \(formatNumber(arguments.number("radius"))) \(fill)")
                : .string("box \(arguments.integer("side")) \(fill)")
        }
    }

    private let session = TestSession(sampleCommands + [ShapeCommand()])

    private func shown(_ text: String) -> [String] {
        let before = session.console.shown.count
        #expect(session.run(text) == nil)
        return Array(session.console.shown.dropFirst(before))
    }

    @Test func eachFormHasItsOptionsAndDefaults() {
        #expect(shown("shape circle") == ["circle 1 none"])
        #expect(shown("shape circle radius=2 fill=dots name=\"c\"") == ["circle 2 dots"])
        #expect(shown("shape box side=2") == ["box 2 lines"])
        #expect(shown("shape(\"box\", side=4)") == ["box 4 lines"])
        #expect(shown("which = \"box\"; shape (which) side=5") == ["box 5 lines"])
    }

    @Test func optionsOfAnotherFormAreRefused() {
        #expect(session.check("shape circle side=2") == ["1:14 `shape circle` has no option `side`"])
        #expect(session.check("shape box radiu=2") == ["1:11 `shape box` has no option `radiu`"])
        #expect(session.check("shape box side=11") == ["1:16 `side` must be a whole number from 1 to 10, not 11"])
        #expect(session.check("shape box fill=dots") == ["1:16 `fill` must be `none` or `lines`, not `dots`"])
        #expect(session.check("shape cirle radius=2") == ["1:7 `kind` must be `circle` or `box`, not `cirle`"])
        #expect(session.check("shape circle box").count == 1)
        #expect(session.check("shape") == ["1:1 `shape` needs `kind`"])
    }

    /// Which form is meant shows only when the script runs: the check then admits what any form would take.
    @Test func aComputedFormIsCheckedWhenItRuns() throws {
        let script = "which = \"circle\"\nshape (which) side=2"
        #expect(session.check(script) == [])
        #expect(session.check("which = \"box\"\nshape (which) fill=dots") == [])
        #expect(session.check("which = \"box\"\nshape (which) corners=4") == ["2:15 `shape` has no option `corners`"])
        let error = try #require(session.run(script) as? DiagnosticList)
        #expect(error.diagnostics.map(\.message) == ["`shape circle` has no option `side`"])
        #expect(session.run("which = \"ring\"\nshape (which)") != nil)
    }

    @Test func completionKnowsTheForm() {
        func complete(_ before: String, _ word: String = "") -> [String] {
            let completer = Completer(commands: session.commands, variables: [])
            guard case .words(let words) = completer.complete(before: before, word: word) else { return ["<files>"] }
            return words
        }
        #expect(complete("shape ") == ["box", "circle", "name="])
        #expect(complete("shape circle ") == ["fill=", "name=", "radius="])
        #expect(complete("shape box fill=") == ["lines", "none"])
        #expect(complete("x = (shape box side=2 ") == ["fill=", "name="])
    }

    @Test func helpAndReferenceTellOfForms() {
        let page = HelpPage(commands: session.commands, width: 80)
        let overview = page.page("shape") ?? ""
        #expect(overview.contains("  shape kind [name=string]") && overview.contains("  circle  all round"))
        #expect(!overview.contains("radius="))
        let circle = page.page("shape", form: "circle") ?? ""
        #expect(circle.hasPrefix("shape circle: all round\n\n  shape circle [name=string] [radius=number]"))
        #expect(circle.contains("It has no corners.") && circle.contains("  shape circle radius=2"))
        #expect(!circle.contains("which shape") && !circle.contains("side="))
        #expect(page.page("shape", form: "ring") == nil)
        #expect(page.nearest(to: "bo", of: "shape") == ["box"])
        let markdown = ReferencePage(commands: session.commands).markdown
        #expect(
            markdown.contains("\n#### shape circle\n\nall round.\n\n    shape circle [name=string] [radius=number]"))
        #expect(markdown.contains("| `side=` | `3` | length of a side: a whole number from 1 to 10 |"))
    }
}
