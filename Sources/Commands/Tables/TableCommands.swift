import CommandLanguage
import Results

struct TableCommand: Command {
    let declaration = CommandDeclaration(
        "table", "An empty table, to be filled by row", topic: .tables,
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
        let names = titles.map { $0.label ?? "" }
        if let name = names.enumerated().first(where: { names[..<$0.offset].contains($0.element) })?.element {
            throw arguments.error(
                at: "columns", "two columns are titled \(name)", help: "a column is known by its title")
        }
        return .object(TableObject(titles: names))
    }
}

struct RowCommand: Command {
    let declaration = CommandDeclaration(
        "row", "Adds a row to a table", topic: .tables,
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
        table.append(values)
        return .object(table)
    }
}
