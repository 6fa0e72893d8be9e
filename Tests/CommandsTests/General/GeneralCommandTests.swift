import CommandLanguage
import Testing

@testable import Commands

/// Remembers what was shown.
private final class Screen: Console {
    var isInteractive: Bool { false }
    var hasColour: Bool { false }
    private(set) var shown: [String] = []
    func takeInterruption() -> Bool { false }
    func show(_ text: String) { shown.append(text) }
    func tell(_ text: String) {}
    func showProgress(_ progress: ProgressBar?) {}
}

@Suite struct GeneralCommandTests {
    private let screen = Screen()
    private let commands = CommandRegistry(generalCommands)

    /// What the text shows; the message of the error that stops it comes last.
    private func run(_ text: String) -> [String] {
        let interpreter = Interpreter(context: Context(commands: commands, console: screen))
        let loaded = Script.load(SourceFile(name: "test", text: text), commands: commands)
        guard loaded.diagnostics.isEmpty else {
            return screen.shown + loaded.diagnostics.map { "error: \($0.message)" }
        }
        do {
            try interpreter.run(loaded.script)
        } catch let diagnostic as Diagnostic {
            return screen.shown + ["error: \(diagnostic.message)", diagnostic.help ?? ""]
        } catch {
            return ["\(error)"]
        }
        return screen.shown
    }

    @Test func printShowsValuesSideBySide() {
        #expect(run("x = 3\nprint \"x is\", x, [1, \"a\"], missing") == ["x is 3 [1, \"a\"] missing"])
        #expect(run("print") == ["x is 3 [1, \"a\"] missing", "error: `print` needs `values`"])
    }

    @Test func varsListsVariablesWithTypes() {
        #expect(
            run("b = [1, 2]; a = \"x\"; def f(q) { return q }; vars") == [
                """
                name  type      value
                ──────────────────────
                a     string    x
                b     list      [1, 2]
                f     function  f(q)
                """
            ])
    }

    @Test func settingsAreShownAndChanged() {
        #expect(
            run("settings seed=7 width=60\nsettings\nsettings output=json\nsettings") == [
                "seed    7\ndevice  cpu\noutput  text\ntiming  off\nwidth   60\ntheme   paper",
                "{\"seed\":7,\"device\":\"cpu\",\"output\":\"json\",\"timing\":false,\"width\":60,\"theme\":\"paper\"}",
            ])
    }

    @Test func aFailingStatementTakesItsSettingsBack() {
        let interpreter = Interpreter(context: Context(commands: commands, console: screen))
        let text = "if true { settings seed=9; assert false }"
        #expect(throws: Diagnostic.self) {
            try interpreter.run(Script.load(SourceFile(name: "", text: text), commands: commands).script)
        }
        #expect(interpreter.context.settings.seed == 1)
    }

    @Test func helpExplainsCommandsAndVariables() {
        let shown = run("help; ?print; help for; x = 3; help x; help prnt")
        #expect(shown[0].contains("\n  session     print describe vars settings timing history session help example\n"))
        #expect(shown[1].hasPrefix("print: Shows values\n\n  print values, …"))
        #expect(shown[2].hasPrefix("for name in list"))
        #expect(shown[3] == "`x` is a variable: number")
        #expect(shown.suffix(2) == ["error: there is no help on `prnt`", "the nearest are `print`"])
    }

    @Test func describeTellsMoreThanPrint() {
        #expect(run("describe [3, 1]; describe 2") == ["list of 2 values\n[3, 1]", "number: 2"])
    }

    @Test(arguments: generalCommands.flatMap(\.declaration.examples)) func examplesRun(_ example: String) {
        #expect(!run(example).contains { $0.hasPrefix("error") })
    }
}
