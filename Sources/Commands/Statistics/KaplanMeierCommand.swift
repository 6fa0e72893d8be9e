import CommandLanguage
import Results
import SurvivalStatistics

struct KaplanMeierCommand: Command {
    let declaration = CommandDeclaration(
        "km", "Kaplan-Meier curves, by group on request", topic: .statistics,
        discussion: """
            Survival with Greenwood's pointwise intervals: plain is S ± z se, log and loglog are made on those scales of S \
            and taken back; loglog stays between 0 and 1 by itself and keeps its level best in small groups. A patient \
            censored at the time of an event is at risk there; times that differ by rounding only count as one. The \
            median is the first time at which the curve is at most 0.5, or the middle of a stretch at exactly 0.5; \
            where the curve ends above, it is not reached. The JSON has the quartiles too, by the rule of R's quantile. \
            Beyond the last follow-up the curve is not defined. \(Subjects.samplingRules) With weights=, events and \
            numbers at risk are sums of weights. Whole weights stand for numbers of like patients and give Greenwood's \
            errors of those sums; if any weight is not whole, they are sampling weights, and errors are those of the \
            infinitesimal jackknife, as in R. There is no log-rank test with weights. times= reads the curves at chosen \
            times, as R's summary(survfit, times=): at risk just before the time, events since the time before, the \
            error that of S itself; save then writes these rows. With two or more groups, the log-rank test between \
            them is part of the value. Patients whose group is missing are left out and counted. Source: Kaplan & \
            Meier 1958; agrees with R's survfit.
            """,
        parameters: [
            .argument("x", .object(Subjects.typeNames), "whose patients"),
            GroupedOutcome.declaredGroup, GroupedOutcome.declaredInterval, .level,
            Subjects.declaredEntry, Subjects.declaredWeights,
            .option("times", .any, "increasing times to read the curves at, such as [365, 1825]"),
        ],
        result: CurvesObject.typeName,
        examples: [
            "km (cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event) by=er",
            "km (simulate patients=80 patches=5) by=(true_risk > median(true_risk)) interval=log level=0.9",
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            km women by=er times=[1825, 3650]
            km women entry=(time / 10) weights=size
            """,
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let grouped = try GroupedOutcome(arguments, takesWeights: true, in: context)
        let (level, interval) = (arguments.number("level"), arguments.interval)
        let (outcome, weights) = (grouped.outcome, grouped.weights)
        var curves =
            if let labels = grouped.labels {
                try kaplanMeier(outcome, groups: labels, weights: weights, level: level, interval: interval)
            } else {
                [try kaplanMeier(outcome, weights: weights, level: level, interval: interval)]
            }
        for index in curves.indices { curves[index].name = grouped.name(of: curves[index].name) }
        var result = CurvesObject(by: grouped.by, curves: curves, test: nil, hazardRatio: nil)
        result.sampling = samplingRemark(arguments, robust: curves[0].hasRobustError)
        if arguments.optionalValue("times") != nil {
            let times = try arguments.curveTimes()
            result.readings = try curves.map { try $0.readings(at: times) }
            let last = curves.compactMap(\.time.last).max() ?? 0
            if let late = times.first(where: { $0 > last }) {
                throw arguments.error(
                    at: "times", "nobody is followed until \(formatNumber(late))",
                    help: "use times up to \(formatNumber(last))")
            }
        }
        if let labels = grouped.labels, curves.count > 1 && outcome.eventCount > 0 {
            if weights == nil { result.test = try comparison(outcome, labels, context) }
            if curves.count == 2 && (weights != nil || result.test != nil) {
                result.hazardRatio = try hazardRatio(
                    outcome, labels, weights, isRobust: curves[0].hasRobustError, context)
            }
        }
        return .object(result)
    }

    /// The log-rank test, or a note why there is none: the curves stand for themselves.
    private func comparison(_ outcome: Outcome, _ labels: [String], _ context: Context) throws -> LogRank? {
        do {
            return try logRank(outcome, groups: labels)
        } catch let error as StatisticsError {
            context.note("no log-rank test: \(error.errorDescription ?? "\(error)")")
            return nil
        }
    }

    /// Of the second group against the first, by Cox regression, or a note why there is none.
    private func hazardRatio(
        _ outcome: Outcome, _ labels: [String], _ weights: [Double]?, isRobust: Bool, _ context: Context
    ) throws -> CoxModel.Term? {
        guard let last = labels.compactMap({ Int($0) }).max().map(String.init) else { return nil }
        let indicator = Matrix(rows: outcome.count, columns: 1, values: labels.map { $0 == last ? 1 : 0 })
        do {
            let fit = try CoxModel.fit(
                outcome, covariates: indicator, names: ["group"], weights: weights,
                variance: isRobust ? .robust : .model)
            guard let warning = fit.warnings.first else { return fit.terms.first }
            if case .infiniteCoefficient = warning {
                context.note("no hazard ratio: by the events seen it may be 0 or infinite")
            } else {
                context.note("no hazard ratio: \(warning)")
            }
        } catch let error as CoxError {
            context.note("no hazard ratio: \(error.errorDescription ?? "\(error)")")
        }
        return nil
    }
}

/// Kaplan-Meier curves as the language has them.
struct CurvesObject: ObjectValue {
    static let typeName = "curves"
    /// The formula that made the groups.
    let by: String?
    let curves: [KaplanMeierCurve]
    var test: LogRank?
    /// Of the second of two groups against the first.
    var hazardRatio: CoxModel.Term?
    /// What entry= and weights= did; nil without them.
    var sampling: String? = nil
    /// For each curve what it says at the times asked for; nil when none were.
    var readings: [[KaplanMeierCurve.Reading]]? = nil

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
        if let readings { lines.append(readingsText(readings, width: width)) }
        if let sampling { lines.append(sampling) }
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

    /// The same with the groups it compares.
    var hazardRatioNote: String? {
        guard let hazardRatioText, let first = curves.first?.name, let second = curves.last?.name else {
            return hazardRatioText
        }
        return "\(hazardRatioText), \(second) vs \(first)"
    }

    var json: JSON {
        .object([
            ("by", by.map(JSON.string) ?? .null),
            (
                "groups",
                .array(
                    curves.enumerated().map { index, curve in
                        .object(
                            [
                                ("name", .string(curve.name ?? "all")), ("patients", .number(Double(curve.patients))),
                                ("events", .number(Double(curve.events))),
                            ] + curve.estimates + (readings.map { [readingsJSON($0[index])] } ?? []))
                    })
            ),
            ("logrank", test.map(\.json) ?? .null),
            (
                "hazard_ratio",
                hazardRatio.map { term in
                    .object([
                        ("estimate", .number(term.hazardRatio)), ("lower", .number(term.lower)),
                        ("upper", .number(term.upper)), ("p", .number(term.p)),
                    ])
                } ?? .null
            ),
        ])
    }
}
