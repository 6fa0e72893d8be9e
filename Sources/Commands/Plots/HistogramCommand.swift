import CommandLanguage
import Figures
import Results
import SurvivalStatistics

struct HistogramCommand: Command {
    let declaration = CommandDeclaration(
        "histogram", "How a column is distributed: counts in intervals of equal width", topic: .figures,
        discussion: """
            For plot. The width of an interval is by Freedman and Diaconis' rule (twice the interquartile range over the \
            cube root of n), rounded to 1, 2 or 5 times a power of ten, the same for all groups; bins= says about how \
            many intervals there are to be. A value on an edge counts in the interval above, as in R's \
            hist(right=FALSE). Rows whose value is missing are left out and counted.
            """,
        parameters: [
            .tableArgument,
            .argument("column", .formula, "what is counted"),
            .option("by", .formula, "groups, counted each by itself"),
            .option("bins", .integer(1...1000), "about how many intervals"),
        ],
        result: HistogramObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            histogram women age by=er bins=8
            plot (histogram women age) file="Plots/age"
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        guard let column = arguments.formula("column") else { preconditionFailure("the column is required") }
        let rows = try PlottedRows(arguments, "x", of: [column], in: context)
        let bins = HistogramBins(rows.values[0], count: arguments.optionalInteger("bins"))
        return .object(
            HistogramObject(
                column: column.text, by: rows.by, noun: rows.noun, bins: bins,
                groups: rows.parted(0).map { ($0.name, bins.counts($0.values)) }))
    }
}

/// Counts as the language has them.
struct HistogramObject: Tabular {
    static let typeName = "histogram"
    let column: String
    let by: String?
    let noun: String
    let bins: HistogramBins
    let groups: [(name: String?, counts: [Int])]

    func text(width: Int) -> String {
        var table = TextTable([.number("from"), .number("to")] + groups.map { .number($0.name ?? "\(noun)s") })
        for (index, edges) in zip(bins.edges, bins.edges.dropFirst()).enumerated() {
            table.add(
                [formatNumber(edges.0, digits: 6), formatNumber(edges.1, digits: 6)]
                    + groups.map { String($0.counts[index]) })
        }
        return column + "\n" + table.text(width: width)
    }

    var json: JSON {
        .object([
            ("column", .string(column)), ("by", by.map(JSON.string) ?? .null), ("edges", .numbers(bins.edges)),
            (
                "groups",
                .array(
                    groups.map {
                        .object([("name", $0.name.map(JSON.string) ?? .null), ("counts", .numbers($0.counts))])
                    })
            ),
        ])
    }

    var asTable: Table {
        var export = Table(rowCount: bins.edges.count - 1)
        export["from"] = .numbers(Array(bins.edges.dropLast()))
        export["to"] = .numbers(Array(bins.edges.dropFirst()))
        for group in groups { export.add(.numbers(group.counts.map(Double.init)), named: group.name ?? "count") }
        return export
    }
}

extension HistogramObject: Drawable {
    func figure(_ options: PlotOptions) throws -> Figure {
        try HistogramFigure(
            bins: bins,
            groups: groups.map { group in
                HistogramFigure.Group(name: group.name.map { legendName($0, by: by) }, counts: group.counts)
            }, xTitle: column,
            yTitle: noun == "row" ? "Rows" : "Patients", title: options.title, width: options.width ?? .singleColumn
        ).figure()
    }
}
