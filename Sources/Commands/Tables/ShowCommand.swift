import CommandLanguage
import Results

struct ShowCommand: Command {
    let declaration = CommandDeclaration(
        "show", "All rows and columns of whatever is a table", topic: .tables,
        discussion: """
            Columns that do not fit the width stand below in further blocks. A table alone, without show, prints the \
            beginning of a long one. Cohorts, predictions, embeddings, curves and coefficients are tables too: those \
            that save writes as .csv.
            """,
        parameters: [
            .tableArgument, .option("columns", .columnPatterns, "which columns, in this order; all if left out"),
        ],
        result: TableObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            show (cox women ~ age + size)
            show (head women 3) columns=[age, er]
            """
        ])

    func knownColumns(_ arguments: KnownArguments) -> KnownColumns {
        var known = KnownColumns.kept(arguments)
        if arguments.has("columns") { known.ofResult = nil }
        return known
    }

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let table = arguments.table()
        var chosen = Table(rowCount: table.rowCount)
        for name in try arguments.columns("columns", among: table.names) ?? table.names { chosen[name] = table[name] }
        var object = TableObject(chosen)
        object.isShownWhole = true
        return .object(object)
    }
}
