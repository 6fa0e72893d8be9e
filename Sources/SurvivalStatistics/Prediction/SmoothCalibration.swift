import Foundation
import Results

/// A smooth curve of what happened against what was predicted, and how far the two lie apart.
public struct SmoothCalibration: Sendable, Equatable {
    public var horizon: Double
    /// Predicted probability of the event by the horizon, one per patient.
    public var predicted: [Double]
    /// What the curve has for it.
    public var observed: [Double]
    /// Mean of |observed − predicted| over the patients: the integrated calibration index.
    public var index: Double
    /// Median, 90th percentile and maximum of |observed − predicted|.
    public var median: Double
    public var ninetieth: Double
    public var largest: Double
    /// The coefficient of log(−log Ŝ) in a Cox model: 1 when predictions spread as they should, below 1 when they are
    /// too extreme.
    public var slope: Double
    public var slopeError: Double
    public var slopeLower: Double
    public var slopeUpper: Double
    /// What the two Cox models say of themselves, each once.
    public var warnings: [CoxWarning]
}

/// The calibration of predicted survival at a horizon, by Cox regression on the predictions.
///
/// With x = log(−log Ŝ(h)), the hazard is modelled as exp of a restricted cubic spline of x with knots at its 10th, 50th
/// and 90th percentiles (Harrell's for three); the curve's 1 − S(h | x), from Breslow's baseline and ties, is what
/// happened to patients so predicted. ICI, E50, E90 and Emax summarise |observed − predicted|. The slope is the
/// coefficient of x alone (Efron's ties), with a normal interval. Follow-up after the horizon counts in both fits.
/// O(n log n).
///
/// Source: Austin, Harrell & van Klaveren 2020, Stat Med 39:2714; the slope: Royston & Altman 2013, BMC Med Res Methodol
/// 13:33.
///
/// - Parameter survival: the predicted probability of no event by the horizon, one per patient.
/// - Throws: as `calibration(_:survival:horizon:groups:level:)`; `CalibrationError.certain` and `.tooFewDistinct` where
///   there is no curve; `StatisticsError.noEvents`.
public func smoothCalibration(
    _ outcome: Outcome, survival: [Double], horizon: Double, level: Double = 0.95
) throws -> SmoothCalibration {
    try checkCalibration(outcome, survival, horizon: horizon)
    let multiplier = try Distributions.normalMultiplier(level: level)
    let certain = survival.count { $0 == 0 || $0 == 1 }
    guard certain == 0 else { throw CalibrationError.certain(patients: certain, of: survival.count) }
    let x = survival.map { log(-log($0)) }
    let sorted = x.sorted()
    let knots = [0.1, 0.5, 0.9].map { quantile(ofSorted: sorted, $0) }
    let distinct = zip(sorted, sorted.dropFirst()).reduce(1) { $0 + ($1.0 < $1.1 ? 1 : 0) }
    guard distinct > 2 && knots[0] < knots[1] && knots[1] < knots[2] else {
        throw CalibrationError.tooFewDistinct(distinct)
    }
    let spline = x.map { restrictedCubic($0, knots) }
    let covariates = Matrix(rows: x.count, columns: 2, values: zip(x, spline).flatMap { [$0, $1] })
    let fit = try CoxModel.fit(outcome, covariates: covariates, names: ["x", "x'"], ties: .breslow)
    let baseline = try breslowBaseline(outcome, linearPredictor: fit.linearPredictor)
    let predicted = survival.map { 1 - $0 }
    let observed = fit.linearPredictor.map { 1 - baseline.survival(at: horizon, linearPredictor: $0) }
    let gaps = zip(observed, predicted).map { abs($0 - $1) }
    let ordered = gaps.sorted()
    let slope = try CoxModel.fit(
        outcome, covariates: Matrix(rows: x.count, columns: 1, values: x), names: ["x"], level: level)
    let line = slope.terms[0]
    return SmoothCalibration(
        horizon: horizon, predicted: predicted, observed: observed, index: gaps.reduce(0, +) / Double(gaps.count),
        median: quantile(ofSorted: ordered, 0.5), ninetieth: quantile(ofSorted: ordered, 0.9),
        largest: ordered[ordered.count - 1], slope: line.coefficient, slopeError: line.standardError,
        slopeLower: line.coefficient - multiplier * line.standardError,
        slopeUpper: line.coefficient + multiplier * line.standardError,
        warnings: slope.warnings + fit.warnings.filter { !slope.warnings.contains($0) })
}

/// The cubic part of a spline with three knots that is a line outside them, over the square of the knots' range.
private func restrictedCubic(_ x: Double, _ knots: [Double]) -> Double {
    func cube(_ knot: Double) -> Double {
        let beyond = max(x - knot, 0)
        return beyond * beyond * beyond
    }
    let range = knots[2] - knots[0]
    let curve =
        cube(knots[0]) - cube(knots[1]) * range / (knots[2] - knots[1])
        + cube(knots[2]) * (knots[1] - knots[0]) / (knots[2] - knots[1])
    return curve / (range * range)
}
