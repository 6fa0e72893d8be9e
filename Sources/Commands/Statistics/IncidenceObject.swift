import CommandLanguage
import Figures
import Foundation
import Results
import SurvivalStatistics

/// Cumulative incidences as the language has them.
struct IncidenceObject: Tabular {
    static let typeName = "incidence"

    struct Group {
        /// Nil without groups.
        private(set) var name: String?
        /// One per cause shown.
        private(set) var curves: [CumulativeIncidenceCurve]

        init(name: String?, curves: [CumulativeIncidenceCurve]) {
            self.name = name
            self.curves = curves
        }

        mutating func rename(_ naming: (String) -> String) {
            name = name.map(naming)
            for index in curves.indices { curves[index].name = name }
        }
    }

    /// The formula that gave the causes.
    let cause: String
    /// The formula that made the groups.
    let by: String?
    /// The formula that made the strata of the tests.
    let strata: String?
    let rho: Double
    /// What to print; nil for round times.
    let times: [Double]?
    let groups: [Group]
    let tests: [GrayTest]

    private var curves: [CumulativeIncidenceCurve] { groups.flatMap(\.curves) }

    func text(width: Int) -> String {
        var table = TextTable([
            .text(by ?? "group"), .text("cause"), .number("events"), .number("time"), .number("at risk"),
            .number("incidence"), .number(intervalTitle(level: curves[0].level)),
        ])
        let times = shownTimes
        for group in groups {
            for curve in group.curves {
                for (index, time) in times.enumerated() {
                    let isFirst = index == 0
                    let head =
                        isFirst
                        ? [curve.name ?? "all", curve.cause, "\(curve.events) of \(curve.patients)"] : ["", "", ""]
                    table.add(head + [formatNumber(time)] + cells(curve, at: time))
                }
            }
        }
        var lines = [table.text(width: width)]
        for test in tests {
            lines.append(
                "Gray's test of \(test.cause): χ² = \(formatNumber(test.chiSquare)) on \(test.degreesOfFreedom) df, "
                    + equation(p: test.p))
        }
        if !tests.isEmpty {
            if let strata { lines.append("tested within strata of \(strata)") }
            if rho != 0 { lines.append("times weighted by (1 - F)^\(formatNumber(rho))") }
        }
        return lines.joined(separator: "\n")
    }

    /// Those asked for, or round ones up to the last event.
    private var shownTimes: [Double] {
        if let times { return times }
        let last =
            curves.compactMap { curve in
                curve.eventCount.lastIndex { $0 > 0 }.map { curve.time[$0] }
            }.max() ?? 0
        let ticks = last > 0 ? Ticks.linear(0...last, count: 4).map(\.position).filter { $0 > 0 } : []
        return ticks.isEmpty ? [last] : ticks
    }

    /// Patients at risk, incidence and interval at a time; nothing beyond the last follow-up of the group, unless
    /// nobody was left there.
    private func cells(_ curve: CumulativeIncidenceCurve, at time: Double) -> [String] {
        guard let point = point(curve, at: time) else { return ["0", "–", "–"] }
        return [
            String(point.atRisk), formatFixed(point.incidence, decimals: 4),
            point.lower.isNaN
                ? "–" : "\(formatFixed(point.lower, decimals: 4)) – \(formatFixed(point.upper, decimals: 4))",
        ]
    }

    private func point(
        _ curve: CumulativeIncidenceCurve, at time: Double
    ) -> (atRisk: Int, incidence: Double, lower: Double, upper: Double)? {
        guard let last = curve.time.last, time <= last else { return nil }
        let atRisk = curve.time.firstIndex { $0 >= time }.map { curve.atRisk[$0] } ?? 0
        guard let index = curve.index(at: time) else { return (atRisk, 0, .nan, .nan) }
        return (atRisk, curve.incidence[index], curve.lower[index], curve.upper[index])
    }

    var json: JSON {
        .object([
            ("cause", .string(cause)), ("by", by.map(JSON.string) ?? .null),
            ("level", .number(curves[0].level)), ("interval", .string(curves[0].interval.rawValue)),
            (
                "groups",
                .array(
                    groups.map { group in
                        .object([
                            ("name", .string(group.name ?? "all")),
                            ("patients", .number(Double(group.curves[0].patients))),
                            ("causes", .array(group.curves.map(json))),
                        ])
                    })
            ),
            ("strata", strata.map(JSON.string) ?? .null), ("rho", .number(rho)),
            ("tests", .array(tests.map(\.json))),
        ])
    }

    private func json(_ curve: CumulativeIncidenceCurve) -> JSON {
        let points = shownTimes.map { time in
            let point = point(curve, at: time)
            return JSON.object([
                ("time", .number(time)), ("at_risk", .number(Double(point?.atRisk ?? 0))),
                ("incidence", .number(point?.incidence ?? .nan)), ("lower", .number(point?.lower ?? .nan)),
                ("upper", .number(point?.upper ?? .nan)),
            ])
        }
        return .object([
            ("cause", .string(curve.cause)), ("events", .number(Double(curve.events))),
            ("median", Commands.json(curve.median)), ("time", .numbers(curve.time)),
            ("incidence", .numbers(curve.incidence)), ("standard_error", .numbers(curve.standardError)),
            ("lower", .numbers(curve.lower)), ("upper", .numbers(curve.upper)), ("at_risk", .numbers(curve.atRisk)),
            ("event_count", .numbers(curve.eventCount)), ("at", .array(points)),
        ])
    }

    /// One row per group, cause and distinct time.
    var asTable: Table {
        let curves = curves
        func column(_ part: (CumulativeIncidenceCurve) -> [Double]) -> Column { .numbers(curves.flatMap(part)) }
        var export = Table(rowCount: curves.reduce(0) { $0 + $1.time.count })
        export["group"] = .labels(curves.flatMap { curve in curve.time.map { _ in curve.name ?? "all" } })
        export["cause"] = .labels(curves.flatMap { curve in curve.time.map { _ in curve.cause } })
        export["time"] = column(\.time)
        export["at_risk"] = column { $0.atRisk.map(Double.init) }
        export["events"] = column { $0.eventCount.map(Double.init) }
        export["incidence"] = column(\.incidence)
        export["standard_error"] = column(\.standardError)
        export["lower"] = column(\.lower)
        export["upper"] = column(\.upper)
        return export
    }
}

extension GrayTest {
    var json: JSON {
        .object([
            ("cause", .string(cause)), ("chi_square", .number(chiSquare)),
            ("degrees_of_freedom", .number(Double(degreesOfFreedom))), ("p", .number(p)),
            (
                "groups",
                .array(
                    groups.map { group in
                        .object([
                            ("name", .string(group.name)), ("patients", .number(Double(group.patients))),
                            ("observed", .number(group.observed)), ("expected", .number(group.expected)),
                        ])
                    })
            ),
        ])
    }
}

extension IncidenceObject: Drawable {
    func figure(_ options: PlotOptions) throws -> Figure {
        var named = groups
        for index in named.indices { named[index].rename { legendName($0, by: by) } }
        return try CumulativeIncidenceFigure(
            groups: named.map(\.curves), tests: tests, timeUnit: options.unit, horizon: options.horizon,
            title: options.title, width: options.width ?? .singleColumn, table: options.table
        ).figure()
    }
}
