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
            if repair.text != file.text, !write(repair.text, to: path) { return .statementFailed }
            return tell(repair.remaining) ? .statementFailed : .fine
        }
    }

    func format(paths: [String], onlyCheck: Bool) -> ExitStatus {
        each(paths) { file in
            do {
                let text = try ScriptFormatter.format(file, commands: commands)
                if file.name == "<stdin>", !onlyCheck {
                    writeLine(text, to: standardOutput, newline: false)
                    return .fine
                }
                if text == file.text { return .fine }
                console.tell(onlyCheck ? "\(file.name) is not in canonical layout" : "\(file.name): formatted")
                return onlyCheck || !write(text, to: file.name) ? .statementFailed : .fine
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

    /// In one step, so that nothing is lost where there is no room for all of it.
    private func write(_ text: String, to path: String) -> Bool {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            return true
        } catch {
            console.tell("error: cannot write \(path): \(error.localizedDescription)")
            return false
        }
    }
}
