import Results

/// A proportional subdistribution hazards model of one cause, 1 − F(t | x) = exp(−Λ₀(t) exp(β · x)).
public struct FineGrayModel: Sendable, Equatable {
    /// One covariate.
    public struct Term: Sendable, Equatable {
        public var name: String
        /// Change of the log subdistribution hazard per unit: positive for a higher incidence of the cause.
        public var coefficient: Double
        /// Infinite when the data hold no information on the coefficient.
        public var standardError: Double
        public var z: Double
        /// Two-sided.
        public var p: Double
        /// The ratio of subdistribution hazards, with its interval.
        public var hazardRatio: Double
        public var lower: Double
        public var upper: Double
    }

    public var cause: String
    public var terms: [Term]
    public var patients: Int
    /// Of the cause, of other causes, and none.
    public var events: Int
    public var competingEvents: Int
    public var censored: Int
    /// Confidence level of the intervals.
    public var level: Double
    /// Of the coefficients: the sandwich of Fine and Gray.
    public var covariance: Matrix
    /// Log pseudo-likelihood at β = 0.
    public var nullLogLikelihood: Double
    public var logLikelihood: Double
    /// Of the pseudo-likelihood, whose weights it takes as known: a rough guide beside the Wald test.
    public var likelihoodRatio: CoxModel.Test
    public var wald: CoxModel.Test
    public var iterations: Int
    public var warnings: [RegressionWarning]
}
