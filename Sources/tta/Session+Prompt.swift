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

    /// A statement, over as many lines as it takes; nil at the end of input. An interrupt begins anew, and so does the end amid a statement.
    ///
    /// The prompt of a further line shows what is still open. Two empty lines end a statement all the same, so that
    /// nobody is caught by a bracket that was not meant.
    private func readStatement(_ editor: LineEditor) -> String? {
        var text = ""
        while true {
            let openEnd = SourceText.openEnd(of: text)
            switch editor.read(openEnd.map { "..\($0)> " } ?? "tta> ") {
            case .interrupted: text = ""
            case .end:
                writeLine("", to: standardOutput)
                if text.isEmpty { return nil }
                text = ""
            case .line(let line):
                text += text.isEmpty ? line : "\n" + line
                if SourceText.openEnd(of: text) != nil && !text.hasSuffix("\n\n") { continue }
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
