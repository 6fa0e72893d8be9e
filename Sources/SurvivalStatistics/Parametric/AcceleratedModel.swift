import Foundation
import Results

/// An accelerated failure time model, log T = intercept + β · x + σ ε.
public struct AcceleratedModel: Sendable, Equatable {
    /// One covariate.
    public struct Term: Sendable, Equatable {
        public var name: String
        /// Change of the log survival time per unit: positive for longer survival.
        public var coefficient: Double
        /// Infinite when the data hold no information on the coefficient.
        public var standardError: Double
        public var z: Double
        /// Two-sided.
        public var p: Double
        /// exp(coefficient): how many times longer survival is per unit, with its interval.
        public var timeRatio: Double
        public var lower: Double
        public var upper: Double
        /// exp(−β/σ), where hazards are proportional: Weibull's and exponential distributions with one scale.
        public var hazardRatio: HazardRatio?
    }

    /// Above 1 for earlier events.
    public struct HazardRatio: Sendable, Equatable {
        public var value: Double
        public var lower: Double
        public var upper: Double
    }

    /// The scale σ of one stratum.
    public struct Scale: Sendable, Equatable {
        public var scale: Double
        public var logarithm: Double
        /// Of the logarithm; 0 for a scale that is fixed at 1.
        public var standardError: Double
        /// Of the scale, made on its logarithm.
        public var lower: Double
        public var upper: Double
    }

    public var distribution: AcceleratedDistribution
    public var terms: [Term]
    public var intercept: Double
    public var interceptError: Double
    /// One, or one per stratum in ascending order of the strata's numbers.
    public var scales: [Scale]
    /// Those numbers; nil without strata.
    public var strata: [Int]?
    public var patients: Int
    public var events: Int
    /// Confidence level of the intervals.
    public var level: Double
    /// Of intercept, coefficients and logarithms of the scales that are estimated, in this order: the inverse of the
    /// observed information.
    public var covariance: Matrix
    /// intercept + β · x for each patient: the higher, the longer.
    public var linearPredictor: [Double]
    /// Of the times themselves, not of their logarithms.
    public var logLikelihood: Double
    /// With intercept and scales alone.
    public var nullLogLikelihood: Double
    /// That all coefficients are zero; nil without covariates.
    public var likelihoodRatio: CoxModel.Test?
    public var iterations: Int
    public var warnings: [RegressionWarning]

    /// Parameters that were estimated.
    public var parameterCount: Int { covariance.rows }

    /// Akaike's criterion, by which distributions can be compared.
    public var aic: Double { 2 * Double(parameterCount) - 2 * logLikelihood }

    /// S(t) of a patient with that linear predictor.
    ///
    /// - Parameter scale: an index into `scales`.
    public func survival(at time: Double, linearPredictor: Double, scale: Int = 0) -> Double {
        time > 0 ? distribution.survival((log(time) - linearPredictor) / scales[scale].scale) : 1
    }

    /// The time by which a patient with that linear predictor has had the event with a probability.
    ///
    /// - Parameter scale: an index into `scales`.
    /// - Throws: `StatisticsError.invalidProbability` unless it lies between 0 and 1, both excluded.
    public func quantile(_ probability: Double, linearPredictor: Double, scale: Int = 0) throws -> Double {
        guard probability > 0 && probability < 1 else { throw StatisticsError.invalidProbability(probability) }
        return exp(linearPredictor + scales[scale].scale * distribution.quantile(probability))
    }
}
