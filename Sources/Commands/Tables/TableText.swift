import CommandLanguage

/// A table for the terminal. Of a long one the beginning is printed and the rest counted; columns that do not fit the
/// width are named, or stand below in further blocks where the whole is asked for.
struct TableText {
    private static let mostRows = 60
    private static let rowsOfLongTables = 20
    /// Words may give way to this width before a column is left out.
    private static let narrowestWords = 16

    let text: String

    init(_ table: TableObject, width: Int) {
        let isLong = !table.isShownWhole && table.rowCount > Self.mostRows
        let rows = isLong ? Self.rowsOfLongTables : table.rowCount
        let columns = table.titles.indices.map { column in
            (0..<rows).map { table.value($0, column).cell }
        }
        let needed = table.titles.indices.map { column in
            let widest = max(displayWidth(table.titles[column]), columns[column].map { displayWidth($0) }.max() ?? 0)
            return table.isNumeric(column) ? widest : min(widest, Self.narrowestWords)
        }
        let blocks = Self.blocks(needed, width: width)
        var parts = (table.isShownWhole ? blocks : Array(blocks.prefix(1))).map { block in
            var text = TextTable(
                block.map { table.isNumeric($0) ? .number(table.titles[$0]) : .text(table.titles[$0]) })
            for row in 0..<rows { text.add(block.map { columns[$0][row] }) }
            return text.text(width: width)
        }
        var rest: [String] = []
        if isLong { rest.append(counted(table.rowCount - rows, "row")) }
        let hidden = table.isShownWhole ? [] : blocks.dropFirst().flatMap { $0.filter { $0 != blocks[0].first } }
        if !hidden.isEmpty {
            rest.append(
                truncated(
                    "\(counted(hidden.count, "column")): " + hidden.map { table.titles[$0] }.joined(separator: ", "),
                    to: max(width - 40, 40)))
        }
        if !rest.isEmpty { parts[0] += "\n… and \(rest.joined(separator: ", and ")); `show` lists all" }
        text = parts.joined(separator: "\n\n")
    }

    /// Columns side by side as far as they fit; every block begins with the first one.
    private static func blocks(_ widths: [Int], width: Int) -> [[Int]] {
        var blocks: [[Int]] = [[]]
        var used = 0
        for (column, needed) in widths.enumerated() {
            if blocks[blocks.count - 1].count > 1, used + 2 + needed > width {
                blocks.append([0])
                used = widths[0]
            }
            used += needed + (blocks[blocks.count - 1].isEmpty ? 0 : 2)
            blocks[blocks.count - 1].append(column)
        }
        return blocks
    }
}

extension Value {
    /// Numbers with four digits, so that a column of them can be read.
    fileprivate var cell: String {
        switch self {
        case .missing: "–"
        case .number(let number): formatNumber(number)
        default: label ?? ""
        }
    }
}
