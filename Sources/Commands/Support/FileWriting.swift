import Foundation

/// Writes a text file, making folders as needed; the file appears whole or not at all.
///
/// - Throws: `UnwritableFile`.
func write(_ text: String, to path: String) throws {
    let file = URL(fileURLWithPath: path)
    do {
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file, options: .atomic)
    } catch {
        // Foundation's own description only says that the operation could not be completed.
        let cause = (error as? CocoaError)?.underlying as? POSIXError
        throw UnwritableFile(
            path: path, reason: cause.map { String(cString: strerror($0.code.rawValue)) } ?? error.localizedDescription)
    }
}

struct UnwritableFile: LocalizedError {
    let path: String
    let reason: String

    var errorDescription: String? { "cannot write \(path): \(reason)" }
    var recoverySuggestion: String? { "choose a folder that you may write to" }
}
