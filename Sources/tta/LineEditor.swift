internal import CReadline
import CommandLanguage
import Foundation

/// GNU readline: editing, history, completion.
final class LineEditor {
    enum Input {
        case line(String)
        case end
        case interrupted
    }

    private let history = HistoryFile()
    private var lastLine: String?

    /// - Parameters:
    ///   - completer: makes the completer for the moment the Tab key is pressed.
    ///   - commands: the words that are coloured; nil for a terminal without colours.
    init(completer: @escaping () -> Completer, colouring commands: CommandRegistry?) {
        ReadlineBridge.shared.makeCompleter = completer
        tta_readline_start("tta") { line, start, end, files in
            ReadlineBridge.shared.complete(line, Int(start), Int(end), files)
        }
        if let commands {
            ReadlineBridge.shared.commands = commands
            tta_readline_paint { prompt, line, point, columns, result in
                guard let prompt, let line, let result else { return }
                result.pointee = ReadlineBridge.shared.paint(
                    prompt: String(cString: prompt), line: String(cString: line), Int(point), columns: Int(columns))
            }
        }
        tta_history_limit(Int32(HistoryFile.limit))
        let lines = history?.lines() ?? []
        lines.forEach { tta_history_add($0) }
        lastLine = lines.last
        tta_catch_interrupts(true)
    }

    func read(_ prompt: String) -> Input {
        var status = TTA_LINE_END
        let line = tta_readline(prompt, &status)
        defer { free(line) }
        switch status {
        case TTA_LINE_READ: return .line(line.map { String(cString: $0) } ?? "")
        case TTA_LINE_INTERRUPTED: return .interrupted
        default: return .end
        }
    }

    func remember(_ line: String) {
        if line == lastLine { return }
        lastLine = line
        tta_history_forget(line)
        tta_history_add(line)
        history?.append(line)
    }
}

/// Carries the session's completer and commands through readline's plain function pointers.
private final class ReadlineBridge {
    /// Readline is one for the process, and called from its main thread only; so is this.
    nonisolated(unsafe) static let shared = ReadlineBridge()

    var makeCompleter: (() -> Completer)?
    var commands = CommandRegistry([])

    /// A malloc'ed array of malloc'ed strings that the C side frees.
    func complete(
        _ line: UnsafePointer<CChar>?, _ start: Int, _ end: Int, _ files: UnsafeMutablePointer<Bool>?
    ) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
        guard let line, let completer = makeCompleter?() else { return nil }
        let bytes = Array(String(cString: line).utf8)
        let before = String(decoding: bytes[..<start], as: UTF8.self)
        let word = String(decoding: bytes[start..<end], as: UTF8.self)
        switch completer.complete(before: before, word: word) {
        case .files:
            files?.pointee = true
            return nil
        case .words(let words):
            let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: words.count + 1)
            for (index, word) in words.enumerated() { list[index] = strdup(word) }
            list[words.count] = nil
            return list
        }
    }

    func paint(prompt: String, line: String, _ point: Int, columns: Int) -> tta_painted_line {
        let painted = PaintedLine(
            line, point: point, start: displayWidth(prompt), columns: columns, commands: commands)
        return tta_painted_line(
            text: strdup(painted.text), cursor_row: Int32(painted.cursor.row),
            cursor_column: Int32(painted.cursor.column), end_row: Int32(painted.end.row),
            end_column: Int32(painted.end.column))
    }
}
