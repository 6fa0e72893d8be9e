import CommandLanguage
import Figures
import Results
import SurvivalStatistics

struct NelsonAalenCommand: Command {
    let declaration = CommandDeclaration(
        "nelsonaalen", "Nelson-Aalen estimates of the cumulative hazard, by group on request", topic: .statistics,
        discussion: """
            The sum of events / at risk up to each time; its standard error comes from the sum of events / at risk², and \
            its interval is made on the logarithmic scale. A patient censored at the time of an event is at risk there; \
            events at one time count together; times that differ by rounding only count as one. Before the first event \
            the hazard is 0 without an interval; beyond the last follow-up it is not defined. \(Subjects.samplingRules) \
            With weights=, numbers are sums of weights, and errors follow the rule of km. Patients whose group is \
            missing are left out and counted. Source: Nelson 1972, Aalen 1978; agrees with cumhaz of R's survfit.
            """,
        parameters: [
            .argument("x", .object(Subjects.typeNames), "whose patients"),
            GroupedOutcome.declaredGroup, .level, Subjects.declaredEntry,
            Subjects.declaredWeights,
        ],
        result: CumulativeHazardsObject.typeName,
        examples: [
            "nelsonaalen (cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event) by=er",
            """
            hazards = nelsonaalen (simulate patients=80 patches=5) by=(true_risk > median(true_risk))
            plot hazards
            save hazards "Plots/hazards.csv"
            """,
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let grouped = try GroupedOutcome(arguments, takesWeights: true, in: context)
        let level = arguments.number("level")
        var curves =
            if let labels = grouped.labels {
                try nelsonAalen(grouped.outcome, groups: labels, weights: grouped.weights, level: level)
            } else {
                [try nelsonAalen(grouped.outcome, weights: grouped.weights, level: level)]
            }
        for index in curves.indices { curves[index].name = grouped.name(of: curves[index].name) }
        return .object(
            CumulativeHazardsObject(
                by: grouped.by, curves: curves, sampling: samplingRemark(arguments, robust: curves[0].hasRobustError)))
    }
}

struct CumulativeHazardsObject: Tabular {
    static let typeName = "hazards"
    /// The formula that made the groups.
    let by: String?
    let curves: [CumulativeHazardCurve]
    /// What entry= and weights= did; nil without them.
    let sampling: String?

    func text(width: Int) -> String {
        var table = TextTable([
            .text(by ?? "group"), .number("patients"), .number("events"), .number("last event"),
            .number("hazard there"), .number(intervalTitle(level: curves[0].level)),
        ])
        for curve in curves {
            let last = curve.eventCount.lastIndex { $0 > 0 }
            table.add(
                [curve.name ?? "all", String(curve.patients), String(curve.events)]
                    + (last.map {
                        [
                            formatNumber(curve.time[$0]), formatNumber(curve.cumulativeHazard[$0]),
                            "\(formatNumber(curve.lower[$0])) – \(formatNumber(curve.upper[$0]))",
                        ]
                    } ?? ["none", "0", "–"]))
        }
        return table.text(width: width) + (sampling.map { "\n\($0)" } ?? "")
    }

    var json: JSON {
        .object([
            ("by", by.map(JSON.string) ?? .null),
            (
                "groups",
                .array(
                    curves.map { curve in
                        .object([
                            ("name", .string(curve.name ?? "all")), ("patients", .number(Double(curve.patients))),
                            ("events", .number(Double(curve.events))), ("level", .number(curve.level)),
                            ("time", .numbers(curve.time)), ("hazard", .numbers(curve.cumulativeHazard)),
                            ("standard_error", .numbers(curve.standardError)), ("lower", .numbers(curve.lower)),
                            ("upper", .numbers(curve.upper)), ("at_risk", .numbers(curve.atRiskNumbers)),
                            ("event_count", .numbers(curve.eventNumbers)),
                            ("censored_count", .numbers(curve.censoredNumbers)),
                        ])
                    })
            ),
        ])
    }

    /// One row per group and distinct time.
    var asTable: Table {
        func column(_ part: (CumulativeHazardCurve) -> [Double]) -> Column { .numbers(curves.flatMap(part)) }
        var export = Table(rowCount: curves.reduce(0) { $0 + $1.time.count })
        export["group"] = .labels(curves.flatMap { curve in curve.time.map { _ in curve.name ?? "all" } })
        export["time"] = column(\.time)
        export["at_risk"] = column(\.atRiskNumbers)
        export["events"] = column(\.eventNumbers)
        export["censored"] = column(\.censoredNumbers)
        export["hazard"] = column(\.cumulativeHazard)
        export["standard_error"] = column(\.standardError)
        export["lower"] = column(\.lower)
        export["upper"] = column(\.upper)
        return export
    }
}

extension CumulativeHazardCurve {
    /// Sums of weights where patients have them, else numbers of patients.
    fileprivate var atRiskNumbers: [Double] { weighted?.atRisk ?? atRisk.map(Double.init) }
    fileprivate var eventNumbers: [Double] { weighted?.eventCount ?? eventCount.map(Double.init) }
    fileprivate var censoredNumbers: [Double] { weighted?.censoredCount ?? censoredCount.map(Double.init) }
}

extension CumulativeHazardsObject: Drawable {
    /// Steps, from 0 at time 0.
    func figure(_ options: PlotOptions) throws -> Figure {
        let lines = curves.map { curve in
            var (x, y) = ([0.0], [0.0])
            for (time, hazard) in zip(curve.time, curve.cumulativeHazard) {
                x += [time, time]
                y += [y[y.count - 1], hazard]
            }
            return LineFigure.Curve(name: curve.name ?? "all", x: x, y: y)
        }
        return try LineFigure(
            curves: lines, xTitle: options.unit.map { "Time (\($0))" } ?? "Time", yTitle: "Cumulative hazard",
            title: options.title, width: options.width ?? .singleColumn
        ).figure()
    }
}
