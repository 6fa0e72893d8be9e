import Foundation
import Results

/// The survival that a Cox model predicts for given covariates, one entry per distinct follow-up time (event or
/// censoring) of the stratum.
///
/// All arrays have the same length. The curve is 1 before `time[0]` and holds its value to the right of each time.
public struct PredictedCurve: Sendable, Equatable {
    /// β · (x − means)
    public var linearPredictor: Double
    /// As the strata of the fit number it; nil for a fit without strata.
    public var stratum: Int?
    /// Of the stratum.
    public var patients: Int
    public var events: Int
    /// Increasing.
    public var time: [Double]
    /// Patients of the stratum with follow-up of at least `time[i]`.
    public var atRisk: [Int]
    public var eventCount: [Int]
    public var censoredCount: [Int]
    public var cumulativeHazard: [Double] = []
    /// exp(−cumulative hazard)
    public var survival: [Double] = []
    /// Of the cumulative hazard, which is that of log survival: R's `std.err`.
    public var standardError: [Double] = []
    /// Pointwise interval of `survival`; NaN where it is not defined: survival 0, and for log-log intervals also
    /// survival 1.
    public var lower: [Double] = []
    public var upper: [Double] = []
    public var level: Double
    public var interval: SurvivalInterval
    /// By the rule of `KaplanMeierCurve`; nil when never reached.
    public var median: Double?
    public var medianLower: Double?
    public var medianUpper: Double?
}

extension CoxModel {
    /// A patient, known or new, whose survival is to be predicted.
    public struct Profile: Sendable, Equatable {
        /// In the order of the model's terms.
        public var covariates: [Double]
        /// A stratum of the fit; nil for a fit without strata.
        public var stratum: Int?

        public init(covariates: [Double], stratum: Int? = nil) {
            self.covariates = covariates
            self.stratum = stratum
        }
    }

    /// Predicted survival with standard errors, by profile:
    ///
    ///     H(t | x) = e^η H₀(t),   σ²(t | x) = e^2η [ Σ_{tₖ ≤ t} Σ_f 1/s² + aᵀ V a ],   a = (x − means) H₀(t) − ∫ (x̄ − means) dH₀
    ///
    /// with H₀ and the steps f of the tie rule as in `baseline`, s the sum of e^η over the risk set, x̄ the mean of the
    /// covariates in it, and V the covariance of the coefficients (the sandwich where the fit has one). The first part
    /// is the error of the baseline, the second that of the coefficients. Survival is exp(−H). O(n p) once per stratum,
    /// and O(n p²) per profile.
    ///
    /// Source: Tsiatis 1981, Ann Stat 9:93; Link 1984, Biometrics 40:601; agrees with R's
    /// `survfit(coxph(...), newdata =)`, whose default interval is `log`.
    ///
    /// - Parameters:
    ///   - outcome: that of the fit, as `covariates` and `strata`.
    /// - Throws: `StatisticsError.lengthsDiffer`, `.invalidLevel`.
    /// - Precondition: a profile has a covariate per term, and names a stratum of the fit.
    public func curves(
        _ outcome: Outcome, covariates: Matrix, strata: [Int]? = nil, of profiles: [Profile], level: Double = 0.95,
        interval: SurvivalInterval = .logLog
    ) throws -> [PredictedCurve] {
        try StatisticsError.check(covariates.rows, "rows of covariates", patients: outcome.count)
        try StatisticsError.check(linearPredictor.count, "linear predictors", patients: outcome.count)
        let multiplier = try Distributions.normalMultiplier(level: level)
        let sets = try RiskSets.sets(outcome, strata: strata, takesEntry: true)
        let numbers = Self.numbers(strata)
        var steps: [Int: HazardSteps] = [:]
        return profiles.map { profile in
            precondition(profile.covariates.count == terms.count, "a profile needs \(terms.count) covariates")
            guard let place = numbers.firstIndex(of: profile.stratum) else {
                preconditionFailure("there is no stratum \(profile.stratum.map(String.init) ?? "without a number")")
            }
            let stratum =
                steps[place]
                ?? HazardSteps(
                    sets[place], predictor: linearPredictor, ties: ties, weights: weights,
                    covariates: (covariates, means))
            steps[place] = stratum
            return curve(stratum, of: profile, level: level, interval: interval, multiplier: multiplier)
        }
    }

    private func curve(
        _ steps: HazardSteps, of profile: Profile, level: Double, interval: SurvivalInterval, multiplier: Double
    ) -> PredictedCurve {
        let (sets, size) = (steps.sets, terms.count)
        let x = zip(profile.covariates, means).map(-)
        let predictor = zip(x, terms).reduce(0) { $0 + $1.0 * $1.1.coefficient }
        var curve = PredictedCurve(
            linearPredictor: predictor, stratum: profile.stratum, patients: sets.patients,
            events: sets.eventCount.reduce(0, +), time: sets.time, atRisk: sets.atRisk, eventCount: sets.eventCount,
            censoredCount: sets.censoredCount, level: level, interval: interval)
        // H₀, its variance and ∫ (x̄ − means) dH₀, over e^-shift, e^-2shift and e^-shift.
        var (cumulative, variance, integral) = (0.0, 0.0, [Double](repeating: 0, count: size))
        var (hazard, error, next) = (0.0, 0.0, 0)
        for time in 0..<sets.count {
            if next < steps.index.count, steps.index[next] == time {
                let factor = next > 0 ? exp(steps.shift[next] - steps.shift[next - 1]) : 0
                cumulative = cumulative * factor + steps.sums[next].inverse
                variance = variance * factor * factor + steps.sums[next].inverseSquare
                for column in 0..<size {
                    integral[column] = integral[column] * factor + steps.hazardMeans[next * size + column]
                }
                let difference = (0..<size).map { x[$0] * cumulative - integral[$0] }
                var ofCoefficients = 0.0
                for row in 0..<size {
                    for column in 0..<size {
                        ofCoefficients += difference[row] * covariance[row, column] * difference[column]
                    }
                }
                let scale = exp(predictor - steps.shift[next])
                hazard = scale * cumulative
                error = scale * (variance + max(ofCoefficients, 0)).squareRoot()
                next += 1
            }
            let survival = exp(-hazard)
            let bounds = interval.bounds(survival: survival, standardError: error, multiplier: multiplier)
            curve.cumulativeHazard.append(hazard)
            curve.survival.append(survival)
            curve.standardError.append(error)
            curve.lower.append(bounds.lower)
            curve.upper.append(bounds.upper)
        }
        curve.median = KaplanMeierCurve.median(curve.time, curve.survival)
        curve.medianLower = KaplanMeierCurve.median(curve.time, curve.lower)
        curve.medianUpper = KaplanMeierCurve.median(curve.time, curve.upper)
        return curve
    }
}

extension KaplanMeierCurve {
    /// A predicted curve in the form that curves are drawn in.
    public init(_ curve: PredictedCurve, name: String?) {
        self.init(
            name: name, patients: curve.patients, events: curve.events, time: curve.time, atRisk: curve.atRisk,
            eventCount: curve.eventCount, censoredCount: curve.censoredCount, survival: curve.survival,
            standardError: curve.standardError, lower: curve.lower, upper: curve.upper, level: curve.level,
            interval: curve.interval, median: curve.median, medianLower: curve.medianLower,
            medianUpper: curve.medianUpper)
    }
}
