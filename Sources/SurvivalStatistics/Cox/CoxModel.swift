import Results

/// A Cox proportional hazards model, h(t | x) = h₀(t) exp(β · (x − means)).
public struct CoxModel: Sendable, Equatable {
    /// How events at one time enter the partial likelihood.
    public enum Ties: String, Sendable, CaseIterable {
        /// Efron 1977, JASA 72:557: the events of one time leave the risk set in equal steps.
        case efron
        /// Breslow 1974, Biometrics 30:89: each sees the whole risk set.
        case breslow
        /// Cox 1972, JRSS B 34:187: the events of one time are compared with all sets of as many patients at risk.
        case exact
    }

    /// Where the coefficients' standard errors come from.
    public enum Variance: Sendable, Equatable {
        /// The inverse information: right when hazards are proportional and patients independent.
        case model
        /// The sandwich of Lin and Wei 1989, JASA 84:1074, which holds without proportional hazards.
        case robust
        /// The same with the scores added up within clusters, which holds when patients of one cluster resemble each
        /// other; one number per patient, equal within a cluster.
        case clustered([Int])
    }

    /// One covariate.
    public struct Term: Sendable, Equatable {
        public var name: String
        /// Change of the log hazard per unit.
        public var coefficient: Double
        /// As the variance asked for has it; infinite when the data hold no information on the coefficient.
        public var standardError: Double
        /// From the inverse information whatever the variance asked for.
        public var modelStandardError: Double
        /// Coefficient over standard error.
        public var z: Double
        /// Two-sided.
        public var p: Double
        public var hazardRatio: Double
        /// Interval of the hazard ratio.
        public var lower: Double
        public var upper: Double
    }

    /// A test that all coefficients are zero.
    public struct Test: Sendable, Equatable {
        public var chiSquare: Double
        public var degreesOfFreedom: Int
        public var p: Double
    }

    public var terms: [Term]
    public var patients: Int
    public var events: Int
    public var ties: Ties
    /// Confidence level of the intervals.
    public var level: Double
    /// Of the coefficients, in the order of the terms: the inverse information, or the sandwich where that was asked
    /// for.
    public var covariance: Matrix
    /// The inverse information, whatever the variance asked for.
    public var modelCovariance: Matrix
    /// What is subtracted from each covariate in `linearPredictor`: its mean (weighted, unless patients enter late), or 0
    /// when it only has the values −1, 0 and 1 (R's rule).
    public var means: [Double]
    /// β · (x − means) for each patient.
    public var linearPredictor: [Double]
    /// Log partial likelihood at β = 0.
    public var nullLogLikelihood: Double
    public var logLikelihood: Double
    public var likelihoodRatio: Test
    public var wald: Test
    public var score: Test
    /// The score test with the sandwich for its variance; nil unless that was asked for.
    public var robustScore: Test?
    /// How many clusters the sandwich has (patients, when each is one); nil for the model's own variance.
    public var clusters: Int?
    /// The patients' weights; nil when each counts once.
    public var weights: [Double]?
    /// Harrell's, of the linear predictor, within strata, weighted as the fit, its error clustered where the variance is;
    /// nil when no pair of patients is comparable.
    public var concordance: Concordance?
    public var iterations: Int
    public var warnings: [CoxWarning]
    /// What Firth's penalty adds; nil for the ordinary likelihood.
    public var firth: Firth? = nil
}
