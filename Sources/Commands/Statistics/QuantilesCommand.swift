import CommandLanguage
import Results
import SurvivalStatistics

struct QuantilesCommand: Command {
    let declaration = CommandDeclaration(
        "quantiles", "Times by which shares have had the event, or quantiles of a column", topic: .statistics,
        discussion: """
            For each curve and probability p the first time at which 1 − S reaches p; where the curve runs exactly at that \
            level, the middle of that stretch, which ends at the last follow-up when the curve falls no further. The bounds \
            are the times at which the bounds of the curve reach the level, so the interval's scale and confidence are \
            those that km was told. A time that is not reached is null in JSON. This is the rule of R's quantile.survfit; \
            the median of km differs where a curve ends exactly at one half: km then gives the start of the last stretch, \
            as R's print.survfit does. Of followup, the time by which that share of the patients is no longer followed.

            With of= the value itself below which the share lies, linear between order statistics (R's type 7), of \
            whatever is a table. Missing values are counted and take no part. The function quantile(x, p) gives one \
            within a formula.
            """,
        parameters: [
            .argument("x", .table, "curves of km, followup or curves; any table with of="),
            .option("of", .formula, "a number per row, whose quantiles are wanted in place of times"),
            .option("by", .formula, "with of=, a group for each row"),
            .option(
                "probabilities", .any, default: "[0.25, 0.5, 0.75]", "shares of the patients, from 0 to 1"),
        ],
        result: QuantilesObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            quantiles (km women by=er) probabilities=[0.1, 0.25]
            quantiles (followup women)
            quantiles women of=age by=er
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let probabilities = try probabilities(arguments)
        if let formula = arguments.formula("of") {
            return .object(try columnQuantiles(formula, probabilities, arguments))
        }
        if arguments.has("by") {
            throw arguments.error(
                at: "by", "by= is for quantiles of a column", help: "say of= too; km has a by= of its own")
        }
        let (by, curves) = try curves(arguments)
        return .object(
            QuantilesObject(
                by: by, level: curves[0].level, interval: curves[0].interval, probabilities: probabilities,
                groups: try curves.map { curve in
                    (name: curve.name ?? "all", quantiles: try probabilities.map(curve.quantile))
                }))
    }

    private func columnQuantiles(
        _ formula: Formula, _ probabilities: [Double], _ arguments: Arguments
    ) throws -> ColumnQuantilesObject {
        let table = arguments.table()
        let values = try formula.numbers(over: TableColumns(table: table))
        let classes = try arguments.classes(over: table)
        return ColumnQuantilesObject(
            of: formula.text, by: arguments.formula("by").map { _ in classes.title }, probabilities: probabilities,
            groups: classes.rows.enumerated().map { code, rows in
                let known = rows.map { values[$0] }.filter { !$0.isNaN }
                let sample = SampleQuantiles(known)
                return ColumnQuantilesObject.Group(
                    name: classes.keys[code]?.text, known: known.count, missing: rows.count - known.count,
                    values: probabilities.map { known.isEmpty ? .nan : sample[$0] })
            })
    }

    private func curves(_ arguments: Arguments) throws -> (by: String?, curves: [KaplanMeierCurve]) {
        guard case .object(let object) = arguments.value("x") else {
            preconditionFailure("the parameter allows objects only")
        }
        switch object {
        case let curves as CurvesObject: return (curves.by, curves.curves)
        case let followUp as FollowUpObject: return (followUp.curves.by, followUp.curves.curves)
        case let predicted as PredictedCurvesObject:
            return ("curve", zip(predicted.curves, predicted.names).map { KaplanMeierCurve($0, name: $1) })
        default:
            throw arguments.error(
                at: "x", "\(arguments.text("x") ?? "this") is no survival curve",
                help: "name the column or formula whose quantiles are wanted: of=age")
        }
    }

    private func probabilities(_ arguments: Arguments) throws -> [Double] {
        let value = arguments.value("probabilities")
        let values = if case .list(let values) = value { values } else { [value] }
        let numbers = values.compactMap { if case .number(let number) = $0 { number } else { nil } }
        guard !numbers.isEmpty && numbers.count == values.count && numbers.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
            throw arguments.error(
                at: "probabilities", "probabilities= takes numbers from 0 to 1",
                help: "such as probabilities=[0.25, 0.5]")
        }
        return numbers
    }
}

/// Quantiles of curves as the language has them.
struct QuantilesObject: Tabular {
    static let typeName = "quantiles"
    /// The formula that made the groups.
    let by: String?
    let level: Double
    let interval: SurvivalInterval
    let probabilities: [Double]
    /// For each a quantile per probability.
    let groups: [(name: String, quantiles: [KaplanMeierCurve.Quantile])]

    func text(width: Int) -> String {
        var table = TextTable([
            .text(by ?? "group"), .number("probability"), .number("time"), .number(intervalTitle(level: level)),
        ])
        for group in groups {
            for (probability, quantile) in zip(probabilities, group.quantiles) {
                table.add([
                    group.name, formatNumber(probability), timeText(quantile.time),
                    "\(timeText(quantile.lower)) – \(timeText(quantile.upper))",
                ])
            }
        }
        return table.text(width: width)
    }

    var json: JSON {
        .object([
            ("by", by.map(JSON.string) ?? .null), ("level", .number(level)), ("interval", .string(interval.rawValue)),
            ("probabilities", .numbers(probabilities)),
            (
                "groups",
                .array(
                    groups.map { group in
                        .object([
                            ("name", .string(group.name)),
                            ("time", .array(group.quantiles.map { Commands.json($0.time) })),
                            ("lower", .array(group.quantiles.map { Commands.json($0.lower) })),
                            ("upper", .array(group.quantiles.map { Commands.json($0.upper) })),
                        ])
                    })
            ),
        ])
    }

    /// One row per group and probability.
    var asTable: Table {
        func column(_ part: (KaplanMeierCurve.Quantile) -> Double?) -> Column {
            .numbers(groups.flatMap { $0.quantiles.map { part($0) ?? .nan } })
        }
        var export = Table(rowCount: groups.count * probabilities.count)
        export["group"] = .labels(groups.flatMap { group in probabilities.map { _ in group.name } })
        export["probability"] = .numbers(groups.flatMap { _ in probabilities })
        export["time"] = column(\.time)
        export["lower"] = column(\.lower)
        export["upper"] = column(\.upper)
        return export
    }
}
