import Foundation
import Results

/// The Kaplan-Meier estimate of survival.
///
///     S(t) = Π_{tₖ ≤ t} (1 − dₖ/nₖ),   σ²(t) = Σ_{tₖ ≤ t} dₖ / (nₖ (nₖ − dₖ))   (Greenwood)
///
/// with dₖ events among the nₖ patients whose follow-up reaches tₖ. A patient censored at the time of an event is at
/// risk there; one who enters at that time is not yet. Nearly equal times count as one (`DistinctTimes`). A curve that
/// falls to 0 has an infinite σ and no interval from there on. The median and its bounds follow R's `print.survfit`: the first time at which the curve (or
/// bound) is at most 0.5, or the middle of the stretch on which it is exactly 0.5, provided it falls further. O(n).
///
/// With weights, d and n are sums of weights. Whole weights stand for numbers of like patients, and σ is Greenwood's of
/// those sums; if any weight is not whole they are taken for sampling weights, and σ² is the infinitesimal jackknife's,
/// Σᵢ (wᵢ ∂ log S/∂wᵢ)² (R's rule; O(n) too).
///
/// Source: Kaplan & Meier 1958, JASA 53:457; Tsai et al. 1987, Biometrika 74:883 (late entry); agrees with R's
/// `survfit(Surv(entry, time, event) ~ 1, weights =, conf.type = "log-log")`.
///
/// - Parameters:
///   - weights: how much each patient counts, none negative.
///   - name: a label for the curve.
///   - level: the confidence level of the pointwise interval.
/// - Throws: `StatisticsError.noPatients`, `.invalidLevel`; `CaseWeightError`; `DelayedEntryError.noLengthLeft`.
public func kaplanMeier(
    _ outcome: Outcome, weights: [Double]? = nil, name: String? = nil, level: Double = 0.95,
    interval: SurvivalInterval = .logLog
) throws -> KaplanMeierCurve {
    let tables = try EventTable.tables(outcome, groups: nil, weights: weights)
    return try KaplanMeierCurve(tables[0].table, name: name, level: level, interval: interval)
}

/// A Kaplan-Meier curve for each group, as `kaplanMeier(_:weights:name:level:interval:)` for its patients.
///
/// Groups are ordered as numbers when every label is one, else by their characters. Nearly equal times are merged over
/// all groups, as R does.
///
/// - Parameter groups: the group of each patient.
/// - Throws: also `StatisticsError.lengthsDiffer`.
public func kaplanMeier(
    _ outcome: Outcome, groups: [String], weights: [Double]? = nil, level: Double = 0.95,
    interval: SurvivalInterval = .logLog
) throws -> [KaplanMeierCurve] {
    try EventTable.tables(outcome, groups: groups, weights: weights).map {
        try KaplanMeierCurve($0.table, name: $0.name, level: level, interval: interval)
    }
}

/// How long the patients were followed: the Kaplan-Meier curve of the time to censoring, in which an event ends the
/// follow-up as censoring ends it in a survival curve. Its median is the median follow-up.
///
/// Source: Schemper & Smith 1996, Control Clin Trials 17:343; R's `survfit(Surv(time, 1 - event) ~ 1)`.
///
/// - Throws: `StatisticsError.noPatients`, `.invalidLevel`.
public func followUp(
    _ outcome: Outcome, name: String? = nil, level: Double = 0.95, interval: SurvivalInterval = .logLog
) throws -> KaplanMeierCurve {
    let reversed = try Outcome(time: outcome.time, event: outcome.event.map { !$0 }, entry: outcome.entry)
    return try kaplanMeier(reversed, name: name, level: level, interval: interval)
}

extension KaplanMeierCurve {
    init(_ table: EventTable, name: String?, level: Double, interval: SurvivalInterval) throws {
        let multiplier = try Distributions.normalMultiplier(level: level)
        let count = table.time.count
        self.init(
            name: name, patients: table.patients, events: table.eventCount.reduce(0, +), time: table.time,
            atRisk: table.atRisk, eventCount: table.eventCount, censoredCount: table.censoredCount, survival: [],
            standardError: [], lower: [], upper: [], level: level, interval: interval, weighted: table.weighted,
            hasRobustError: table.sample != nil)
        survival.reserveCapacity(count)
        standardError.reserveCapacity(count)
        lower.reserveCapacity(count)
        upper.reserveCapacity(count)
        let robust = table.sample.map { Self.robustVariance(table, $0) }
        var (estimate, variance) = (1.0, 0.0)
        for index in 0..<count {
            if eventCount[index] > 0 {
                let (deaths, survivors) = table.parts(index)
                if deaths > 0 {
                    estimate *= survivors / (survivors + deaths)
                    variance += deaths / ((survivors + deaths) * survivors)
                }
            }
            survival.append(estimate)
            // Where nobody has the event nothing moves, not even by rounding: what is read off the bounds depends on it.
            if eventCount[index] == 0, index > 0 {
                standardError.append(standardError[index - 1])
                lower.append(lower[index - 1])
                upper.append(upper[index - 1])
                continue
            }
            let error = estimate > 0 ? (robust?[index] ?? variance).squareRoot() : .infinity
            let bounds = interval.bounds(survival: estimate, standardError: error, multiplier: multiplier)
            standardError.append(error)
            lower.append(bounds.lower)
            upper.append(bounds.upper)
        }
        median = Self.median(time, survival)
        medianLower = Self.median(time, lower)
        medianUpper = Self.median(time, upper)
    }

    /// The variance of log S at each time; of no meaning once S is 0.
    private static func robustVariance(_ table: EventTable, _ sample: WeightedSample) -> [Double] {
        var (own, increments) = ([Double](repeating: 0, count: table.time.count), [Double]())
        for index in table.time.indices {
            let (deaths, survivors) = table.parts(index)
            if deaths > 0 && survivors > 0 { own[index] = 1 / survivors }
            increments.append(own[index] > 0 ? own[index] * deaths / (survivors + deaths) : 0)
        }
        return sample.variance(event: own, atRisk: increments)
    }

    /// Where a falling curve reaches one half; places where it is not defined are passed over.
    static func median(_ time: [Double], _ curve: [Double]) -> Double? {
        let tolerance = DistinctTimes.tolerance
        guard let first = curve.firstIndex(where: { $0 < 0.5 + tolerance }) else { return nil }
        if abs(curve[first] - 0.5) < tolerance,
            let next = curve[first...].firstIndex(where: { $0 < curve[first] })
        {
            return (time[first] + time[next]) / 2
        }
        return time[first]
    }
}
