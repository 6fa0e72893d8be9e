import CommandLanguage
import Foundation

/// What is done with scripts besides running them.
extension Session {
    func check(paths: [String]) -> ExitStatus {
        each(paths) { file in tell(Script.load(file, commands: commands).diagnostics) ? .statementFailed : .fine }
    }

    /// Applies fix-its until none is left, and tells of each what was wrong and of the rest what still is.
    func fix(path: String) -> ExitStatus {
        each([path]) { file in
            let repair = Script.repair(file, commands: commands)
            for diagnostic in repair.applied {
                let place = diagnostic.range.file.position(at: diagnostic.range.lower)
                console.tell("\(file.name):\(place.line):\(place.column): fixed: \(diagnostic.message)")
            }
            guard put(repair.text, in: file) else { return .statementFailed }
            return tell(repair.remaining) ? .statementFailed : .fine
        }
    }

    func format(paths: [String], onlyCheck: Bool) -> ExitStatus {
        each(paths) { file in
            do throws(DiagnosticList) {
                let text = try ScriptFormatter.format(file, commands: commands)
                let isCanonical = text == file.text
                if onlyCheck {
                    if !isCanonical { console.tell("\(file.name) is not in canonical layout") }
                    return isCanonical ? .fine : .statementFailed
                }
                return put(text, in: file) ? .fine : .statementFailed
            } catch {
                _ = tell(error.diagnostics)
                return .statementFailed
            }
        }
    }

    /// The worst of what becomes of the files; `-` is standard input.
    private func each(_ paths: [String], _ body: (SourceFile) -> ExitStatus) -> ExitStatus {
        paths.map { path in (path == "-" ? readStandardInput() : read(path)).map(body) ?? .wrongUsage }
            .max { $0.rawValue < $1.rawValue } ?? .fine
    }

    /// Writes a file's new text, if it is new, in one step, so that nothing is lost where there is no room for all of it;
    /// that of standard input goes to standard output.
    private func put(_ text: String, in file: SourceFile) -> Bool {
        if file.name == Self.standardInputName {
            writeLine(text, to: standardOutput, newline: false)
            return true
        }
        if text == file.text { return true }
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: file.name), options: .atomic)
            return true
        } catch {
            console.tell("error: cannot write \(file.name): \(error.localizedDescription)")
            return false
        }
    }
}
