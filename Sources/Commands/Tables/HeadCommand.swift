import CommandLanguage
import Results

struct HeadCommand: Command {
    private static let usual = 10

    let declaration = CommandDeclaration(
        "head", "The first rows of a table", topic: .tables,
        discussion: "After sort they are the smallest, or with descending=true the largest.",
        parameters: [
            .tableArgument,
            .argument("rows", .integer(0...Int.max), required: false, "how many; \(usual) if left out"),
        ],
        result: TableObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            head women
            head (sort women by=size descending=true) 3
            """
        ])

    func knownColumns(_ arguments: KnownArguments) -> KnownColumns { .kept(arguments) }

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let table = arguments.table()
        let count = min(arguments.optionalInteger("rows") ?? Self.usual, table.rowCount)
        return .object(TableObject(table[Array(0..<count)]))
    }
}
