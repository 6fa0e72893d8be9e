import CommandLanguage
import Results

struct DeriveCommand: Command {
    let declaration = CommandDeclaration(
        "derive", "A table with further columns", topic: .tables,
        discussion: """
            Each name=formula makes a column, seen by the formulas after it; a name that the table has is replaced where \
            it stands. A truth value counts as 1 or 0. The value is missing where the formula is, and how often that \
            happens is told.
            """,
        parameters: [.tableArgument, .option("name", .newColumns, required: true, "the new columns")],
        result: TableObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            head (derive women years=(time / 365.25) decade=(floor(age / 10) * 10)) 3
            """
        ])

    func knownColumns(_ arguments: KnownArguments) -> KnownColumns {
        .kept(arguments, adding: arguments.newColumns)
    }

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        var table = arguments.table()
        for (name, formula) in arguments.newColumns("name") {
            let column = try formula.column(over: TableColumns(table: table))
            let missing = column.missingCount
            if missing > 0 { context.note("\(name) is missing in \(counted(missing, "row")) of \(table.rowCount)") }
            table[name] = column
        }
        return .object(TableObject(table))
    }
}

extension Column {
    var missingCount: Int {
        switch self {
        case .numbers(let values): values.count(where: \.isNaN)
        case .labels(let values): values.count { $0 == nil }
        }
    }
}
