import CommandLanguage
import Results

struct SortCommand: Command {
    let declaration = CommandDeclaration(
        "sort", "The rows of a table in the order of a formula", topic: .tables,
        discussion: """
            Numbers by size, labels by their characters, false before true; rows where the formula is missing come last \
            either way, and are counted in a note. Equal rows stay as they stood: to sort by two, sort by the second \
            first.
            """,
        parameters: [
            .tableArgument, .option("by", .formula, required: true, "what to sort by"),
            .option("descending", .boolean, default: "false", "the largest first"),
        ],
        result: TableObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            head (sort women by=age) 5
            sort (count women by=grade) by=count descending=true
            """
        ])

    func knownColumns(_ arguments: KnownArguments) -> KnownColumns { .kept(arguments) }

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let table = arguments.table()
        let isDescending = arguments.boolean("descending")
        let classes = try arguments.classes(over: table)
        let known = classes.keys.count(where: { $0 != nil })
        let (rows, missing) = (classes.rows.prefix(known), classes.rows.dropFirst(known).joined())
        if !missing.isEmpty { context.note("\(counted(missing.count, "row")) at the end: \(classes.title) is missing") }
        let order = (isDescending ? rows.reversed() : Array(rows)).joined() + Array(missing)
        return .object(TableObject(table[Array(order)]))
    }
}
