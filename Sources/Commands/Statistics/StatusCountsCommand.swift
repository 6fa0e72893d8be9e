import CommandLanguage
import Figures
import Results
import SurvivalStatistics

struct StatusCountsCommand: Command {
    let declaration = CommandDeclaration(
        "atrisk", "Patients at risk, censored and with the event, at round times", topic: .statistics,
        discussion: """
            The numbers that plot writes under the time axis, as a table to save. They are cumulative, as the KMunicate \
            study proposes: at risk is who is followed up to the time or longer, censored and events are those before \
            it, so that without delayed entry the three (with events of causes that are not shown, if any) sum to the \
            patients of the group at every time. R's summary(survfit, times=) has the same numbers at risk, and counts \
            an event at the very time as past. Where patients have weights, these are sums of weights. Times are the \
            ticks of the figure when none are given. Source: Morris et al. 2019, BMJ Open 9:e030215.
            """,
        parameters: [
            .argument("curves", .object([CurvesObject.typeName, IncidenceObject.typeName]), "of which groups"),
            .option("times", .any, "increasing times, such as [0, 5, 10]"),
            .option("unit", .string, "unit of time, such as \"months\", for which the figure chooses its ticks"),
            .option("horizon", .number(0...1e300), "where the figure's time axis ends"),
        ],
        result: StatusCountsObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=(time / 365.25) event=event
            atrisk (km women by=er) horizon=15
            atrisk (cumulativeincidence women cause=("early" if time < 5 else "late") by=er) times=[0, 5, 10]
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        guard case .object(let object) = arguments.value("curves"), let drawable = object as? any Drawable else {
            preconditionFailure("the parameter allows curves only")
        }
        var times: [Double]
        if arguments.has("times") {
            for option in ["unit", "horizon"] where arguments.has(option) {
                throw arguments.error(at: option, "\(option)= chooses times, and times= gives them")
            }
            times = try arguments.curveTimes()
        } else {
            let options = PlotOptions(
                unit: arguments.optionalString("unit"), horizon: arguments.optionalNumber("horizon"))
            times = try drawable.figure(options).panels[0].x.ticks.map(\.position)
        }
        var rows: [StatusCountsObject.Row] = []
        if let incidence = object as? IncidenceObject {
            for curve in incidence.groups.flatMap(\.curves) {
                rows += try curve.statusCounts(at: times).map {
                    StatusCountsObject.Row(group: curve.name ?? "all", cause: curve.cause, counts: $0)
                }
            }
        } else if let curves = object as? CurvesObject {
            for curve in curves.curves {
                rows += try curve.statusCounts(at: times).map {
                    StatusCountsObject.Row(group: curve.name ?? "all", cause: nil, counts: $0)
                }
            }
        }
        let by = (object as? CurvesObject)?.by ?? (object as? IncidenceObject)?.by
        return .object(StatusCountsObject(by: by, rows: rows))
    }
}

/// Where patients stand at given times, as the language has it.
struct StatusCountsObject: Tabular {
    static let typeName = "counts"

    struct Row {
        var group: String
        /// Nil where there is one cause.
        var cause: String?
        var counts: StatusCounts
    }

    /// The formula that made the groups.
    let by: String?
    let rows: [Row]

    private var hasCauses: Bool { rows.contains { $0.cause != nil } }

    func text(width: Int) -> String {
        var table = TextTable(
            [.text(by ?? "group")] + (hasCauses ? [.text("cause")] : [])
                + ["time", "at risk", "censored", "events"].map { .number($0) }
                + (hasCauses ? [.number("other events")] : []))
        for row in rows {
            let counts = row.counts
            table.add(
                [row.group] + (row.cause.map { [$0] } ?? [])
                    + [counts.time, counts.atRisk, counts.censored, counts.events].map { formatNumber($0) }
                    + (hasCauses ? [formatNumber(counts.otherEvents)] : []))
        }
        return table.text(width: width)
    }

    var json: JSON {
        .object([
            ("by", by.map(JSON.string) ?? .null),
            (
                "counts",
                .array(
                    rows.map { row in
                        .object(
                            [("group", .string(row.group))] + (row.cause.map { [("cause", .string($0))] } ?? [])
                                + [
                                    ("time", .number(row.counts.time)), ("at_risk", .number(row.counts.atRisk)),
                                    ("censored", .number(row.counts.censored)),
                                    ("events", .number(row.counts.events)),
                                ] + (row.cause == nil ? [] : [("other_events", .number(row.counts.otherEvents))]))
                    })
            ),
        ])
    }

    var asTable: Table {
        var export = Table(rowCount: rows.count)
        export["group"] = .labels(rows.map(\.group))
        if hasCauses { export["cause"] = .labels(rows.map(\.cause)) }
        export["time"] = .numbers(rows.map(\.counts.time))
        export["at_risk"] = .numbers(rows.map(\.counts.atRisk))
        export["censored"] = .numbers(rows.map(\.counts.censored))
        export["events"] = .numbers(rows.map(\.counts.events))
        if hasCauses { export["other_events"] = .numbers(rows.map(\.counts.otherEvents)) }
        return export
    }
}
