import CommandLanguage
import Results
import SurvivalStatistics

struct KaplanMeierCommand: Command {
    let declaration = CommandDeclaration(
        "km", "Kaplan-Meier curves, by group on request",
        discussion: """
            Survival with Greenwood's pointwise intervals: plain is S ± z se, log and loglog are made on those scales of S \
            and taken back; loglog stays between 0 and 1 by itself and keeps its level best in small groups. A patient \
            censored at the time of an event is at risk there; times that differ by rounding only count as one. The \
            median is the first time at which the curve is at most 0.5, or the middle of a stretch at exactly 0.5; \
            where the curve ends above, it is not reached. The JSON has the quartiles too, by the rule of R's quantile. \
            Beyond the last follow-up the curve is not defined. With two or more groups, the log-rank test between \
            them is part of the value. Patients whose group is missing are left out and counted. Source: Kaplan & \
            Meier 1958; agrees with R's survfit.
            """,
        parameters: [
            .argument("x", .object(Subjects.typeNames), "whose patients"),
            GroupedOutcome.declaredGroup, GroupedOutcome.declaredInterval, GroupedOutcome.declaredLevel,
        ],
        result: CurvesObject.typeName,
        examples: [
            "km (cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event) by=er",
            "km (simulate patients=80 patches=5) by=(true_risk > median(true_risk)) interval=log level=0.9",
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let subjects = try Subjects(arguments, "x")
        let (level, interval) = (arguments.number("level"), arguments.interval)
        guard let formula = arguments.formula("by") else {
            let curve = try kaplanMeier(subjects.outcome, level: level, interval: interval)
            return .object(CurvesObject(by: nil, curves: [curve], test: nil, hazardRatio: nil))
        }
        let grouping = try Grouping(formula, over: subjects.columns, in: context)
        let outcome = subjects.outcome[grouping.rows]
        var curves = try kaplanMeier(outcome, groups: grouping.labels, level: level, interval: interval)
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
            .text(by ?? "group"), .number("patients"), .number("events"), .number("median"),
            .number(intervalTitle(level: curves[0].level)),
        ])
        for curve in curves {
            table.add([
                curve.name ?? "all", String(curve.patients), String(curve.events), timeText(curve.median),
                "\(timeText(curve.medianLower)) – \(timeText(curve.medianUpper))",
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

    var json: JSON {
        .object([
            ("by", by.map(JSON.string) ?? .null),
            (
                "groups",
                .array(
                    curves.map { curve in
                        .object(
                            [
                                ("name", .string(curve.name ?? "all")), ("patients", .number(Double(curve.patients))),
                                ("events", .number(Double(curve.events))),
                            ] + curve.estimates)
                    })
            ),
            ("logrank", test.map(\.json) ?? .null),
        ])
    }
}
