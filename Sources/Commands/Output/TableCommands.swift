import CommandLanguage
import Results

struct TableCommand: Command {
    let declaration = CommandDeclaration(
        "table", "An empty table, to be filled by row",
        discussion: "For the summary at the end of a script: one row per model or cohort.",
        parameters: [.argument("columns", .any, "a list of titles")],
        result: TableObject.typeName,
        examples: [
            """
            summary = table ["model", "C-index"]
            row summary ["tta", 0.71]
            row summary ["cox", 0.68]
            summary
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        guard case .list(let titles) = arguments.value("columns"), !titles.isEmpty else {
            throw arguments.error(
                at: "columns", "a table needs a list of titles", help: "table [\"model\", \"C-index\"]")
        }
        return .object(TableObject(titles: titles.map { $0.label ?? "" }, rows: []))
    }
}

struct RowCommand: Command {
    let declaration = CommandDeclaration(
        "row", "Adds a row to a table",
        parameters: [
            .argument("table", .object([TableObject.typeName]), "what table made"),
            .argument("values", .any, "a list with one value per column"),
        ],
        result: TableObject.typeName, updatesFirstArgument: true,
        examples: [
            """
            sizes = table ["patients", "events"]
            row sizes [198, 51]
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        var table = try arguments.object("table", as: TableObject.self)
        guard case .list(let values) = arguments.value("values"), values.count == table.titles.count else {
            throw arguments.error(
                at: "values",
                "the table has \(counted(table.titles.count, "column")): \(table.titles.joined(separator: ", "))",
                help: "give a list with one value for each")
        }
        table.rows.append(values)
        return .object(table)
    }
}

/// A table that a script fills.
struct TableObject: Exportable {
    static let typeName = "table"
    var titles: [String]
    var rows: [[Value]]

    var columns: (any ColumnSource)? { TableColumns(table: exportTable) }

    private func isNumeric(_ column: Int) -> Bool {
        rows.allSatisfy { row in
            switch row[column] {
            case .number, .missing: true
            default: false
            }
        }
    }

    func text(width: Int) -> String {
        let numeric = titles.indices.map(isNumeric)
        var table = TextTable(titles.indices.map { numeric[$0] ? .number(titles[$0]) : .text(titles[$0]) })
        for row in rows { table.add(row.map { $0.cell }) }
        return table.text(width: width)
    }

    /// An object per row.
    var json: JSON {
        .object([
            ("columns", .strings(titles)),
            ("rows", .array(rows.map { row in .object(zip(titles, row).map { ($0, $1.json) }) })),
        ])
    }

    var exportTable: Table {
        var export = Table(rowCount: rows.count)
        for (column, title) in titles.enumerated() {
            export[title] =
                isNumeric(column)
                ? .numbers(rows.map { if case .number(let number) = $0[column] { number } else { .nan } })
                : .labels(rows.map { $0[column].label })
        }
        return export
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
