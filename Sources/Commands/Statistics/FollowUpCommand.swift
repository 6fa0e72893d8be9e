import CommandLanguage
import Results
import SurvivalStatistics

struct FollowUpCommand: Command {
    let declaration = CommandDeclaration(
        "followup", "How long patients were followed: the reverse Kaplan-Meier estimate", topic: .statistics,
        discussion: """
            The Kaplan-Meier curve of the time to censoring, in which an event ends the follow-up early; its median is \
            the median follow-up, longer than the median of the times, which events cut short. The median is the first \
            time at which the curve is at most 0.5, or the middle of a stretch at exactly 0.5. A patient with the event \
            at the time of a censoring is at risk there. Patients whose group is missing are left out and counted. \
            \(Subjects.samplingRules) \
            Source: Schemper & Smith 1996; agrees with R's survfit(Surv(time, 1 - event) ~ 1).
            """,
        parameters: [
            .argument("x", .object(Subjects.typeNames), "whose patients"),
            GroupedOutcome.declaredGroup, GroupedOutcome.declaredInterval, .level,
            Subjects.declaredEntry,
        ],
        result: FollowUpObject.typeName,
        examples: ["followup (cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event)"])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let grouped = try GroupedOutcome(arguments, in: context)
        let (outcome, labels) = (grouped.outcome, grouped.labels ?? [])
        let groups = Set(labels.compactMap { Int($0) }).sorted().map(String.init)
        func curve(_ outcome: Outcome, _ label: String?) throws -> KaplanMeierCurve {
            try followUp(
                outcome, name: grouped.name(of: label), level: arguments.number("level"), interval: arguments.interval)
        }
        let curves =
            groups.isEmpty
            ? [try curve(outcome, nil)]
            : try groups.map { group in try curve(outcome[labels.indices.filter { labels[$0] == group }], group) }
        return .object(
            FollowUpObject(curves: CurvesObject(by: grouped.by, curves: curves, test: nil, hazardRatio: nil)))
    }
}

struct FollowUpObject: Tabular {
    static let typeName = "followup"
    /// Of the time to censoring: their events are the censorings.
    let curves: CurvesObject

    func text(width: Int) -> String {
        var table = TextTable([
            .text(curves.by ?? "group"), .number("patients"), .number("censored"), .number("median follow-up"),
            .number(intervalTitle(level: curves.curves[0].level)),
        ])
        for curve in curves.curves {
            table.add([
                curve.name ?? "all", String(curve.patients), String(curve.events), timeText(curve.median),
                "\(timeText(curve.medianLower)) – \(timeText(curve.medianUpper))",
            ])
        }
        return table.text(width: width)
    }

    var json: JSON {
        .object([
            ("by", curves.by.map(JSON.string) ?? .null),
            (
                "groups",
                .array(
                    curves.curves.map { curve in
                        .object(
                            [
                                ("name", .string(curve.name ?? "all")), ("patients", .number(Double(curve.patients))),
                                ("censored", .number(Double(curve.events))),
                            ]
                                + curve.estimates.map { member in
                                    switch member.key {
                                    case "survival": ("followed", member.value)
                                    case "event_count": ("censored_count", member.value)
                                    case "censored_count": ("event_count", member.value)
                                    default: member
                                    }
                                })
                    })
            ),
        ])
    }

    /// As the table of curves, with what ends the follow-up named rightly.
    var asTable: Table {
        let table = curves.asTable
        var export = Table(rowCount: table.rowCount)
        for name in ["group", "time", "at_risk"] { export[name] = table[name] }
        export["censored"] = table["events"]
        export["events"] = table["censored"]
        export["followed"] = table["survival"]
        for name in ["standard_error", "lower", "upper"] { export[name] = table[name] }
        return export
    }
}
