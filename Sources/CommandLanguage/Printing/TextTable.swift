/// A table for the terminal: a line of titles, a rule, then the rows, columns two spaces apart.
public struct TextTable {
    public struct Column {
        public var title: String
        public var isRight: Bool

        /// Words, aligned left.
        public static func text(_ title: String) -> Column { Column(title: title, isRight: false) }
        /// Numbers, aligned right.
        public static func number(_ title: String) -> Column { Column(title: title, isRight: true) }
    }

    public let columns: [Column]
    public private(set) var rows: [[String]] = []

    public init(_ columns: [Column]) { self.columns = columns }

    /// - Precondition: as many cells as there are columns.
    public mutating func add(_ cells: [String]) {
        precondition(cells.count == columns.count, "\(cells.count) cells for \(columns.count) columns")
        rows.append(cells)
    }

    /// Lines without a trailing newline. Where the table is wider than `width`, the widest columns of words give way,
    /// their cells ending in `…`; numbers are never cut.
    public func text(width: Int) -> String {
        var widths = columns.indices.map { column in
            max(displayWidth(columns[column].title), rows.map { displayWidth($0[column]) }.max() ?? 0)
        }
        let words = columns.indices.filter { !columns[$0].isRight }
        func total() -> Int { widths.reduce(0, +) + 2 * max(widths.count - 1, 0) }
        while total() > width, let widest = words.max(by: { widths[$0] < widths[$1] }), widths[widest] > 8 {
            widths[widest] = max(8, widths[widest] - (total() - width))
        }
        func line(_ cells: [String]) -> String {
            let padded = columns.indices.map { column in
                CommandLanguage.padded(
                    columns[column].isRight ? cells[column] : truncated(cells[column], to: widths[column]),
                    to: widths[column], right: columns[column].isRight)
            }
            return withoutTrailingSpaces(padded.joined(separator: "  "))
        }
        let rule = String(repeating: "─", count: total())
        return ([line(columns.map(\.title)), rule] + rows.map(line)).joined(separator: "\n")
    }
}

/// Lines of `name   text`, the texts in one column and wrapped within it.
public func definitionList(_ items: [(name: String, text: String)], indent: Int = 2, width: Int) -> String {
    let nameWidth = min(items.map { displayWidth($0.name) }.max() ?? 0, 28)
    let start = indent + nameWidth + 2
    return items.map { item in
        let lines = wrapped(item.text, to: max(width - start, 20)).split(
            separator: "\n", omittingEmptySubsequences: false)
        let head = String(repeating: " ", count: indent) + padded(item.name, to: nameWidth + 2)
        let rest = lines.dropFirst().map { String(repeating: " ", count: start) + $0 }
        let first = withoutTrailingSpaces(
            displayWidth(item.name) > nameWidth
                ? head + "\n" + String(repeating: " ", count: start) + (lines.first ?? "") : head + (lines.first ?? ""))
        return ([first] + rest).joined(separator: "\n")
    }.joined(separator: "\n")
}

private func withoutTrailingSpaces(_ text: String) -> String {
    var trimmed = Substring(text)
    while trimmed.last == " " { trimmed.removeLast() }
    return String(trimmed)
}
