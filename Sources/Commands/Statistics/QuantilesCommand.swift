import CommandLanguage
import Results
import SurvivalStatistics

struct QuantilesCommand: Command {
    let declaration = CommandDeclaration(
        "quantiles", "Times by which shares of the patients have had the event, with intervals",
        discussion: """
            For each curve and probability p the first time at which 1 − S reaches p; where the curve runs exactly at that \
            level, the middle of that stretch, which ends at the last follow-up when the curve falls no further. The bounds \
            are the times at which the bounds of the curve reach the level, so the interval's scale and confidence are \
            those that km was told. A time that is not reached is null in JSON. This is the rule of R's quantile.survfit; \
            the median of km differs where a curve ends exactly at one half: km then gives the start of the last stretch, \
            as R's print.survfit does. Of followup, the time by which that share of the patients is no longer followed.
            """,
        parameters: [
            .argument(
                "curves",
                .object([CurvesObject.typeName, FollowUpObject.typeName, PredictedCurvesObject.typeName]),
                "of km, followup or curves"),
            .option(
                "probabilities", .any, default: "[0.25, 0.5, 0.75]", "shares of the patients, from 0 to 1"),
        ],
        result: QuantilesObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            quantiles (km women by=er) probabilities=[0.1, 0.25]
            quantiles (followup women)
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let (by, curves) = curves(arguments)
        let probabilities = try probabilities(arguments)
        return .object(
            QuantilesObject(
                by: by, level: curves[0].level, interval: curves[0].interval, probabilities: probabilities,
                groups: try curves.map { curve in
                    (name: curve.name ?? "all", quantiles: try probabilities.map(curve.quantile))
                }))
    }

    private func curves(_ arguments: Arguments) -> (by: String?, curves: [KaplanMeierCurve]) {
        guard case .object(let object) = arguments.value("curves") else {
            preconditionFailure("the parameter allows objects only")
        }
        switch object {
        case let curves as CurvesObject: return (curves.by, curves.curves)
        case let followUp as FollowUpObject: return (followUp.curves.by, followUp.curves.curves)
        case let predicted as PredictedCurvesObject:
            return ("curve", zip(predicted.curves, predicted.names).map { KaplanMeierCurve($0, name: $1) })
        default: preconditionFailure("the parameter allows curves only")
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
struct QuantilesObject: Exportable {
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
    var exportTable: Table {
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
