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
    /// Patients with follow-up of at least `time[i]`.
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
}

/// The Nelson-Aalen estimate of the cumulative hazard.
///
///     H(t) = Σ_{tₖ ≤ t} dₖ/nₖ,   σ²(t) = Σ_{tₖ ≤ t} dₖ/nₖ²,   interval H exp(± z σ/H)
///
/// with dₖ events among the nₖ patients whose follow-up reaches tₖ. A patient censored at the time of an event is at
/// risk there; nearly equal times count as one. O(n log n) at most.
///
/// Source: Nelson 1972, Technometrics 14:945; Aalen 1978, Ann Stat 6:701; agrees with `cumhaz` and `std.chaz` of R's
/// `survfit`.
///
/// - Throws: `StatisticsError.noPatients`, `.invalidLevel`.
public func nelsonAalen(_ outcome: Outcome, name: String? = nil, level: Double = 0.95) throws -> CumulativeHazardCurve {
    let tables = try EventTable.tables(outcome, groups: nil)
    return try CumulativeHazardCurve(tables[0].table, name: name, level: level)
}

/// A Nelson-Aalen estimate for each group, ordered as by `kaplanMeier(_:groups:level:interval:)`.
///
/// - Throws: also `StatisticsError.lengthsDiffer`.
public func nelsonAalen(
    _ outcome: Outcome, groups: [String], level: Double = 0.95
) throws -> [CumulativeHazardCurve] {
    try EventTable.tables(outcome, groups: groups).map {
        try CumulativeHazardCurve($0.table, name: $0.name, level: level)
    }
}

extension CumulativeHazardCurve {
    init(_ table: EventTable, name: String?, level: Double) throws {
        let multiplier = try Distributions.normalMultiplier(level: level)
        self.init(
            name: name, patients: table.patients, events: table.eventCount.reduce(0, +), time: table.time,
            atRisk: table.atRisk, eventCount: table.eventCount, censoredCount: table.censoredCount,
            cumulativeHazard: [], standardError: [], lower: [], upper: [], level: level)
        var (hazard, variance) = (0.0, 0.0)
        for (deaths, atRisk) in zip(eventCount, atRisk) {
            let share = Double(deaths) / Double(atRisk)
            hazard += share
            variance += share / Double(atRisk)
            let error = variance.squareRoot()
            let factor = hazard > 0 ? exp(multiplier * error / hazard) : .nan
            cumulativeHazard.append(hazard)
            standardError.append(error)
            lower.append(hazard / factor)
            upper.append(hazard * factor)
        }
    }
}
