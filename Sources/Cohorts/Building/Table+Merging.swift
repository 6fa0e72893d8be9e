import Results

/// A table of which groups of rows were made one, and where they differed.
struct MergedTable {
    var table: Table
    /// By column and row of `table`: all distinct values, in order, where there is more than one.
    var severalValues: [String: [Int: [String]]]

    /// Says which columns had to give values up.
    func note(path: String) -> String? {
        guard !severalValues.isEmpty else { return nil }
        let limit = 6
        let columns = table.names.filter { severalValues[$0] != nil }
        let named = columns.prefix(limit).map { "\($0) for \(severalValues[$0, default: [:]].count)" }
        let more = columns.count > limit ? " and \(columns.count - limit) more columns" : ""
        return "\(path): rows of one patient differ in \(named.joined(separator: ", "))\(more); the first value counts"
    }
}

extension Table {
    /// One row per group of rows, with the first known value of each column.
    func merged(_ groups: [[Int]]) -> MergedTable {
        var merged = MergedTable(table: Table(rowCount: groups.count), severalValues: [:])
        for name in names {
            guard let column = self[name] else { continue }
            merged.table[name] = column[groups.map { rows in rows.first { column.isKnown($0) } ?? rows[0] }]
            for (group, rows) in groups.enumerated() where rows.count > 1 {
                let values = column.distinctTexts(rows)
                if values.count > 1 { merged.severalValues[name, default: [:]][group] = values }
            }
        }
        return merged
    }
}

extension Column {
    func isKnown(_ row: Int) -> Bool {
        switch self {
        case .numbers(let values): !values[row].isNaN
        case .labels(let values): values[row] != nil
        }
    }

    /// The entry as text; nil where missing.
    func text(_ row: Int) -> String? {
        switch self {
        case .numbers(let values): values[row].isNaN ? nil : shortest(values[row])
        case .labels(let values): values[row]
        }
    }

    func isEqual(_ row: Int, to other: Column, _ otherRow: Int) -> Bool {
        switch (self, other) {
        case (.numbers(let mine), .numbers(let theirs)): mine[row] == theirs[otherRow]
        case (.labels(let mine), .labels(let theirs)): mine[row] == theirs[otherRow]
        case (.numbers(let numbers), .labels(let labels)):
            labels[otherRow].flatMap(CellText.number) == numbers[row]
        case (.labels(let labels), .numbers(let numbers)):
            labels[row].flatMap(CellText.number) == numbers[otherRow]
        }
    }

    fileprivate func distinctTexts(_ rows: [Int]) -> [String] {
        guard rows.contains(where: { isKnown($0) && !isEqual($0, to: self, rows[0]) }) else { return [] }
        var texts: [String] = []
        for row in rows {
            if let text = text(row), !texts.contains(text) { texts.append(text) }
        }
        return texts
    }
}
