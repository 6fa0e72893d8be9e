import Foundation

/// The lines of all sessions, in `$XDG_STATE_HOME/tta/history`, by default in `~/.local/state`.
///
/// Sessions that run side by side append to it, so that none takes the other's lines away.
struct HistoryFile {
    static let limit = 10_000
    private let path: String

    /// Nil where the folder cannot be made; the history then ends with the session.
    init?() {
        let environment = ProcessInfo.processInfo.environment
        let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? URL(fileURLWithPath: $0) : nil }
        let base = state ?? homeFolder.appendingPathComponent(".local/state")
        let folder = base.appendingPathComponent("tta")
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            return nil
        }
        path = folder.appendingPathComponent("history").path
    }

    /// The last lines, oldest first, each where it was last used. A file that has grown to twice as many is shortened.
    func lines() -> [String] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        let all = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
        var seen: Set<String> = []
        let kept = Array(all.reversed().filter { seen.insert($0).inserted }.prefix(Self.limit).reversed())
        if all.count > 2 * Self.limit {
            // Where that fails, it only stays long.
            try? Data((kept.joined(separator: "\n") + "\n").utf8).write(
                to: URL(fileURLWithPath: path), options: .atomic)
        }
        return kept
    }

    func append(_ line: String) {
        guard let file = fopen(path, "a") else { return }
        fputs(line + "\n", file)
        fclose(file)
    }
}
