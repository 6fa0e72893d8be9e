import Foundation
import Results

/// What a metric says of one run of a model in one fold, with how sure that is.
public struct JudgedFold: Sendable, Equatable {
    public var value: Double
    /// Numbers whose squares sum to the variance of the value over patients: influences, or scaled deviations of
    /// resamples. Those of runs that were judged together belong together, place by place, so that the squares of a
    /// difference sum to the variance of the difference.
    public var deviations: [Double]

    public init(value: Double, deviations: [Double]) {
        self.value = value
        self.deviations = deviations
    }

    /// A concordance and its infinitesimal jackknife.
    public init(_ concordance: ConcordanceInfluence) {
        self.init(value: concordance.concordance, deviations: concordance.influence)
    }

    /// Values of several runs with their deviations in resamples that all runs share.
    ///
    /// - Parameters:
    ///   - values: one per run.
    ///   - resampled: resamples × runs; a resample without a value for some run is left out.
    /// - Throws: `ResamplingError.tooFewResamples`, `.mostlyUndefined`.
    public static func folds(_ values: [Double], resampled: [[Double]]) throws -> [JudgedFold] {
        guard resampled.count >= 20 else { throw ResamplingError.tooFewResamples(resampled.count) }
        let known = resampled.filter { $0.allSatisfy(\.isFinite) }
        guard 2 * known.count >= resampled.count else {
            throw ResamplingError.mostlyUndefined(undefined: resampled.count - known.count, of: resampled.count)
        }
        let scale = 1 / Double(known.count - 1).squareRoot()
        return values.indices.map { run in
            let mean = known.reduce(0) { $0 + $1[run] } / Double(known.count)
            return JudgedFold(value: values[run], deviations: known.map { ($0[run] - mean) * scale })
        }
    }
}

/// One model in the folds, over its seeds.
public struct JudgedModel: Sendable, Equatable {
    /// Mean over seeds of each fold.
    public var folds: [Double]
    /// Mean over folds of each seed.
    public var seeds: [Double]
    /// Over folds and seeds.
    public var mean: Double
    /// Of the mean, over patients, for the seeds as they are.
    public var standardError: Double
    /// Standard deviation of the seeds' means, with one degree of freedom less; nil for one seed.
    public var seedDeviation: Double?

    fileprivate var deviations: [[Double]]

    /// - Parameter runs: for each seed the folds, the same ones for all.
    /// - Precondition: there is a run and a fold.
    public init(_ runs: [[JudgedFold]]) {
        precondition(!runs.isEmpty && runs.allSatisfy { !$0.isEmpty && $0.count == runs[0].count }, "folds are needed")
        let (runCount, foldCount) = (Double(runs.count), Double(runs[0].count))
        folds = runs[0].indices.map { fold in runs.reduce(0) { $0 + $1[fold].value } / runCount }
        seeds = runs.map { run in run.reduce(0) { $0 + $1.value } / foldCount }
        let moments = Moments(seeds)
        mean = moments.mean
        seedDeviation = runs.count > 1 ? moments.deviation : nil
        deviations = runs[0].indices.map { fold in
            runs[0][fold].deviations.indices.map { place in
                runs.reduce(0) { $0 + $1[fold].deviations[place] } / runCount
            }
        }
        standardError = JudgedModel.variances(deviations).reduce(0, +).squareRoot() / foldCount
    }

    fileprivate static func variances(_ deviations: [[Double]]) -> [Double] {
        deviations.map { $0.reduce(0) { $0 + $1 * $1 } }
    }

    fileprivate var seedVariance: Double {
        seedDeviation.map { $0 * $0 / Double(seeds.count) } ?? 0
    }
}

/// How far two models that judged the same patients in the same folds lie apart.
public struct PairedDifference: Sendable, Equatable {
    /// Mean over folds of the first model's value less the second's, means over seeds.
    public var difference: Double
    /// Over patients and seeds.
    public var standardError: Double
    public var lower: Double
    public var upper: Double
    public var level: Double
    public var z: Double
    /// Two-sided.
    public var p: Double
    /// Of each fold.
    public var folds: [Double]
    /// Of each fold, over patients.
    public var foldErrors: [Double]
    /// The part of the standard error that comes from patients.
    public var patientError: Double
    /// The part that comes from seeds: √(s₁²/k₁ + s₂²/k₂); nil when a model has one seed only.
    public var seedError: Double?
    /// Half the width of the interval that seeds alone give (Welch's, Student's t); nil when a model has one seed only.
    public var seedNoise: Double?

    /// Whether other seeds alone may turn the difference round; nil when a model has one seed only.
    public var isWithinSeedNoise: Bool? { seedNoise.map { abs(difference) <= $0 } }
}

/// The difference of two models, paired over patients within folds.
///
///     d = 1/K Σₖ (m₁ₖ − m₂ₖ),   Var d = 1/K² Σₖ Σᵢ (u₁ₖᵢ − u₂ₖᵢ)² + s₁²/k₁ + s₂²/k₂
///
/// over K folds with the deviations u of the patients (means over seeds), and the seed-to-seed standard deviations s of
/// the models' means over k seeds; a model of one seed adds nothing, since what it would add is not known. Folds hold
/// different patients and count as independent. Interval and p are normal. The patients' part is for the models as
/// they were trained: how training would go on other patients is not in it.
///
/// Source: the covariance is that of R's `concordance(fit1, fit2)`; Therneau & Watson 2015, Mayo technical report 85.
///
/// - Throws: `PairingError.noDifference` when the two agree in everything; `StatisticsError.invalidLevel`.
/// - Precondition: both were judged in the same folds together.
public func pairedDifference(_ first: JudgedModel, _ second: JudgedModel, level: Double = 0.95) throws
    -> PairedDifference
{
    let multiplier = try Distributions.normalMultiplier(level: level)
    let folds = zip(first.folds, second.folds).map { $0 - $1 }
    let variances = JudgedModel.variances(
        zip(first.deviations, second.deviations).map { zip($0, $1).map { $0 - $1 } })
    let count = Double(folds.count)
    let difference = folds.reduce(0, +) / count
    let patients = variances.reduce(0, +) / (count * count)
    let seeds = first.seedVariance + second.seedVariance
    let error = (patients + seeds).squareRoot()
    guard error > 0 else { throw PairingError.noDifference(difference) }
    let z = difference / error
    var result = PairedDifference(
        difference: difference, standardError: error, lower: difference - multiplier * error,
        upper: difference + multiplier * error, level: level, z: z, p: Distributions.normalTwoSidedTail(z),
        folds: folds, foldErrors: variances.map { $0.squareRoot() }, patientError: patients.squareRoot(),
        seedError: nil, seedNoise: nil)
    if first.seedDeviation != nil && second.seedDeviation != nil {
        result.seedError = seeds.squareRoot()
        result.seedNoise = seeds > 0 ? seeds.squareRoot() * welchMultiplier(first, second, level: level) : 0
    }
    return result
}

/// Student's quantile at Welch & Satterthwaite's degrees of freedom.
private func welchMultiplier(_ first: JudgedModel, _ second: JudgedModel, level: Double) -> Double {
    let (a, b) = (first.seedVariance, second.seedVariance)
    let parts = a * a / Double(first.seeds.count - 1) + b * b / Double(second.seeds.count - 1)
    return Distributions.studentQuantile((1 + level) / 2, degreesOfFreedom: (a + b) * (a + b) / parts)
}
