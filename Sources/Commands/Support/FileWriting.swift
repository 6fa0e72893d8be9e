import Foundation

/// Writes a text file, making folders as needed; the file appears whole or not at all. One that is replaced keeps its
/// permissions, and a link leads where it led.
///
/// - Throws: `UnwritableFile`.
func write(_ text: String, to path: String) throws {
    let file = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    do {
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        let before = try? FileManager.default.attributesOfItem(atPath: file.path)
        try Data(text.utf8).write(to: file, options: .atomic)
        if let permissions = before?[.posixPermissions] {
            try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: file.path)
        }
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
