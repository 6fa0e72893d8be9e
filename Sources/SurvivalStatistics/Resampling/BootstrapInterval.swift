import Foundation
import Results

/// What resampling says of a statistic: its error, its bias and an interval.
public struct BootstrapInterval: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        /// Between quantiles of the resampled statistics.
        case percentile
        /// The same with the quantiles moved for bias and for an error that changes with the parameter: bias-corrected
        /// and accelerated.
        case bca
    }

    public var kind: Kind
    public var estimate: Double
    /// Infinite when the interval has no end.
    public var lower: Double
    public var upper: Double
    public var level: Double
    /// Standard deviation of the resampled statistics; not a number when one of them is infinite.
    public var standardError: Double
    /// Their mean less the estimate.
    public var bias: Double
    /// The normal quantile of the share of resamples below the estimate; nil for a percentile interval.
    public var biasCorrection: Double?
    /// A sixth of the influences' skewness; nil for a percentile interval.
    public var acceleration: Double?
    /// How many resamples had a value.
    public var defined: Int
    /// How many had none.
    public var undefined: Int
    /// Whether an end of the interval is beyond the smallest or the largest resample, which then stands for it.
    public var reachesExtreme: Bool
}

extension BootstrapInterval {
    /// The interval of a statistic from its values in resamples.
    ///
    /// Percentile: the quantiles at (1 ± level)/2. Bias-corrected and accelerated: the quantiles at
    ///
    ///     Φ(z₀ + (z₀ + z) / (1 − a (z₀ + z))),   z = Φ⁻¹((1 ± level)/2),
    ///     z₀ = Φ⁻¹(share of resamples below the estimate),   a = Σ uᵢ³ / (6 (Σ uᵢ²)^{3/2})
    ///
    /// with uᵢ the influence of patient i. Of R sorted values the quantile at α is that at rank (R + 1) α, between two of
    /// them by interpolation on the normal scale. NaN values are left out and counted. An infinite value is a value that
    /// was not reached, such as a median, and sorts last. O(R log R).
    ///
    /// Source: Efron 1987, JASA 82:171; Davison & Hinkley 1997, Bootstrap Methods, 5.3; agrees with R's
    /// `boot::boot.ci`.
    ///
    /// - Parameter influence: how much each patient moves the statistic, on any scale; for `.bca`.
    /// - Throws: `ResamplingError`; `StatisticsError.invalidLevel`.
    /// - Precondition: influences are given for `.bca`.
    public init(
        _ kind: Kind = .percentile, estimate: Double, resampled: [Double], influence: [Double]? = nil,
        level: Double = 0.95
    ) throws {
        guard level > 0 && level < 1 else { throw StatisticsError.invalidLevel(level) }
        guard estimate.isFinite else { throw ResamplingError.undefinedEstimate }
        guard resampled.count >= 20 else { throw ResamplingError.tooFewResamples(resampled.count) }
        let values = resampled.filter { !$0.isNaN }.sorted()
        let undefined = resampled.count - values.count
        guard 2 * values.count >= resampled.count else {
            throw ResamplingError.mostlyUndefined(undefined: undefined, of: resampled.count)
        }
        var shares = [(1 - level) / 2, (1 + level) / 2]
        var (correction, acceleration): (Double?, Double?)
        if kind == .bca {
            guard let influence else { preconditionFailure("a BCa interval needs influences") }
            let below = values.partitioningIndex { $0 >= estimate }
            guard below > 0 && below < values.count else { throw ResamplingError.oneSided }
            let z0 = Distributions.normalQuantile(Double(below) / Double(values.count))
            let a = try Self.acceleration(influence)
            let multiplier = try Distributions.normalMultiplier(level: level)
            shares = [-multiplier, multiplier].map { quantile in
                let z = z0 + quantile
                return Distributions.normalLowerTail(z0 + z / (1 - a * z))
            }
            (correction, acceleration) = (z0, a)
        }
        let ends = shares.map { Self.quantile(values, $0) }
        let moments = Moments(values)
        self.init(
            kind: kind, estimate: estimate, lower: ends[0].value, upper: ends[1].value, level: level,
            standardError: moments.deviation, bias: moments.mean - estimate,
            biasCorrection: correction, acceleration: acceleration, defined: values.count, undefined: undefined,
            reachesExtreme: ends.contains { $0.isExtreme })
    }

    private static func acceleration(_ influence: [Double]) throws -> Double {
        // The largest is taken out, so that no power under- or overflows.
        let largest = influence.reduce(0) { max($0, abs($1)) }
        guard largest > 0 && largest.isFinite && !influence.contains(where: \.isNaN) else {
            throw ResamplingError.noAcceleration
        }
        var (squares, cubes) = (0.0, 0.0)
        for value in influence {
            let share = value / largest
            squares += share * share
            cubes += share * share * share
        }
        return cubes / (6 * squares * squares.squareRoot())
    }

    private static func quantile(_ values: [Double], _ share: Double) -> (value: Double, isExtreme: Bool) {
        let count = values.count
        let rank = Double(count + 1) * share
        let isExtreme = !(rank > 1 && rank < Double(count))
        guard rank >= 1 else { return (values[0], isExtreme) }
        guard rank < Double(count) else { return (values[count - 1], isExtreme) }
        let place = Int(rank)
        let (low, high) = (values[place - 1], values[place])
        if Double(place) == rank || low == high { return (low, isExtreme) }
        guard high.isFinite else { return (high, isExtreme) }
        let below = Distributions.normalQuantile(Double(place) / Double(count + 1))
        let above = Distributions.normalQuantile(Double(place + 1) / Double(count + 1))
        let between = (Distributions.normalQuantile(share) - below) / (above - below)
        return (low + between * (high - low), isExtreme)
    }
}
