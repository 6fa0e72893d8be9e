import CommandLanguage
import Results
import SurvivalStatistics

struct BootstrapCommand: Command {
    let declaration = CommandDeclaration(
        "bootstrap", "Bootstrap interval of a statistic, by group on request", topic: .evaluation,
        discussion: """
            Draws as many patients as there are, with replacement, and computes the statistic again, many times. \
            statistic= names it as the command that gives it: cindex, uno, auc (at horizon=) of a risk, higher risk \
            meaning an earlier event; antolini, ibs (to horizon=), brier (at horizon=) of predicted survival; median, \
            rmst (to horizon=), survival (at horizon=) of the Kaplan-Meier curve. With by= each group is resampled by \
            itself, and each further group is compared with the first: its value less the first one's. Of \
            cross-validated predictions patients are drawn within folds, and cindex and antolini count pairs within \
            folds.

            interval=percentile is between quantiles of the resampled statistics; interval=bca moves these quantiles \
            for bias and acceleration, the latter from influences (cindex, antolini) or by leaving out each patient, or \
            one of 2000 blocks of them. A quantile lies between two values by interpolation on the normal scale. A \
            resample in which the statistic is not defined is left out and counted; a median that is not reached sorts \
            last. Patients whose risk or group is missing are left out and counted. The same seed gives the same \
            interval. Source: Efron 1987, Davison & Hinkley 1997; agrees with R's boot.ci on the same resamples.
            """,
        parameters: [
            .argument("x", .object(Subjects.typeNames), "whose patients"),
            .option(
                "statistic", .word(choices: BootstrapStatistic.Kind.allCases.map(\.rawValue)), required: true,
                "what to compute"),
            RiskedPatients.declaredRisk,
            .option("horizon", .number(.aboveZero), "the time that the statistic is of, in the cohort's unit"),
            GroupedOutcome.declaredGroup,
            .option("resamples", .integer(20...10_000_000), default: "2000", "how often to draw"),
            .option(
                "interval", .word(choices: BootstrapInterval.Kind.allCases.map(\.rawValue)),
                default: BootstrapInterval.Kind.percentile.rawValue, "how the interval is made"),
            .option("seed", .integer(0...Int.max), "the session's when left out"),
            .level,
        ],
        result: BootstrapObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            bootstrap women statistic=cindex risk=size resamples=500 interval=bca
            bootstrap women statistic=rmst horizon=3650 by=er resamples=500
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let statistic = try BootstrapStatistic(arguments, in: context)
        guard let kind = BootstrapInterval.Kind(rawValue: arguments.word("interval")) else {
            preconditionFailure("the parameter allows the intervals' names only")
        }
        let level = arguments.number("level")
        let (by, groups) = try groups(statistic, arguments, context)
        let resamples = arguments.integer("resamples")
        var generator = SeededGenerator(seed: UInt64(arguments.optionalInteger("seed") ?? context.settings.seed))
        var parts: [Resampled] = []
        for (index, group) in groups.enumerated() {
            func progress(_ fraction: Double) throws {
                try context.progress("bootstrap", fraction: (Double(index) + fraction) / Double(groups.count))
            }
            let estimate = try statistic.value(group.rows)
            guard estimate.isFinite else {
                throw arguments.error(
                    "the median is not reached" + (group.name.map { " in group \($0)" } ?? ""),
                    help: "use statistic=rmst or statistic=survival with a horizon")
            }
            let strata = statistic.fold.map { fold in group.rows.map { fold[$0] } }
            let values = try Resampler(patients: group.rows.count, strata: strata).resample(
                resamples, using: &generator, progress: progress
            ) { rows in try definedOrNaN(count: 1) { [try statistic.value(rows.map { group.rows[$0] })] } }
            let influence = kind == .bca ? try statistic.influence(group.rows, progress: progress) : nil
            parts.append(
                Resampled(
                    name: group.name, patients: group.rows.count, estimate: estimate, values: values.map { $0[0] },
                    influence: influence))
        }
        let results = try parts.map { try $0.result(kind, level: level) }
        let contrasts = try parts.dropFirst().map { try $0.difference(from: parts[0]).result(kind, level: level) }
        for result in results + contrasts {
            let place = result.name.map { " of \($0)" } ?? ""
            if result.interval.undefined > 0 {
                context.note(
                    "\(counted(result.interval.undefined, "resample"))\(place) left out: the statistic is not defined")
            }
            if result.interval.reachesExtreme {
                context.warn(
                    "an end of the interval\(place) is the smallest or largest of the resamples; more are needed")
            }
        }
        return .object(
            BootstrapObject(
                title: statistic.title, statistic: statistic.kind.rawValue, by: by, resamples: resamples, kind: kind,
                level: level, groups: results, contrasts: Array(contrasts)))
    }

    private func groups(
        _ statistic: BootstrapStatistic, _ arguments: Arguments, _ context: Context
    ) throws -> (by: String?, groups: [(name: String?, rows: [Int])]) {
        guard let formula = arguments.formula("by") else { return (nil, [(nil, statistic.usable)]) }
        let grouping = try Grouping(formula, over: statistic.columns, in: context)
        let usable = Set(statistic.usable)
        let groups = grouping.names.indices.map { code in
            (
                name: Optional(grouping.names[code]),
                rows: grouping.rows.indices.filter { grouping.codes[$0] == code }.map { grouping.rows[$0] }
                    .filter(usable.contains)
            )
        }
        if let empty = groups.first(where: { $0.rows.isEmpty }) {
            throw arguments.error(at: "by", "no patient of group \(empty.name ?? "") has a risk")
        }
        return (grouping.text, groups)
    }
}

/// A statistic with its values in resamples.
private struct Resampled {
    var name: String?
    var patients: Int
    var estimate: Double
    var values: [Double]
    var influence: [Double]?

    /// Resamples of the two groups are drawn apart, so any pairing of them will do.
    func difference(from other: Resampled) -> Resampled {
        Resampled(
            name: [name, other.name].compactMap { $0 }.joined(separator: " − "), patients: patients + other.patients,
            estimate: estimate - other.estimate, values: zip(values, other.values).map { $0 - $1 },
            influence: influence.flatMap { own in other.influence.map { own + $0.map { -$0 } } })
    }

    func result(_ kind: BootstrapInterval.Kind, level: Double) throws -> BootstrapObject.Result {
        BootstrapObject.Result(
            name: name, patients: patients,
            interval: try BootstrapInterval(
                kind, estimate: estimate, resampled: values, influence: influence, level: level), values: values)
    }
}

/// Bootstrap intervals as the language has them.
struct BootstrapObject: Tabular {
    struct Result {
        let name: String?
        let patients: Int
        let interval: BootstrapInterval
        /// The statistic in each resample; NaN where it is not defined.
        let values: [Double]
    }

    static let typeName = "bootstrap"
    let title: String
    let statistic: String
    /// The formula that made the groups.
    let by: String?
    let resamples: Int
    let kind: BootstrapInterval.Kind
    let level: Double
    let groups: [Result]
    /// Each further group less the first.
    let contrasts: [Result]

    func text(width: Int) -> String {
        var table = TextTable([
            .text(by ?? "group"), .number("patients"), .number("estimate"), .number("bias"), .number("standard error"),
            .number(intervalTitle(level: level)),
        ])
        for result in groups + contrasts {
            let interval = result.interval
            table.add([
                result.name ?? "all", String(result.patients), formatNumber(interval.estimate),
                number(interval.bias), number(interval.standardError),
                "\(end(interval.lower)) – \(end(interval.upper))",
            ])
        }
        let how = kind == .bca ? "bias-corrected and accelerated" : "percentile"
        return "\(title), \(how) interval from \(counted(resamples, "resample"))\n" + table.text(width: width)
    }

    private func number(_ value: Double) -> String { value.isFinite ? formatNumber(value, digits: 3) : "–" }

    private func end(_ value: Double) -> String { value.isFinite ? formatNumber(value) : "not reached" }

    var json: JSON {
        func json(_ result: Result) -> [(key: String, value: JSON)] {
            let interval = result.interval
            return [
                ("name", .string(result.name ?? "all")), ("patients", .number(Double(result.patients))),
                ("estimate", .number(interval.estimate)), ("lower", .number(interval.lower)),
                ("upper", .number(interval.upper)), ("standard_error", .number(interval.standardError)),
                ("bias", .number(interval.bias)),
                ("bias_correction", interval.biasCorrection.map(JSON.number) ?? .null),
                ("acceleration", interval.acceleration.map(JSON.number) ?? .null),
                ("undefined", .number(Double(interval.undefined))),
            ]
        }
        return .object(
            [
                ("statistic", .string(statistic)), ("by", by.map(JSON.string) ?? .null),
                ("interval", .string(kind.rawValue)), ("level", .number(level)),
                ("resamples", .number(Double(resamples))),
            ] + (by == nil ? Array(json(groups[0]).dropFirst()) : []) + [
                ("groups", .array(groups.map { .object(json($0)) })),
                ("differences", .array(contrasts.map { .object(json($0)) })),
            ])
    }

    /// One row per resample, a column per group and difference.
    var asTable: Table {
        var export = Table(rowCount: resamples)
        for result in groups + contrasts { export[result.name ?? statistic] = .numbers(result.values) }
        return export
    }
}
