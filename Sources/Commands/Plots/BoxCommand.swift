import CommandLanguage
import Figures
import Results
import SurvivalStatistics

struct BoxCommand: Command {
    let declaration = CommandDeclaration(
        "box", "Box plots of a column, by group on request", topic: .figures,
        discussion: """
            For plot. Quartiles are linear between order statistics (R's type 7), whiskers reach to the farthest value \
            within 1.5 interquartile ranges of the box (Tukey 1977), as in ggplot2's geom_boxplot; R's boxplot takes \
            hinges, which differ a little in small samples. Each value is drawn where no box has more than 60, else the outliers. Rows \
            whose value is missing are left out and counted.
            """,
        parameters: [
            .tableArgument,
            .argument("column", .formula, "what is drawn"),
            .option("by", .formula, "groups, a box for each"),
        ],
        result: BoxObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            box women size by=grade
            plot (box women size by=grade) file="Plots/size"
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        guard let column = arguments.formula("column") else { preconditionFailure("the column is required") }
        return .object(
            BoxObject(
                column: column.text, rows: try PlottedRows(arguments, "x", of: [column], in: context)))
    }
}

/// Box plots as the language has them.
struct BoxObject: Tabular {
    static let typeName = "box"
    let column: String
    let rows: PlottedRows

    private var boxes: [(name: String?, summary: BoxSummary)] {
        rows.parted(0).compactMap { part in BoxSummary(part.values).map { (part.name, $0) } }
    }

    private static let measures: [(title: String, key: String, value: @Sendable (BoxSummary) -> Double)] = [
        ("lower whisker", "lower_whisker", { $0.lowerWhisker }),
        ("lower quartile", "lower_quartile", { $0.lowerQuartile }), ("median", "median", { $0.median }),
        ("upper quartile", "upper_quartile", { $0.upperQuartile }),
        ("upper whisker", "upper_whisker", { $0.upperWhisker }),
    ]

    func text(width: Int) -> String {
        var table = TextTable(
            [.text(rows.by ?? ""), .number("n")] + Self.measures.map { .number($0.title) } + [.number("outliers")])
        for (name, box) in boxes {
            table.add(
                [name ?? "all", String(box.count)] + Self.measures.map { formatNumber($0.value(box)) }
                    + [String(box.outliers.count)])
        }
        return column + "\n" + table.text(width: width)
    }

    var json: JSON {
        .object([
            ("column", .string(column)), ("by", rows.by.map(JSON.string) ?? .null),
            (
                "boxes",
                .array(
                    boxes.map { box in
                        .object(
                            [
                                ("name", box.name.map(JSON.string) ?? .null),
                                ("n", .number(Double(box.summary.count))),
                            ] + Self.measures.map { ($0.key, JSON.number($0.value(box.summary))) } + [
                                ("outliers", .numbers(box.summary.outliers))
                            ])
                    })
            ),
        ])
    }

    /// One row per box.
    var asTable: Table {
        let boxes = boxes
        var export = Table(rowCount: boxes.count)
        export["group"] = .labels(boxes.map(\.name))
        export["n"] = .numbers(boxes.map { Double($0.summary.count) })
        for measure in Self.measures { export[measure.key] = .numbers(boxes.map { measure.value($0.summary) }) }
        return export
    }
}

extension BoxObject: Drawable {
    func figure(_ options: PlotOptions) throws -> Figure {
        try BoxFigure(
            panels: [
                BoxFigure.Panel(
                    xTitle: rows.by ?? "",
                    categories: rows.parted(0).map { part in
                        BoxFigure.Category(
                            name: part.name ?? "", boxes: [BoxFigure.Box(values: part.values)],
                            remark: "n = \(part.values.count)")
                    })
            ], yTitle: column, title: options.title, width: options.width ?? .singleColumn
        ).figure()
    }
}
