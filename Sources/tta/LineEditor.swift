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

    private static let historyLimit: Int32 = 10_000
    private let historyPath: String?

    /// - Parameter completer: makes the completer for the moment the Tab key is pressed.
    init(completer: @escaping () -> Completer) {
        historyPath = Self.preparedHistoryPath()
        CompletionBridge.shared.makeCompleter = completer
        tta_readline_start("tta") { line, start, end, files in
            CompletionBridge.shared.complete(line, Int(start), Int(end), files)
        }
        if let historyPath { tta_history_load(historyPath, Self.historyLimit) }
        tta_catch_interrupts()
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

    func remember(_ line: String) { tta_history_add(line, historyPath) }

    /// `$XDG_STATE_HOME/tta/history`, by default in `~/.local/state`; nil where the folder cannot be made, and the
    /// history then ends with the session.
    private static func preparedHistoryPath() -> String? {
        let environment = ProcessInfo.processInfo.environment
        let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? URL(fileURLWithPath: $0) : nil }
        let base = state ?? FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".local/state")
        let folder = base.appendingPathComponent("tta")
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            return nil
        }
        return folder.appendingPathComponent("history").path
    }
}

/// Carries the session's completer through readline's plain function pointer.
private final class CompletionBridge {
    /// Readline is one for the process, and called from its main thread only; so is this.
    nonisolated(unsafe) static let shared = CompletionBridge()

    var makeCompleter: (() -> Completer)?

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
}
