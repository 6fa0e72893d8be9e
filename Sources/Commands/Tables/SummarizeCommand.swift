import CommandLanguage
import Results
import SurvivalStatistics

struct SummarizeCommand: Command {
    let declaration = CommandDeclaration(
        "summarize", "Columns summed up: known and missing values, mean, spread, quartiles", topic: .tables,
        discussion: """
            One row per column, or with by= one per group and column; rows whose group is missing are a group of their \
            own. Missing values are counted and take no part; sd has n − 1, quartiles are linear between order \
            statistics (R's type 7). Of labels the known, missing and distinct values are counted.
            """,
        parameters: [
            .tableArgument, .option("columns", .columnPatterns, "which columns, in this order; all if left out"),
            .option("by", .formula, "a group for each row"),
        ],
        result: TableObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            summarize women
            summarize women columns=[age, size] by=er
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let table = arguments.table()
        let names = try arguments.columns("columns", among: table.names) ?? table.names
        let classes = try arguments.classes(over: table)
        var (groups, columns): ([Int], [String]) = ([], [])
        var summaries: [ColumnSummary] = []
        for (group, rows) in classes.rows.enumerated() {
            for name in names {
                guard let column = table[name] else { continue }
                try context.checkInterruption()
                groups.append(group)
                columns.append(name)
                summaries.append(ColumnSummary(arguments.has("by") ? column[rows] : column))
            }
        }
        var result = Table(rowCount: summaries.count)
        if arguments.has("by") { result[classes.title] = classes.column(groups) }
        result.add(.labels(columns), named: "column")
        let parts: [(String, (ColumnSummary) -> Double)] = [
            ("known", { Double($0.known) }), ("missing", { Double($0.missing) }),
            ("distinct", { Double($0.distinct) }), ("mean", \.mean), ("sd", \.standardDeviation),
            ("min", { $0.quantiles[0] }), ("q1", { $0.quantiles[1] }), ("median", { $0.quantiles[2] }),
            ("q3", { $0.quantiles[3] }), ("max", { $0.quantiles[4] }),
        ]
        for (title, part) in parts { result.add(.numbers(summaries.map(part)), named: title) }
        return .object(TableObject(result))
    }
}

private struct ColumnSummary {
    let known: Int
    let missing: Int
    let distinct: Int
    /// NaN for labels, as what follows.
    var mean = Double.nan
    var standardDeviation = Double.nan
    /// Smallest, quartiles, largest.
    var quantiles = [Double](repeating: .nan, count: 5)

    init(_ column: Column) {
        missing = column.missingCount
        known = column.count - missing
        switch column {
        case .labels(let labels): distinct = Set(labels.compactMap { $0 }).count
        case .numbers(let numbers):
            let numbers = numbers.filter { !$0.isNaN }
            let sample = SampleQuantiles(numbers)
            distinct = sample.distinctCount
            if known > 0 {
                (mean, standardDeviation) = numbers.meanAndDeviation
                quantiles = [0, 0.25, 0.5, 0.75, 1].map { sample[$0] }
            }
        }
    }
}
