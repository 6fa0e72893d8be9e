internal import CReadline
import CommandLanguage
import Foundation

/// Runs scripts and single statements, and tells what went wrong.
final class Session {
    let commands: CommandRegistry
    let console: TerminalConsole
    let interpreter: Interpreter
    let renderer: DiagnosticRenderer

    /// Where output is not a terminal, tables are as wide as a page.
    private static let pageWidth = 100
    static let standardInputName = "<stdin>"
    /// More errors than this at once help nobody.
    private static let mostDiagnostics = 20

    init(commands: CommandRegistry) {
        self.commands = commands
        console = TerminalConsole(isInteractive: isTerminal(standardInput))
        var settings = Settings()
        settings.width = terminalWidth(standardOutput) ?? Self.pageWidth
        interpreter = Interpreter(context: Context(commands: commands, console: console, settings: settings))
        renderer = DiagnosticRenderer(
            hasColour: console.hasColour, width: console.isInteractive ? settings.width : nil)
        tta_ignore_broken_pipes()
    }

    // MARK: Whole scripts

    func run(path: String, _ options: RunOptions) -> ExitStatus {
        guard let file = read(path) else { return .wrongUsage }
        return run(file, options)
    }

    func runStandardInput(_ options: RunOptions) -> ExitStatus {
        guard let file = readStandardInput() else { return .wrongUsage }
        return run(file, options)
    }

    /// Checks the whole text, then runs it up to the first statement that fails.
    func run(_ file: SourceFile, _ options: RunOptions) -> ExitStatus {
        interpreter.context.settings.output = options.output
        let (script, parameters, diagnostics) = Script.load(file, commands: commands)
        guard accept(options.set, for: parameters, of: file) else { return .wrongUsage }
        if tell(diagnostics) { return .statementFailed }
        tta_catch_interrupts(false)
        return run(script)
    }

    /// What `help` says of them at the prompt.
    func help(on words: [String]) -> ExitStatus {
        let file = SourceFile(name: "tta", text: (["help"] + words).joined(separator: " "))
        let (script, _, diagnostics) = Script.load(file, commands: commands)
        return tell(diagnostics) ? .statementFailed : run(script)
    }

    func read(_ path: String) -> SourceFile? {
        do {
            return try SourceFile(path: path)
        } catch {
            let reason = (error as? Problem)?.message ?? "\(error)"
            console.tell("error: \(reason)")
            return nil
        }
    }

    func readStandardInput() -> SourceFile? {
        let data = FileHandle.standardInput.readDataToEndOfFile()
        guard let text = String(data: data, encoding: .utf8) else {
            console.tell("error: standard input is not UTF-8 text")
            return nil
        }
        return SourceFile(name: Self.standardInputName, text: text)
    }

    private func accept(
        _ settings: [ParameterSetting], for parameters: [Checker.ScriptParameter], of file: SourceFile
    ) -> Bool {
        for setting in settings {
            guard let parameter = parameters.first(where: { $0.name == setting.name }) else {
                let list = parameters.map { "  \($0.name) = \($0.defaultText)" }.joined(separator: "\n")
                console.tell(
                    "error: \(file.name) has no parameter `\(setting.name)`"
                        + (list.isEmpty ? "; it declares none" : "; its parameters and their defaults are\n" + list))
                return false
            }
            if let complaint = parameter.complaint(about: setting.value, commands: commands) {
                console.tell("error: --set: \(complaint)")
                return false
            }
            interpreter.parameterValues[setting.name] = setting.value
        }
        return true
    }

    // MARK: Running

    func run(_ script: Script) -> ExitStatus {
        do {
            try interpreter.run(script)
            return .fine
        } catch is Interruption {
            // The terminal has shown ^C on this line.
            console.tell(isTerminal(standardError) ? "\ninterrupted" : "interrupted")
            return .interrupted
        } catch let diagnostic as Diagnostic {
            _ = tell([diagnostic])
        } catch let list as DiagnosticList {
            _ = tell(list.diagnostics)
        } catch {
            console.tell("error: \(error)")
        }
        return .statementFailed
    }

    /// True when there was an error among them.
    func tell(_ diagnostics: [Diagnostic]) -> Bool {
        for diagnostic in diagnostics.prefix(Self.mostDiagnostics) { console.tell(renderer.text(diagnostic)) }
        if diagnostics.count > Self.mostDiagnostics {
            console.tell("and \(diagnostics.count - Self.mostDiagnostics) more like these")
        }
        return diagnostics.contains { $0.severity == .error }
    }
}
