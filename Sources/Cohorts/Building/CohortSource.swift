public import Results

/// A file about patients as it is read, one entry per row, before rows are merged into patients.
public struct CohortSource: Sendable {
    public let path: String
    /// The column that holds the patients' ids.
    public let idColumn: String
    /// The id of each row, as written in the file.
    public let ids: [String]
    /// All columns, the id column among them; row numbers in a leading column without a name are dropped.
    public let table: Table
    /// Rows without an id, which are not among `ids`, by their lines.
    let rowsWithoutID: [String]
    /// The line of the file on which each row begins.
    let lines: [Int]

    /// Columns taken for the id when none is named, in this order.
    public static let usualIdColumns = ["case_id", "patient_id", "patient", "id", "submitter_id"]

    /// Reads a CSV or TSV file. Cells that are empty, `NA`, `N/A`, `NaN`, `null` or `.` are missing. A column is
    /// numeric when every known cell is a number, or 1 and 0 when every known cell is true or false. A leading column
    /// without a name is dropped when it numbers the rows and is not the id; else it is named `id` (`row` where there is an `id`).
    ///
    /// - Parameter id: the column of the patients' ids; nil for the first of `usualIdColumns` that the file has.
    /// - Throws: `DelimitedFileError`; `CohortError` when there is no such column or none that is usual, or no row.
    public init(path: String, id: String?) throws {
        let file = try DelimitedFile(path: path)
        guard file.rowCount > 0 else { throw CohortError.noRows(path) }
        var names = file.columnNames
        if names[0].isEmpty { names[0] = names.contains("id") ? "row" : "id" }
        // Whoever names them has a use for them.
        let first = file.hasRowNumbers && id != names[0] ? 1 : 0
        let usable = names[first...]
        if let id, !usable.contains(id) { throw CohortError.noColumn(path, name: id, among: Array(usable)) }
        guard let idColumn = id ?? Self.usualIdColumns.first(where: { usable.contains($0) }),
            let idIndex = names.firstIndex(of: idColumn)
        else { throw CohortError.noIdColumn(path, columns: Array(usable)) }

        let texts = file.texts(idIndex)
        let rows = texts.indices.filter { texts[$0] != nil }
        var table = Table(rowCount: rows.count)
        for index in first..<names.count {
            let column = index == idIndex ? .labels(texts) : file.column(index)
            table[names[index]] = rows.count == texts.count ? column : column[rows]
        }
        let lines = file.lineNumbers

        self.path = path
        self.idColumn = idColumn
        self.table = table
        rowsWithoutID = texts.indices.filter { texts[$0] == nil }.map { "line \(lines[$0])" }
        self.lines = rows.map { lines[$0] }
        ids = rows.compactMap { texts[$0] }
    }

    /// Says which of the columns are labels though most of what is known in them are numbers.
    func noteWords(in names: [String], into findings: inout Findings) {
        for name in names where name != idColumn {
            guard case .labels(let labels)? = table[name] else { continue }
            let known = labels.compactMap { $0 }
            let words = known.filter { CellText.number($0) == nil }
            guard let word = words.first, 10 * words.count <= known.count else { continue }
            findings.note(
                "\(path): \(name) holds numbers but for \(words.count) of \(known.count) rows (\"\(word)\"), and is "
                    + "taken as labels; leave such cells empty or NA for numbers")
        }
    }

    /// Counts the rows that cannot be given to anybody.
    func count(into findings: inout Findings) {
        findings.leftOut(.row, rowsWithoutID, reason: "no \(idColumn) in \(path)")
    }

    /// The rows of each id, ids in the order of their first row.
    var rowsByPatient: [(id: String, rows: [Int])] {
        var groups: [(id: String, rows: [Int])] = []
        var position: [String: Int] = [:]
        for (row, id) in ids.enumerated() {
            if let group = position[id] {
                groups[group].rows.append(row)
            } else {
                position[id] = groups.count
                groups.append((id, [row]))
            }
        }
        return groups
    }
}
