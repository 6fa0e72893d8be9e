import CommandLanguage
import Results

struct FilterCommand: Command {
    let declaration = CommandDeclaration(
        "filter", "The rows of a table for which a condition holds", topic: .tables,
        discussion: """
            Where the condition is missing, since a value that it compares is, the row is left out and counted in a \
            note; where=(is_missing(grade)) keeps just those. The result is a table; patients for curves and models are \
            chosen by where= of cohort.
            """,
        parameters: [.tableArgument, .option("where", .formula, required: true, "which rows to keep")],
        result: TableObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            filter women where=(size > 4)
            filter (km women) where=(survival < 0.75 and events > 0)
            """
        ])

    func knownColumns(_ arguments: KnownArguments) -> KnownColumns { .kept(arguments) }

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let table = arguments.table()
        guard let formula = arguments.formula("where") else { preconditionFailure("where= is required") }
        let keep = try formula.truths(over: TableColumns(table: table))
        let unknown = keep.count { $0 == nil }
        if unknown > 0 { context.note("\(counted(unknown, "row")) left out: \(formula.text) is missing") }
        return .object(TableObject(table[keep.indices.filter { keep[$0] == true }]))
    }
}
