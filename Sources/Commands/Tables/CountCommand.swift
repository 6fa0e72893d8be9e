import CommandLanguage
import Results

struct CountCommand: Command {
    let declaration = CommandDeclaration(
        "count", "How many rows have each value", topic: .tables,
        discussion: """
            One row per value with its share of all rows, in the order of the values; rows where the formula is missing \
            are counted in a row of their own, the last. Without by= all rows are counted. count(x) in a formula is the \
            function.
            """,
        parameters: [.tableArgument, .option("by", .formula, "the value that rows are counted by")],
        result: TableObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            count women by=grade
            count women by=(age > 50)
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let classes = try arguments.classes(over: arguments.table())
        let counts = classes.rows.map { Double($0.count) }
        var result = Table(rowCount: counts.count)
        result[classes.title] = classes.column(Array(classes.keys.indices))
        result.add(.numbers(counts), named: "count")
        result.add(.numbers(counts.map { $0 / Double(classes.codes.count) }), named: "share")
        return .object(TableObject(result))
    }
}
