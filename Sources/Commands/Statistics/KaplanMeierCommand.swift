import CommandLanguage
import Results
import SurvivalStatistics

struct KaplanMeierCommand: Command {
    let declaration = CommandDeclaration(
        "km", "Kaplan-Meier curves, by group on request",
        discussion: """
            Survival with Greenwood's pointwise 95% intervals on the log-log scale. A patient censored at the time of \
            an event is at risk there; times that differ by rounding only count as one, as in R's survfit. The median \
            is the first time at which the curve is at most 0.5, or the middle of a stretch at exactly 0.5. With two or \
            more groups, the log-rank test between them is part of the value. Patients whose group is missing are left \
            out and counted.
            """,
        parameters: [
            .argument("x", .object(Subjects.typeNames), "whose patients"),
            .option("by", .formula, "group per patient: a column, or a comparison such as (risk > median(risk))"),
        ],
        result: CurvesObject.typeName,
        examples: [
            "km (cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event) by=er",
            "km (simulate patients=80 patches=5) by=(true_risk > median(true_risk))",
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let subjects = try Subjects(arguments, "x")
        guard let formula = arguments.formula("by") else {
            return .object(
                CurvesObject(by: nil, curves: [try kaplanMeier(subjects.outcome)], test: nil, hazardRatio: nil))
        }
        let grouping = try Grouping(formula, over: subjects.columns, in: context)
        let outcome = subjects.outcome[grouping.rows]
        var curves = try kaplanMeier(outcome, groups: grouping.labels)
        for index in curves.indices { curves[index].name = grouping.names[index] }
        let testable = curves.count > 1 && outcome.eventCount > 0
        let test = testable ? try comparison(outcome, grouping, context) : nil
        return .object(
            CurvesObject(
                by: grouping.text, curves: curves, test: test,
                hazardRatio: test != nil && curves.count == 2 ? hazardRatio(outcome, grouping) : nil))
    }

    /// The log-rank test, or a note why there is none: the curves stand for themselves.
    private func comparison(_ outcome: Outcome, _ grouping: Grouping, _ context: Context) throws -> LogRank? {
        do {
            return try logRank(outcome, groups: grouping.labels)
        } catch let error as StatisticsError {
            context.note("no log-rank test: \(error.errorDescription ?? "\(error)")")
            return nil
        }
    }

    /// Of the second group against the first, by Cox regression; nil where it does not converge.
    private func hazardRatio(_ outcome: Outcome, _ grouping: Grouping) -> CoxModel.Term? {
        let indicator = Matrix(rows: outcome.count, columns: 1, values: grouping.codes.map(Double.init))
        guard let fit = try? CoxModel.fit(outcome, covariates: indicator, names: [grouping.text]), fit.warnings.isEmpty
        else { return nil }
        return fit.terms.first
    }
}

/// Kaplan-Meier curves as the language has them.
struct CurvesObject: ObjectValue {
    static let typeName = "curves"
    /// The formula that made the groups.
    let by: String?
    let curves: [KaplanMeierCurve]
    let test: LogRank?
    /// Of the second of two groups against the first.
    let hazardRatio: CoxModel.Term?

    func text(width: Int) -> String {
        var table = TextTable([
            .text(by ?? "group"), .number("patients"), .number("events"), .number("median"), .number("95% interval"),
        ])
        for curve in curves {
            table.add([
                curve.name ?? "all", String(curve.patients), String(curve.events), bound(curve.median),
                "\(bound(curve.medianLower)) – \(bound(curve.medianUpper))",
            ])
        }
        var lines = [table.text(width: width)]
        if let test {
            lines.append(
                "log-rank χ² = \(formatNumber(test.chiSquare)) on \(test.degreesOfFreedom) df, \(equation(p: test.p))")
        }
        if let hazardRatioText, let first = curves.first?.name, let second = curves.last?.name {
            lines.append("\(hazardRatioText), \(second) against \(first)")
        }
        return lines.joined(separator: "\n")
    }

    /// "HR 2.1 (95% CI 1.4–3.2)"
    var hazardRatioText: String? {
        hazardRatio.map {
            "HR \(formatRatio($0.hazardRatio, decimals: 2)) "
                + "(95% CI \(formatRatio($0.lower, decimals: 2))–\(formatRatio($0.upper, decimals: 2)))"
        }
    }

    private func bound(_ time: Double?) -> String { time.map { formatNumber($0) } ?? "not reached" }

    var json: JSON {
        .object([
            ("by", by.map(JSON.string) ?? .null),
            (
                "groups",
                .array(
                    curves.map { curve in
                        .object([
                            ("name", curve.name.map(JSON.string) ?? .string("all")),
                            ("patients", .number(Double(curve.patients))), ("events", .number(Double(curve.events))),
                            ("median", curve.median.map(JSON.number) ?? .null),
                            ("median_lower", curve.medianLower.map(JSON.number) ?? .null),
                            ("median_upper", curve.medianUpper.map(JSON.number) ?? .null),
                            ("time", .numbers(curve.time)), ("survival", .numbers(curve.survival)),
                            ("lower", .numbers(curve.lower)), ("upper", .numbers(curve.upper)),
                            ("at_risk", .numbers(curve.atRisk)), ("event_count", .numbers(curve.eventCount)),
                            ("censored_count", .numbers(curve.censoredCount)),
                        ])
                    })
            ),
            ("logrank", test.map(\.json) ?? .null),
        ])
    }
}
