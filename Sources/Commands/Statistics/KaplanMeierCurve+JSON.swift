import CommandLanguage
import Results
import SurvivalStatistics

/// A time that a curve may not come to.
func timeText(_ time: Double?) -> String { time.map { formatNumber($0) } ?? "not reached" }

func json(_ time: Double?) -> JSON { time.map(JSON.number) ?? .null }

extension KaplanMeierCurve {
    /// What the curve says, at its times and of its quartiles.
    var estimates: [(key: String, value: JSON)] {
        [
            ("median", Commands.json(median)), ("median_lower", Commands.json(medianLower)),
            ("median_upper", Commands.json(medianUpper)),
            ("level", .number(level)), ("interval", .string(interval.rawValue)),
            ("time", .numbers(time)), ("survival", .numbers(survival)), ("standard_error", .numbers(standardError)),
            ("lower", .numbers(lower)), ("upper", .numbers(upper)), ("at_risk", .numbers(atRiskNumbers)),
            ("event_count", .numbers(eventNumbers)), ("censored_count", .numbers(censoredNumbers)),
            ("quantiles", .array([0.25, 0.5, 0.75].compactMap(quantileJSON))),
        ]
    }

    /// Sums of weights where patients have them, else numbers of patients.
    var atRiskNumbers: [Double] { weighted?.atRisk ?? atRisk.map(Double.init) }
    var eventNumbers: [Double] { weighted?.eventCount ?? eventCount.map(Double.init) }
    var censoredNumbers: [Double] { weighted?.censoredCount ?? censoredCount.map(Double.init) }

    /// The time by which a share of the patients has had the event.
    private func quantileJSON(_ probability: Double) -> JSON? {
        guard let quantile = try? quantile(probability) else { return nil }
        return .object([
            ("probability", .number(probability)), ("time", Commands.json(quantile.time)),
            ("lower", Commands.json(quantile.lower)), ("upper", Commands.json(quantile.upper)),
        ])
    }
}

extension CurvesObject: Tabular {
    /// One row per group and distinct time, or time asked for.
    var asTable: Table {
        if let readings { return readingsTable(readings) }
        func column(_ part: (KaplanMeierCurve) -> [Double]) -> Column { .numbers(curves.flatMap(part)) }
        var export = Table(rowCount: curves.reduce(0) { $0 + $1.time.count })
        export["group"] = .labels(curves.flatMap { curve in curve.time.map { _ in curve.name ?? "all" } })
        export["time"] = column(\.time)
        export["at_risk"] = column(\.atRiskNumbers)
        export["events"] = column(\.eventNumbers)
        export["censored"] = column(\.censoredNumbers)
        export["survival"] = column(\.survival)
        export["standard_error"] = column(\.standardError)
        export["lower"] = column(\.lower)
        export["upper"] = column(\.upper)
        return export
    }
}
