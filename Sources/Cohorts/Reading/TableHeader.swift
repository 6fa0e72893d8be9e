import Foundation

/// The columns that a table's first line names, without reading the rest; nil for a file that is not there or has no such
/// line, and where the line is one word, which another separator would have divided.
///
/// As `CohortSource` names them: a leading column without a name may become `id` or `row`, so both are among them.
public func columnNames(ofTable path: String) -> [String]? {
    // A header is longer than this only in tables of very many genes.
    let most = 1 << 22
    guard let file = FileHandle(forReadingAtPath: path), let data = try? file.read(upToCount: most) else { return nil }
    let bytes = [UInt8](data)
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    // What is no text is for who reads the whole file to say.
    let isText = ![[0x1F, 0x8B], [0xFF, 0xFE], [0xFE, 0xFF]].contains { bytes.starts(with: $0) }
    guard isText, bytes.contains(UInt8(ascii: "\n")) else { return nil }
    var scanner = DelimitedScanner(path: path, bytes: bytes, start: start)
    guard var names = try? scanner.header(), names.count > 1 else { return nil }
    if names[0].isEmpty { names.replaceSubrange(0..<1, with: ["id", "row"]) }
    return names
}
