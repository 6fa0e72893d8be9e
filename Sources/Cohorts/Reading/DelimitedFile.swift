import Foundation

/// A file of rows and columns separated by commas, tabs or semicolons, its first line naming the columns.
///
/// Quotes follow RFC 4180: a cell that begins with `"` ends at the next lone `"`, and `""` inside stands for one. Lines
/// end in LF or CRLF, a byte order mark is skipped, blank lines are skipped, and spaces around an unquoted cell do not
/// count. A row with more or fewer cells than the header is an error. Reading costs time and memory proportional to
/// the file; cells are converted when a column is asked for.
struct DelimitedFile: Sendable {
    let path: String
    /// As the header has them; the first may be empty, the others are neither empty nor repeated.
    let columnNames: [String]
    let rowCount: Int
    let bytes: [UInt8]
    /// Where each cell lies in `bytes`, row by row, the header excepted.
    let cells: [Range<UInt32>]

    /// The separator is a tab for `.tsv` and `.tab`, else what is most frequent in the header.
    ///
    /// - Throws: `DelimitedFileError`.
    init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else { throw Self.missing(path) }
        guard data.count < Int(UInt32.max) else { throw DelimitedFileError.tooLarge(path) }
        let bytes = [UInt8](data)
        if bytes.starts(with: [0x1F, 0x8B]) { throw DelimitedFileError.compressed(path) }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw DelimitedFileError.notUTF8(path)
        }
        if let line = Self.firstLineNotUTF8(bytes) { throw DelimitedFileError.foreignEncoding(path, line: line) }
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        if bytes.contains(UInt8(ascii: "\r")), !bytes.contains(UInt8(ascii: "\n")) {
            throw DelimitedFileError.linesEndInCR(path)
        }
        var scanner = DelimitedScanner(path: path, bytes: bytes, start: start)
        let header = try scanner.header()
        self.path = path
        columnNames = header
        cells = try scanner.rows(width: header.count)
        rowCount = cells.count / header.count
        self.bytes = bytes
    }

    /// The line of the file, from 1, on which each row begins.
    var lineNumbers: [Int] {
        var lines: [Int] = []
        lines.reserveCapacity(rowCount)
        var line = 1
        var position = 0
        for row in 0..<rowCount {
            let start = Int(cells[row * columnNames.count].lowerBound)
            for byte in bytes[position..<start] where byte == UInt8(ascii: "\n") { line += 1 }
            position = start
            lines.append(line)
        }
        return lines
    }

    /// The line, from 1, of the first bytes that are no UTF-8.
    private static func firstLineNotUTF8(_ bytes: [UInt8]) -> Int? {
        // Most tables are plain ASCII, which one pass over the bytes tells.
        guard bytes.contains(where: { $0 >= 0x80 }) else { return nil }
        var decoder = UTF8()
        var input = bytes.makeIterator()
        var line = 1
        while true {
            switch decoder.decode(&input) {
            case .scalarValue("\n"): line += 1
            case .scalarValue: break
            case .emptyInput: return nil
            case .error: return line
            }
        }
    }

    private static func missing(_ path: String) -> DelimitedFileError {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            return isFolder.boolValue ? .isFolder(path) : .unreadable(path)
        }
        return .missing(path, nearest: nearestFiles(to: path))
    }
}
