import CommandLanguage
import Results
import SurvivalStatistics

struct RestrictedMeanCommand: Command {
    let declaration = CommandDeclaration(
        "rmst", "Restricted mean survival time, with differences and ratios between groups", topic: .statistics,
        discussion: """
            The area under the Kaplan-Meier curve up to the horizon: the mean time without the event among the first \
            `horizon` units of time. Each further group is compared with the first: a positive difference, or a ratio \
            above 1, means that it lives longer. Intervals are normal, of the ratio on the logarithmic scale; p is \
            two-sided. A horizon beyond the last follow-up of a group is an error unless its curve has reached 0. Ties \
            are those of km. \(Subjects.samplingRules) Patients whose group is missing are left out and counted. Source: Royston & Parmar 2013; \
            the means agree with R's print(survfit, rmean=horizon).
            """,
        parameters: [
            .argument("x", .object(Subjects.typeNames), "whose patients"),
            .option("horizon", .number(.aboveZero), required: true, "up to which time, in the cohort's unit"),
            GroupedOutcome.declaredGroup, .level,
            Subjects.declaredEntry,
        ],
        result: RestrictedMeansObject.typeName,
        examples: ["rmst (cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event) horizon=3650 by=er"])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let grouped = try GroupedOutcome(arguments, in: context)
        let (horizon, level) = (arguments.number("horizon"), arguments.number("level"))
        guard let labels = grouped.labels else {
            let mean = try restrictedMean(grouped.outcome, horizon: horizon, level: level)
            return .object(RestrictedMeansObject(by: nil, means: [mean], contrasts: []))
        }
        do {
            var means = try restrictedMean(grouped.outcome, groups: labels, horizon: horizon, level: level)
            for index in means.indices { means[index].name = grouped.name(of: means[index].name) }
            let contrasts = try means.dropFirst().map { mean in
                (
                    difference: try defined { try mean.difference(from: means[0]) },
                    ratio: try defined { try mean.ratio(to: means[0]) }
                )
            }
            return .object(RestrictedMeansObject(by: grouped.by, means: means, contrasts: contrasts))
        } catch StatisticsError.horizon(let horizon, let last, let group) {
            throw StatisticsError.horizon(horizon, last: last, group: grouped.name(of: group))
        }
    }
}

/// The contrast, nil where two means without an error have none.
private func defined(_ contrast: () throws -> RestrictedMean.Contrast) throws -> RestrictedMean.Contrast? {
    do { return try contrast() } catch StatisticsError.noVarianceOfMeans { return nil }
}

struct RestrictedMeansObject: Tabular {
    static let typeName = "means"
    /// The formula that made the groups.
    let by: String?
    let means: [RestrictedMean]
    /// Of each mean but the first against the first.
    let contrasts: [(difference: RestrictedMean.Contrast?, ratio: RestrictedMean.Contrast?)]

    func text(width: Int) -> String {
        var table = TextTable([
            .text(by ?? "group"), .number("patients"), .number("events"), .number("mean"), .number("standard error"),
            .number(intervalTitle(level: means[0].level)),
        ])
        for mean in means {
            table.add([
                mean.name ?? "all", String(mean.patients), String(mean.events), formatNumber(mean.mean),
                formatNumber(mean.standardError), "\(formatNumber(mean.lower)) – \(formatNumber(mean.upper))",
            ])
        }
        var parts = ["restricted mean up to \(formatNumber(means[0].horizon))", table.text(width: width)]
        guard let first = means[0].name else { return parts.joined(separator: "\n") }
        for (mean, contrast) in zip(means.dropFirst(), contrasts) {
            parts.append(
                "\(mean.name ?? "all") against \(first): difference \(phrase(contrast.difference)); "
                    + "ratio \(phrase(contrast.ratio))")
        }
        return parts.joined(separator: "\n")
    }

    private func phrase(_ contrast: RestrictedMean.Contrast?) -> String {
        guard let contrast else { return "not defined, since no error is" }
        return
            "\(formatNumber(contrast.estimate)) (\(formatNumber(contrast.lower)) – \(formatNumber(contrast.upper))), "
            + equation(p: contrast.p)
    }

    var json: JSON {
        .object([
            ("by", by.map(JSON.string) ?? .null), ("horizon", .number(means[0].horizon)),
            ("level", .number(means[0].level)),
            (
                "groups",
                .array(
                    means.map { mean in
                        .object([
                            ("name", .string(mean.name ?? "all")), ("patients", .number(Double(mean.patients))),
                            ("events", .number(Double(mean.events))), ("mean", .number(mean.mean)),
                            ("standard_error", .number(mean.standardError)), ("lower", .number(mean.lower)),
                            ("upper", .number(mean.upper)),
                        ])
                    })
            ),
            (
                "contrasts",
                .array(
                    zip(means.dropFirst(), contrasts).map { mean, contrast in
                        .object([
                            ("name", .string(mean.name ?? "all")), ("against", .string(means[0].name ?? "all")),
                            ("difference", json(contrast.difference)), ("ratio", json(contrast.ratio)),
                        ])
                    })
            ),
        ])
    }

    private func json(_ contrast: RestrictedMean.Contrast?) -> JSON {
        guard let contrast else { return .null }
        return .object([
            ("estimate", .number(contrast.estimate)), ("lower", .number(contrast.lower)),
            ("upper", .number(contrast.upper)), ("p", .number(contrast.p)),
        ])
    }

    /// One row per group; the first is compared with nobody.
    var asTable: Table {
        var export = Table(rowCount: means.count)
        export["group"] = .labels(means.map { $0.name ?? "all" })
        export["patients"] = .numbers(means.map { Double($0.patients) })
        export["events"] = .numbers(means.map { Double($0.events) })
        export["mean"] = .numbers(means.map(\.mean))
        export["standard_error"] = .numbers(means.map(\.standardError))
        export["lower"] = .numbers(means.map(\.lower))
        export["upper"] = .numbers(means.map(\.upper))
        guard !contrasts.isEmpty else { return export }
        for (name, part) in [("difference", contrasts.map(\.difference)), ("ratio", contrasts.map(\.ratio))] {
            for (ending, value) in [
                ("", \.estimate), ("_lower", \.lower), ("_upper", \.upper), ("_p", \.p),
            ] as [(String, KeyPath<RestrictedMean.Contrast, Double>)] {
                export[name + ending] = .numbers([.nan] + part.map { $0?[keyPath: value] ?? .nan })
            }
        }
        return export
    }
}
