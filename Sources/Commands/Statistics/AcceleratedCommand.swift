import CommandLanguage
import Figures
import Results
import SurvivalStatistics

struct AcceleratedCommand: Command {
    let declaration = CommandDeclaration(
        "aft", "Accelerated failure time regression: Weibull, exponential, log-normal, log-logistic",
        topic: .regression,
        discussion: """
            Maximum likelihood of log T = intercept + terms + scale × error, as R's survreg. A positive coefficient \
            means LONGER survival, the opposite of cox: the time ratio exp(coefficient) is how many times longer. With \
            a Weibull or exponential distribution hazards are proportional too, and the hazard ratio \
            exp(-coefficient / scale) is given, above 1 for earlier events, its interval by the delta method. Terms are \
            as in cox: a column of labels, a truth value or factor(column) gives one term per level but the first; \
            strata(column) gives every stratum a scale of its own, and nothing else. Patients with a missing value in \
            any term are left out and counted. Ties need no rule. A time of 0 has no logarithm and is an error that \
            names the patients.

            The likelihood-ratio test compares with intercept and scale alone; AIC compares distributions, and plot lays \
            the patients' mean predicted survival over their Kaplan-Meier curve. Source: Kalbfleisch & Prentice 2002.
            """,
        parameters: [
            .argument("x", .object(Subjects.typeNames), "whose patients"),
            .argument("terms", .terms, "~ age + factor(stage) + strata(site)"),
            .option(
                "distribution", .word(choices: AcceleratedDistribution.allCases.map(\.rawValue)), default: "weibull",
                "of the survival time"),
            .level,
        ],
        result: AcceleratedObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            aft women ~ age + size + factor(grade)
            fit = aft women distribution=lognormal level=0.9 ~ size + strata(er)
            plot fit file="Plots/lognormal" unit="days"
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let subjects = try Subjects(arguments, "x")
        let design = try RegressionDesign(arguments, subjects: subjects, in: context)
        guard let distribution = AcceleratedDistribution(rawValue: arguments.word("distribution")) else {
            preconditionFailure("the declaration lists the distributions")
        }
        let names = design.recipe.stratumNames
        do {
            let fit = try AcceleratedModel.fit(
                design.outcome, covariates: design.covariates, names: design.names, distribution: distribution,
                strata: design.strata, level: arguments.number("level")
            ) { try context.progress("aft", fraction: $0) }
            fit.warnings.forEach { context.warn($0.description) }
            return .object(
                AcceleratedObject(
                    formula: arguments.terms("terms").text, fit: fit, outcome: design.outcome, strata: design.strata,
                    stratumNames: names))
        } catch AcceleratedError.zeroTimes(let rows) {
            let ids = try ids(arguments)
            throw arguments.error(
                AcceleratedError.zeroTimes(of: rows.map { ids[design.rows[$0]] }),
                help: AcceleratedError.zeroTimes(rows: rows).recoverySuggestion)
        } catch AcceleratedError.stratumWithoutEvents(let code) {
            throw arguments.error(
                at: "terms",
                "no patient of stratum \(names.map { $0[code] } ?? "") has an event, so its scale cannot be estimated",
                help: AcceleratedError.stratumWithoutEvents(code).recoverySuggestion)
        }
    }

    private func ids(_ arguments: Arguments) throws -> [String] {
        if case .object(let object) = arguments.value("x"), let predictions = object as? PredictionsObject {
            return predictions.predictions.patients
        }
        return try arguments.object("x", as: CohortObject.self).cohort.patients
    }
}

/// An accelerated failure time model as the language has it.
struct AcceleratedObject: Tabular {
    static let typeName = "aft"
    let formula: String
    let fit: AcceleratedModel
    /// Of the patients it was fitted to.
    let outcome: Outcome
    /// Of each patient an index into the scales; nil where there is one.
    let strata: [Int]?
    let stratumNames: [String]?

    /// Of a patient at the means of the covariates; nil where strata have scales of their own.
    private var median: Double? {
        guard fit.scales.count == 1 else { return nil }
        let mean = fit.linearPredictor.reduce(0, +) / Double(fit.patients)
        return try? fit.quantile(0.5, linearPredictor: mean)
    }

    private var hasHazardRatios: Bool { fit.terms.contains { $0.hazardRatio != nil } }

    func text(width: Int) -> String {
        var table = TextTable(
            [
                .text("term"), .number("coefficient"), .number("time ratio"),
                .number(intervalTitle(level: fit.level)), .number("z"), .number("p"),
            ] + (hasHazardRatios ? [.number("hazard ratio")] : []))
        for term in fit.terms {
            table.add(
                [
                    term.name, formatCoefficient(term.coefficient), formatRatio(term.timeRatio, decimals: 3),
                    "\(formatRatio(term.lower, decimals: 3)) – \(formatRatio(term.upper, decimals: 3))",
                    formatFixed(term.z, decimals: 2), formatPValue(term.p),
                ] + (hasHazardRatios ? [term.hazardRatio.map { formatRatio($0.value, decimals: 3) } ?? "–"] : []))
        }
        var lines = fit.terms.isEmpty ? [] : [table.text(width: width)]
        lines.append(
            "\(fit.distribution.rawValue), \(counted(fit.patients, "patient")), \(counted(fit.events, "event"))"
                + (fit.terms.isEmpty ? "" : "; a time ratio above 1 means longer survival"))
        let scales = fit.scales.indices.map { index in
            formatNumber(fit.scales[index].scale) + (stratumNames.map { " for \($0[index])" } ?? "")
        }.joined(separator: ", ")
        lines.append(
            "intercept \(formatNumber(fit.intercept)), \(fit.scales.count > 1 ? "scales" : "scale") \(scales)"
                + (fit.distribution.hasScale ? "" : " (fixed)"))
        if let median { lines.append("median survival at the means of the terms \(formatNumber(median))") }
        if let test = fit.likelihoodRatio {
            lines.append(
                "likelihood ratio χ² = \(formatNumber(test.chiSquare)) on \(test.degreesOfFreedom) df, "
                    + equation(p: test.p))
        }
        lines.append(
            "log likelihood \(formatFixed(fit.logLikelihood, decimals: 2)), AIC \(formatFixed(fit.aic, decimals: 2))")
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        .object([
            ("formula", .string(formula)), ("distribution", .string(fit.distribution.rawValue)),
            (
                "terms",
                .array(
                    fit.terms.map { term in
                        .object([
                            ("term", .string(term.name)), ("coefficient", .number(term.coefficient)),
                            ("standard_error", .number(term.standardError)), ("time_ratio", .number(term.timeRatio)),
                            ("lower", .number(term.lower)), ("upper", .number(term.upper)), ("z", .number(term.z)),
                            ("p", .number(term.p)),
                            (
                                "hazard_ratio",
                                term.hazardRatio.map {
                                    .object([
                                        ("value", .number($0.value)), ("lower", .number($0.lower)),
                                        ("upper", .number($0.upper)),
                                    ])
                                } ?? .null
                            ),
                        ])
                    })
            ),
            ("intercept", .number(fit.intercept)), ("intercept_standard_error", .number(fit.interceptError)),
            (
                "scales",
                .array(
                    fit.scales.enumerated().map { index, scale in
                        .object([
                            ("stratum", stratumNames.map { .string($0[index]) } ?? .null),
                            ("scale", .number(scale.scale)), ("lower", .number(scale.lower)),
                            ("upper", .number(scale.upper)), ("log_scale", .number(scale.logarithm)),
                            ("log_scale_standard_error", .number(scale.standardError)),
                        ])
                    })
            ),
            ("median", Commands.json(median)), ("covariance", fit.covariance.json), ("level", .number(fit.level)),
            ("patients", .number(Double(fit.patients))), ("events", .number(Double(fit.events))),
            ("log_likelihood", .number(fit.logLikelihood)), ("null_log_likelihood", .number(fit.nullLogLikelihood)),
            ("likelihood_ratio", fit.likelihoodRatio?.json ?? .null), ("aic", .number(fit.aic)),
            ("warnings", .strings(fit.warnings.map(\.description))),
        ])
    }

    var asTable: Table {
        var export = Table(rowCount: fit.terms.count)
        export["term"] = .labels(fit.terms.map(\.name))
        export["coefficient"] = .numbers(fit.terms.map(\.coefficient))
        export["standard_error"] = .numbers(fit.terms.map(\.standardError))
        export["time_ratio"] = .numbers(fit.terms.map(\.timeRatio))
        export["lower"] = .numbers(fit.terms.map(\.lower))
        export["upper"] = .numbers(fit.terms.map(\.upper))
        export["z"] = .numbers(fit.terms.map(\.z))
        export["p"] = .numbers(fit.terms.map(\.p))
        export["hazard_ratio"] = .numbers(fit.terms.map { $0.hazardRatio?.value ?? .nan })
        return export
    }
}

extension AcceleratedDistribution {
    /// As a legend names the model.
    fileprivate var title: String {
        switch self {
        case .weibull: "Weibull model"
        case .exponential: "Exponential model"
        case .logNormal: "Log-normal model"
        case .logLogistic: "Log-logistic model"
        }
    }
}

extension AcceleratedObject: Drawable {
    private static let points = 100

    /// The mean of the patients' predicted survival over their Kaplan-Meier curve, until the last follow-up.
    func figure(_ options: PlotOptions) throws -> Figure {
        let curve = try kaplanMeier(outcome)
        let last = options.horizon ?? curve.time.last ?? 0
        let times = (0...Self.points).map { last * Double($0) / Double(Self.points) }
        let mean = times.map { time in
            fit.linearPredictor.indices.reduce(0.0) { sum, row in
                sum + fit.survival(at: time, linearPredictor: fit.linearPredictor[row], scale: strata?[row] ?? 0)
            } / Double(fit.patients)
        }
        return try KaplanMeierFigure(
            curves: [curve], models: [LineFigure.Curve(name: fit.distribution.title, x: times, y: mean)],
            timeUnit: options.unit, horizon: options.horizon, title: options.title,
            width: options.width ?? .singleColumn, table: options.table
        ).figure()
    }
}
