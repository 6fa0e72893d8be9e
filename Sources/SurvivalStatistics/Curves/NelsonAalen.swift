import Foundation
import Results

/// A Nelson-Aalen estimate of the cumulative hazard of one group, one entry per distinct follow-up time.
///
/// All arrays have the same length. The estimate is 0 before `time[0]` and holds its value to the right of each time.
public struct CumulativeHazardCurve: Sendable, Equatable {
    /// The group's label; nil when there is one group only.
    public var name: String?
    public var patients: Int
    public var events: Int
    /// Increasing, distinct.
    public var time: [Double]
    /// Patients under observation until `time[i]` or longer.
    public var atRisk: [Int]
    public var eventCount: [Int]
    public var censoredCount: [Int]
    public var cumulativeHazard: [Double]
    public var standardError: [Double]
    /// Pointwise interval; NaN before the first event.
    public var lower: [Double]
    public var upper: [Double]
    /// Confidence level of the interval, such as 0.95.
    public var level: Double
    /// Sums of weights in place of the numbers of patients above; nil when every patient counts once.
    public var weighted: WeightedCounts?
    /// Whether weights that are not whole made the standard error the infinitesimal jackknife's.
    public var hasRobustError = false
}

/// The Nelson-Aalen estimate of the cumulative hazard.
///
///     H(t) = Σ_{tₖ ≤ t} dₖ/nₖ,   σ²(t) = Σ_{tₖ ≤ t} dₖ/nₖ²,   interval H exp(± z σ/H)
///
/// with dₖ events among the nₖ patients whose follow-up reaches tₖ. A patient censored at the time of an event is at
/// risk there, one who enters at that time is not yet; nearly equal times count as one. With weights, d and n are sums of
/// weights; if any is not whole, σ² is the infinitesimal jackknife's, Σᵢ (wᵢ ∂H/∂wᵢ)², as for `kaplanMeier`. O(n log n)
/// at most.
///
/// Source: Nelson 1972, Technometrics 14:945; Aalen 1978, Ann Stat 6:701; agrees with `cumhaz` and `std.chaz` of R's
/// `survfit`.
///
/// - Throws: `StatisticsError.noPatients`, `.invalidLevel`; `CaseWeightError`; `DelayedEntryError.noLengthLeft`.
public func nelsonAalen(
    _ outcome: Outcome, weights: [Double]? = nil, name: String? = nil, level: Double = 0.95
) throws -> CumulativeHazardCurve {
    let tables = try EventTable.tables(outcome, groups: nil, weights: weights)
    return try CumulativeHazardCurve(tables[0].table, name: name, level: level)
}

/// A Nelson-Aalen estimate for each group, ordered as by `kaplanMeier(_:groups:weights:level:interval:)`.
///
/// - Throws: also `StatisticsError.lengthsDiffer`.
public func nelsonAalen(
    _ outcome: Outcome, groups: [String], weights: [Double]? = nil, level: Double = 0.95
) throws -> [CumulativeHazardCurve] {
    try EventTable.tables(outcome, groups: groups, weights: weights).map {
        try CumulativeHazardCurve($0.table, name: $0.name, level: level)
    }
}

extension CumulativeHazardCurve {
    init(_ table: EventTable, name: String?, level: Double) throws {
        let multiplier = try Distributions.normalMultiplier(level: level)
        self.init(
            name: name, patients: table.patients, events: table.eventCount.reduce(0, +), time: table.time,
            atRisk: table.atRisk, eventCount: table.eventCount, censoredCount: table.censoredCount,
            cumulativeHazard: [], standardError: [], lower: [], upper: [], level: level, weighted: table.weighted,
            hasRobustError: table.sample != nil)
        let robust = table.sample.map { Self.robustVariance(table, $0) }
        var (hazard, variance) = (0.0, 0.0)
        for index in time.indices {
            let (deaths, survivors) = table.parts(index)
            if deaths > 0 {
                let share = deaths / (deaths + survivors)
                hazard += share
                variance += share / (deaths + survivors)
            }
            let error = (robust?[index] ?? variance).squareRoot()
            let factor = hazard > 0 ? exp(multiplier * error / hazard) : .nan
            cumulativeHazard.append(hazard)
            standardError.append(error)
            lower.append(hazard / factor)
            upper.append(hazard * factor)
        }
    }

    private static func robustVariance(_ table: EventTable, _ sample: WeightedSample) -> [Double] {
        var (own, increments) = ([Double](repeating: 0, count: table.time.count), [Double]())
        for index in table.time.indices {
            let (deaths, survivors) = table.parts(index)
            if deaths > 0 { own[index] = 1 / (deaths + survivors) }
            increments.append(own[index] * own[index] * deaths)
        }
        return sample.variance(event: own, atRisk: increments)
    }
}
