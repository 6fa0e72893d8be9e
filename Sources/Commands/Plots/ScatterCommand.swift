import CommandLanguage
import Figures
import Results
import SurvivalStatistics

struct ScatterCommand: Command {
    let declaration = CommandDeclaration(
        "scatter", "Two columns against each other, with their correlation", topic: .figures,
        discussion: """
            For plot. Both are formulas in the columns of the value; by= colours the points. Pearson's coefficient and \
            Spearman's (of ranks, ties sharing the mean of theirs) agree with R's cor. Rows in which either is missing \
            are left out and counted.
            """,
        parameters: [
            .tableArgument,
            .argument("across", .formula, "on the horizontal axis"), .argument("up", .formula, "on the vertical axis"),
            .option("by", .formula, "groups, told apart by colour"),
        ],
        result: ScatterObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            scatter women age size by=er
            plot (scatter women age (log(size + 1)) by=er) file="Plots/age-size"
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        guard let across = arguments.formula("across"), let up = arguments.formula("up") else {
            preconditionFailure("both are required")
        }
        let rows = try PlottedRows(arguments, "x", of: [across, up], in: context)
        return .object(ScatterObject(rows: rows, titles: (across.text, up.text)))
    }
}

/// Points as the language has them.
struct ScatterObject: Tabular {
    static let typeName = "scatter"
    let rows: PlottedRows
    let titles: (x: String, y: String)

    private var groups: [(name: String?, x: [Double], y: [Double])] {
        zip(rows.parted(0), rows.parted(1)).map { ($0.name, $0.values, $1.values) }
    }

    /// How the two go together in one group; nil where that cannot be said of its points.
    private struct Relation {
        let name: String
        let count: Int
        let pearson: Double?
        let spearman: Double?

        init(_ name: String, _ x: [Double], _ y: [Double]) {
            func coefficient(_ method: Correlation.Method) -> Double? {
                (try? Correlation(x, y, method: method, level: 0.95))?.coefficient
            }
            self.name = name
            count = x.count
            pearson = coefficient(.pearson)
            spearman = coefficient(.spearman)
        }
    }

    private var relations: [Relation] {
        let whole = Relation("all", rows.values[0], rows.values[1])
        return (groups.count > 1 ? groups.map { Relation($0.name ?? "", $0.x, $0.y) } : []) + [whole]
    }

    func text(width: Int) -> String {
        var table = TextTable([.text(rows.by ?? ""), .number("n"), .number("Pearson"), .number("Spearman")])
        for relation in relations {
            func cell(_ value: Double?) -> String { value.map { formatFixed($0, decimals: 3) } ?? "–" }
            table.add([relation.name, String(relation.count), cell(relation.pearson), cell(relation.spearman)])
        }
        return "\(titles.y) against \(titles.x)\n" + table.text(width: width)
    }

    var json: JSON {
        .object([
            ("x", .string(titles.x)), ("y", .string(titles.y)), ("by", rows.by.map(JSON.string) ?? .null),
            (
                "groups",
                .array(
                    relations.map {
                        .object([
                            ("name", .string($0.name)), ("n", .number(Double($0.count))),
                            ("pearson", $0.pearson.map(JSON.number) ?? .null),
                            ("spearman", $0.spearman.map(JSON.number) ?? .null),
                        ])
                    })
            ),
        ])
    }

    /// The points.
    var asTable: Table {
        var export = Table(rowCount: rows.codes.count)
        export.add(.numbers(rows.values[0]), named: titles.x)
        export.add(.numbers(rows.values[1]), named: titles.y)
        if let by = rows.by { export.add(.labels(rows.codes.map { rows.groups[$0] }), named: by) }
        return export
    }
}

extension ScatterObject: Drawable {
    func figure(_ options: PlotOptions) throws -> Figure {
        let whole = Relation("all", rows.values[0], rows.values[1])
        let rho = whole.spearman.map {
            ["ρ = \(formatFixed($0, decimals: 2).replacing("-", with: "−")), n = \(whole.count)"]
        }
        return try ScatterFigure(
            groups: groups.map { group in
                ScatterFigure.Group(name: group.name.map { legendName($0, by: rows.by) }, x: group.x, y: group.y)
            }, xTitle: titles.x,
            yTitle: titles.y, notes: rho ?? [], title: options.title, width: options.width ?? .singleColumn
        ).figure()
    }
}
