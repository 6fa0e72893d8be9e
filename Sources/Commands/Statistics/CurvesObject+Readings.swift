import CommandLanguage
import Results
import SurvivalStatistics

extension Arguments {
    /// The times of `times=`: a list of numbers, or one.
    ///
    /// - Throws: a `Diagnostic` unless they are increasing and not negative.
    func curveTimes() throws -> [Double] {
        let values = if case .list(let values) = value("times") { values } else { [value("times")] }
        let times = values.compactMap { if case .number(let time) = $0 { time } else { nil } }
        let isIncreasing = zip(times, times.dropFirst()).allSatisfy { $0 < $1 }
        guard !times.isEmpty && times.count == values.count && isIncreasing,
            times.allSatisfy({ $0 >= 0 && $0.isFinite })
        else {
            throw error(
                at: "times", "times= takes increasing times, from 0 on", help: "such as times=[365, 1825]")
        }
        return times
    }
}

extension CurvesObject {
    func readingsText(_ readings: [[KaplanMeierCurve.Reading]], width: Int) -> String {
        var table = TextTable([
            .text(by ?? "group"), .number("time"), .number("at risk"), .number("events"), .number("survival"),
            .number(intervalTitle(level: curves[0].level)),
        ])
        for (curve, readings) in zip(curves, readings) {
            for reading in readings {
                table.add([
                    curve.name ?? "all", formatNumber(reading.time), formatNumber(reading.atRisk),
                    formatNumber(reading.eventCount), formatFixed(reading.survival, decimals: 4),
                    "\(formatFixed(reading.lower, decimals: 4)) – \(formatFixed(reading.upper, decimals: 4))",
                ])
            }
        }
        return table.text(width: width)
    }

    /// One object per time; survival is null beyond the last follow-up of the group.
    func readingsJSON(_ readings: [KaplanMeierCurve.Reading]) -> (key: String, value: JSON) {
        (
            "readings",
            .array(
                readings.map { reading in
                    .object([
                        ("time", .number(reading.time)), ("at_risk", .number(reading.atRisk)),
                        ("events", .number(reading.eventCount)), ("survival", .number(reading.survival)),
                        ("survival_standard_error", .number(reading.standardError)),
                        ("lower", .number(reading.lower)), ("upper", .number(reading.upper)),
                    ])
                })
        )
    }

    /// One row per group and time asked for.
    func readingsTable(_ readings: [[KaplanMeierCurve.Reading]]) -> Table {
        func column(_ part: (KaplanMeierCurve.Reading) -> Double) -> Column {
            .numbers(readings.flatMap { $0.map(part) })
        }
        var export = Table(rowCount: readings.reduce(0) { $0 + $1.count })
        export["group"] = .labels(
            zip(curves, readings).flatMap { curve, part in part.map { _ in curve.name ?? "all" } })
        export["time"] = column(\.time)
        export["at_risk"] = column(\.atRisk)
        export["events"] = column(\.eventCount)
        export["survival"] = column(\.survival)
        export["survival_standard_error"] = column(\.standardError)
        export["lower"] = column(\.lower)
        export["upper"] = column(\.upper)
        return export
    }
}
