/// Cuts the bytes of a delimited file into cells.
struct DelimitedScanner {
    let path: String
    let bytes: [UInt8]
    private var position: Int
    private let separator: UInt8

    private static let quote = UInt8(ascii: "\"")
    private static let newline = UInt8(ascii: "\n")

    init(path: String, bytes: [UInt8], start: Int) {
        self.path = path
        self.bytes = bytes
        position = start
        separator = Self.separator(path: path, bytes: bytes[start...])
    }

    /// By extension for `.tsv` and `.tab`, otherwise the most frequent of comma, tab and semicolon in the header.
    private static func separator(path: String, bytes: ArraySlice<UInt8>) -> UInt8 {
        let name = path.lowercased()
        if name.hasSuffix(".tsv") || name.hasSuffix(".tab") { return UInt8(ascii: "\t") }
        var counts: [UInt8: Int] = [:]
        var quoted = false
        for byte in bytes {
            if byte == quote { quoted.toggle() }
            if quoted { continue }
            if byte == newline && counts.contains(where: { $0.key != UInt8(ascii: "\r") }) { break }
            if byte == newline { continue }
            counts[byte, default: 0] += 1
        }
        let candidates = [UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: ";")]
        // The first of equals wins.
        return candidates.max { counts[$0, default: 0] < counts[$1, default: 0] } ?? candidates[0]
    }

    /// The names of the columns.
    mutating func header() throws -> [String] {
        var cells: [Range<UInt32>] = []
        while position < bytes.count && cells.isEmpty { try row(into: &cells) }
        guard !cells.isEmpty else { throw DelimitedFileError.empty(path) }
        let names = cells.map { CellText.text(of: $0, in: bytes) }
        var seen: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            if name.isEmpty && index > 0 { throw DelimitedFileError.unnamedColumn(path, column: index + 1) }
            if let first = seen.updateValue(index, forKey: name) {
                throw DelimitedFileError.repeatedColumn(path, name: name, columns: [first + 1, index + 1])
            }
        }
        return names
    }

    /// All remaining rows.
    mutating func rows(width: Int) throws -> [Range<UInt32>] {
        var cells: [Range<UInt32>] = []
        cells.reserveCapacity((bytes.count - position) / 4)
        while position < bytes.count {
            let start = position
            let before = cells.count
            try row(into: &cells)
            let found = cells.count - before
            guard found == width || found == 0 else {
                throw DelimitedFileError.raggedRow(path, line: line(of: start), cells: found, expected: width)
            }
        }
        return cells
    }

    /// One line's cells, none for a blank line; leaves the position at the next line.
    private mutating func row(into cells: inout [Range<UInt32>]) throws {
        try bytes.withUnsafeBufferPointer { bytes in
            let end = bytes.count
            let rowStart = position
            let firstCell = cells.count
            while true {
                let start = position
                if position < end && bytes[position] == Self.quote {
                    try skipQuoted(bytes)
                }
                while position < end && bytes[position] != separator && bytes[position] != Self.newline {
                    position += 1
                }
                let cell = trimmed(start..<position, bytes)
                let atSeparator = position < end && bytes[position] == separator
                position += 1
                if atSeparator {
                    cells.append(cell)
                    continue
                }
                let isBlank = cells.count == firstCell && cell.isEmpty && start == rowStart
                if !isBlank { cells.append(cell) }
                return
            }
        }
    }

    /// Moves behind the quote that closes the cell.
    private mutating func skipQuoted(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        let start = position
        position += 1
        while position < bytes.count {
            if bytes[position] == Self.quote {
                let isEscaped = position + 1 < bytes.count && bytes[position + 1] == Self.quote
                if !isEscaped {
                    position += 1
                    return
                }
                position += 1
            }
            position += 1
        }
        throw DelimitedFileError.unclosedQuote(path, line: line(of: start))
    }

    private func trimmed(_ range: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) -> Range<UInt32> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end && isSpace(bytes[start]) { start += 1 }
        while end > start && isSpace(bytes[end - 1]) { end -= 1 }
        return UInt32(start)..<UInt32(end)
    }

    private func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\t")
    }

    private func line(of offset: Int) -> Int { bytes[..<offset].lazy.filter { $0 == Self.newline }.count + 1 }
}
