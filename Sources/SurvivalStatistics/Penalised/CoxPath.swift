import Results

/// Cox regressions with one elastic-net penalty of decreasing weight.
public struct CoxPath: Sendable, Equatable {
    /// The regression for one weight of the penalty.
    public struct Point: Sendable, Equatable {
        public var lambda: Double
        /// Change of the log hazard per unit of each covariate as given; a positive one means that higher values go with
        /// earlier events. 0 for a covariate that is the same for all patients.
        public var coefficients: [Double]
        public var logLikelihood: Double
        /// The share of the deviance that the model explains: (ℓ − ℓ₀)/(ℓₛ − ℓ₀), with ℓ₀ that of coefficients of 0
        /// and ℓₛ the largest that any risks could reach.
        public var devianceRatio: Double
        /// Newton steps.
        public var iterations: Int

        /// How many coefficients are not 0.
        public var nonzero: Int { coefficients.lazy.filter { $0 != 0 }.count }
    }

    public var names: [String]
    public var penalty: ElasticNet
    public var patients: Int
    public var events: Int
    /// Of the covariates, as `linearPredictor` subtracts them.
    public var means: [Double]
    /// Columns that are the same for all patients; their coefficients are 0.
    public var constantColumns: [Int]
    public var nullLogLikelihood: Double
    public var saturatedLogLikelihood: Double
    /// In order of decreasing λ.
    public var points: [Point]
    public var warnings: [PenalisedCoxWarning]

    public var lambdas: [Double] { points.map(\.lambda) }

    /// β · (x − means) for each row, higher meaning an earlier event. O(rows × columns).
    ///
    /// - Precondition: the covariates have the columns of those fitted.
    public func linearPredictor(_ covariates: Matrix, at index: Int) -> [Double] {
        precondition(
            covariates.columns == means.count, "\(covariates.columns) covariates for a model of \(means.count)")
        let used = points[index].coefficients.enumerated().filter { $0.element != 0 }
        return (0..<covariates.rows).map { row in
            used.reduce(0) {
                $0 + (covariates.values[row * covariates.columns + $1.offset] - means[$1.offset]) * $1.element
            }
        }
    }
}
