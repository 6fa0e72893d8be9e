import CommandLanguage
import Foundation

extension Session {
    /// Reads and runs statements until the end of input.
    func prompt(_ options: RunOptions) -> ExitStatus {
        interpreter.context.settings.output = options.output
        let editor = LineEditor(
            completer: { [self] in Completer(commands: commands, variables: interpreter.context.variables) },
            colouring: console.hasColour && isTerminal(standardOutput) ? commands : nil)
        interpreter.context.journal = Journal()
        writeLine("tta \(programVersion) · `help` lists the commands, Ctrl-D leaves", to: standardOutput)
        runStartFile()
        var automaticWidth = interpreter.context.settings.width
        while let text = readStatement(editor) {
            // The tables follow the window, unless `settings width=` has fixed them.
            if interpreter.context.settings.width == automaticWidth, let width = terminalWidth(standardOutput) {
                interpreter.context.settings.width = width
                automaticWidth = width
            }
            let file = SourceFile(name: "input", text: text)
            let (script, _, diagnostics) = Script.load(
                file, commands: commands, variables: interpreter.context.variables)
            if !tell(diagnostics) { _ = run(script) }
        }
        return .fine
    }

    /// Runs `~/.ttarc`, if there is one. What goes wrong in it is told, and the prompt opens all the same.
    private func runStartFile() {
        let path = homeFolder.appendingPathComponent(".ttarc").path
        guard FileManager.default.fileExists(atPath: path), let file = read(path) else { return }
        let (script, _, diagnostics) = Script.load(file, commands: commands)
        if !tell(diagnostics) { _ = run(script) }
    }

    /// A statement, over as many lines as it takes; nil at the end of input. An interrupt begins anew.
    private func readStatement(_ editor: LineEditor) -> String? {
        var text = ""
        while true {
            switch editor.read(text.isEmpty ? "tta> " : "...> ") {
            case .interrupted: text = ""
            case .end:
                writeLine("", to: standardOutput)
                return nil
            case .line(let line):
                text += text.isEmpty ? line : "\n" + line
                if SourceText.isIncomplete(text) { continue }
                let entry = SourceText.onOneLine(text)
                if !entry.isEmpty {
                    editor.remember(entry)
                    return text
                }
                text = ""
            }
        }
    }
}
