import Foundation
import Results

/// Mean survival time up to a horizon: the area under the Kaplan-Meier curve.
public struct RestrictedMean: Sendable, Equatable {
    /// The group's label; nil when there is one group only.
    public var name: String?
    public var patients: Int
    public var events: Int
    public var horizon: Double
    public var mean: Double
    public var standardError: Double
    /// Normal interval of the mean.
    public var lower: Double
    public var upper: Double
    /// Confidence level of the interval, such as 0.95.
    public var level: Double

    /// How the mean differs from another's: a difference or a ratio, with a normal interval (of its logarithm, for the
    /// ratio) and a two-sided p.
    public struct Contrast: Sendable, Equatable {
        public var estimate: Double
        public var lower: Double
        public var upper: Double
        public var p: Double
    }
}

/// The restricted mean survival time
///
///     μ = ∫₀^τ S(t) dt,   σ² = Σ_{tₖ ≤ τ} (∫_{tₖ}^τ S(t) dt)² dₖ / (nₖ (nₖ − dₖ))
///
/// of the Kaplan-Meier curve S up to the horizon τ. The horizon may not lie beyond the last follow-up time unless the
/// curve has reached 0, since the curve says nothing of what comes later. Late entry is that of the curve. O(n log n) at
/// most.
///
/// Source: Royston & Parmar 2013, BMC Med Res Methodol 13:152; agrees with R's `print(survfit, rmean = τ)`.
///
/// - Throws: `StatisticsError`: `.noPatients`, `.invalidLevel`, `.horizon` (outside the usable range, which it names).
public func restrictedMean(_ outcome: Outcome, horizon: Double, level: Double = 0.95) throws -> RestrictedMean {
    let tables = try EventTable.tables(outcome, groups: nil)
    return try RestrictedMean(tables[0].table, name: nil, horizon: horizon, level: level)
}

/// The restricted mean of each group, ordered as by `kaplanMeier(_:groups:weights:level:interval:)`.
///
/// - Throws: also `StatisticsError.lengthsDiffer`.
public func restrictedMean(
    _ outcome: Outcome, groups: [String], horizon: Double, level: Double = 0.95
) throws -> [RestrictedMean] {
    try EventTable.tables(outcome, groups: groups).map {
        try RestrictedMean($0.table, name: $0.name, horizon: horizon, level: level)
    }
}

extension RestrictedMean {
    init(_ table: EventTable, name: String?, horizon: Double, level: Double) throws {
        let curve = try KaplanMeierCurve(table, name: name, level: level, interval: .plain)
        let multiplier = try Distributions.normalMultiplier(level: level)
        let last = curve.time[curve.time.count - 1]
        let reachesZero = curve.survival[curve.survival.count - 1] == 0
        guard horizon > 0 && horizon.isFinite && (horizon <= last || reachesZero) else {
            throw StatisticsError.horizon(horizon, last: last, group: name)
        }
        var (end, area, variance) = (horizon, 0.0, 0.0)
        let used = curve.time.partitioningIndex { $0 > horizon }
        for index in (0..<used).reversed() {
            area += curve.survival[index] * (end - curve.time[index])
            end = curve.time[index]
            let (deaths, atRisk) = (Double(curve.eventCount[index]), Double(curve.atRisk[index]))
            // Where all have the event the curve is 0 from there on, and the area with it.
            if deaths < atRisk { variance += area * area * deaths / (atRisk * (atRisk - deaths)) }
        }
        let mean = area + end
        let error = variance.squareRoot()
        self.init(
            name: name, patients: table.patients, events: curve.events, horizon: horizon, mean: mean,
            standardError: error, lower: mean - multiplier * error, upper: mean + multiplier * error, level: level)
    }

    /// This mean less another's, which is of other patients and has the same horizon.
    ///
    /// - Throws: `StatisticsError.noVarianceOfMeans` when neither mean has an error.
    /// - Precondition: the horizons are equal.
    public func difference(from other: RestrictedMean) throws -> Contrast {
        precondition(horizon == other.horizon, "horizons \(horizon) and \(other.horizon) differ")
        let variance = standardError * standardError + other.standardError * other.standardError
        return try Contrast(mean - other.mean, error: variance.squareRoot(), level: level) { $0 }
    }

    /// This mean over another's, which is of other patients and has the same horizon.
    ///
    /// - Throws: `StatisticsError.noVarianceOfMeans` when neither mean has an error.
    /// - Precondition: the horizons are equal.
    public func ratio(to other: RestrictedMean) throws -> Contrast {
        precondition(horizon == other.horizon, "horizons \(horizon) and \(other.horizon) differ")
        let (own, others) = (standardError / mean, other.standardError / other.mean)
        let error = (own * own + others * others).squareRoot()
        return try Contrast(log(mean / other.mean), error: error, level: level) { exp($0) }
    }
}

extension RestrictedMean.Contrast {
    /// - Parameter scale: takes the estimate and its bounds back to the scale they are reported on.
    fileprivate init(_ estimate: Double, error: Double, level: Double, scale: (Double) -> Double) throws {
        guard error > 0 else { throw StatisticsError.noVarianceOfMeans }
        let multiplier = try Distributions.normalMultiplier(level: level)
        let z = estimate / error
        self.init(
            estimate: scale(estimate), lower: scale(estimate - multiplier * error),
            upper: scale(estimate + multiplier * error),
            p: Distributions.chiSquareUpperTail(z * z, degreesOfFreedom: 1))
    }
}
