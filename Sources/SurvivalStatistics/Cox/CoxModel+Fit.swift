import Foundation
import Results

extension CoxModel {
    /// When to stop, as in R's `coxph.control()`.
    private enum Limit {
        /// Relative change of the log partial likelihood.
        static let convergence = 1e-9
        static let iterations = 20
        /// A Newton step that is still larger than this share of its coefficient shows a likelihood without a maximum.
        static let infinity = 1e-9.squareRoot()
    }

    /// The model that maximises the partial likelihood, by Newton's method with step halving from β = 0.
    ///
    /// Covariates are centred and scaled by their mean absolute deviation while fitting, and no exponential can
    /// overflow. The steps and the rule to stop (a relative change of the log likelihood of at most 1e-9, at most 20
    /// steps) are those of R's `coxph`, so coefficients agree with it beyond what the rule alone would give. A
    /// patient censored at the time of an event is at risk there; nearly equal times count as one. With strata the
    /// likelihoods of the strata, each with its own baseline hazard, are multiplied. O(n p²) per step, after one
    /// sort; O(n d p²) with exact ties, d the most events of one time.
    ///
    /// Patients who come under observation late are at risk from just after their entry; several rows of one patient,
    /// each an interval with its own covariates, follow covariates that change. With weights, each patient's terms of the
    /// log likelihood count that much; the events of one time share their mean weight in the terms of Efron's rule, as in
    /// R. The model's own variance then holds for weights that are numbers of like patients; for sampling weights ask for
    /// the robust one.
    ///
    /// Source: Cox 1972, JRSS B 34:187; Andersen & Gill 1982, Ann Stat 10:1100; agrees with R's `coxph`.
    ///
    /// - Parameters:
    ///   - covariates: patients × covariates, all finite.
    ///   - names: the names of the covariates, for the result and for errors.
    ///   - strata: the stratum of each patient.
    ///   - weights: how much each patient counts, all above 0.
    ///   - variance: where standard errors, intervals and the Wald test come from; does not change the coefficients.
    ///   - level: confidence level of the hazard ratios' intervals.
    ///   - progress: called with a number from 0 to 1 before each step; may throw to interrupt.
    /// - Throws: `CoxError` when there are no covariates, or some are constant or linear combinations of others;
    ///   `StatisticsError` for no patients, no events, arrays of different lengths, NaN or infinite covariates, a bad
    ///   level; `CoxError.tooFewClusters`; `CaseWeightError`; `DelayedEntryError`; `ExactTiesError.noRobustVariance`,
    ///   `.noEntryOrWeights`.
    /// - Precondition: one name per covariate.
    public static func fit(
        _ outcome: Outcome, covariates: Matrix, names: [String], ties: Ties = .efron, strata: [Int]? = nil,
        weights: [Double]? = nil, variance: Variance = .model, level: Double = 0.95,
        progress: (Double) throws -> Void = { _ in }
    ) throws -> CoxModel {
        precondition(names.count == covariates.columns, "\(names.count) names for \(covariates.columns) covariates")
        try StatisticsError.check(covariates.rows, "rows of covariates", patients: outcome.count)
        guard !names.isEmpty else { throw CoxError.noCovariates }
        let multiplier = try Distributions.normalMultiplier(level: level)
        guard outcome.eventCount > 0 else { throw StatisticsError.noEvents }
        if let weights { try CaseWeights.check(weights, patients: outcome.count, positive: true) }
        if ties == .exact {
            guard variance == .model else { throw ExactTiesError.noRobustVariance }
            guard weights == nil && outcome.entry == nil else { throw ExactTiesError.noEntryOrWeights }
        }
        let scaling = try CovariateScaling(
            covariates, names: names, weights: outcome.entry == nil ? weights : nil)
        let sets = try RiskSets.sets(outcome, strata: strata, takesEntry: true)
        let likelihood: any CoxLikelihood =
            ties == .exact
            ? ExactLikelihood(sets, covariates: covariates, scaling: scaling)
            : PartialLikelihood(sets, covariates: covariates, scaling: scaling, ties: ties, weights: weights)
        let maximum = try Maximum(likelihood, names: names, progress: progress)
        var clusters: [Int]?
        if case .clustered(let given) = variance {
            try StatisticsError.check(given.count, "clusters", patients: outcome.count)
            let count = Set(given).count
            guard count > names.count else { throw CoxError.tooFewClusters(count, covariates: names.count) }
            clusters = given
        }
        var model = try CoxModel(
            maximum, outcome: outcome, covariates: covariates, names: names, ties: ties, strata: strata,
            weights: weights, clusters: clusters, scaling: scaling, level: level, multiplier: multiplier)
        if variance != .model {
            model.useSandwich(
                sets, covariates: covariates, means: scaling.mean, clusters: clusters ?? Array(0..<outcome.count),
                multiplier: multiplier)
        }
        return model
    }

    /// The end of the iterations, in scaled covariates.
    private struct Maximum {
        private(set) var coefficients: [Double]
        private(set) var point: PartialLikelihood.Point
        private(set) var factorization: Factorization
        let nullLogLikelihood: Double
        let score: Double
        private(set) var iterations = 0
        private(set) var converged = false

        init(_ likelihood: any CoxLikelihood, names: [String], progress: (Double) throws -> Void) throws {
            coefficients = [Double](repeating: 0, count: names.count)
            point = try likelihood.evaluate(coefficients) { _ in try progress(0) }
            factorization = Factorization(
                point.information, tolerance: Factorization.coxTolerance, magnitudes: point.squares)
            if let column = factorization.dependentColumns.first {
                throw CoxError.dependentColumn(
                    names[column], of: Self.partners(of: column, in: point.information).map { names[$0] })
            }
            nullLogLikelihood = point.logLikelihood
            var step = factorization.solve(point.score)
            score = zip(point.score, step).reduce(0) { $0 + $1.0 * $1.1 }
            var candidate = zip(coefficients, step).map(+)
            var halvings = 0.0
            while iterations < Limit.iterations {
                try progress(Double(iterations) / Double(Limit.iterations))
                iterations += 1
                let next = try likelihood.evaluate(candidate) { share in
                    try progress((Double(iterations - 1) + share) / Double(Limit.iterations))
                }
                if abs(1 - point.logLikelihood / next.logLikelihood) <= Limit.convergence
                    || point.logLikelihood == next.logLikelihood
                {
                    accept(candidate, next)
                    converged = true
                    return
                }
                if next.isFinite && next.logLikelihood >= point.logLikelihood {
                    halvings = 0
                    accept(candidate, next)
                    step = factorization.solve(point.score)
                    candidate = zip(coefficients, step).map(+)
                } else {
                    halvings += 1
                    candidate = zip(candidate, coefficients).map { ($0 + halvings * $1) / (halvings + 1) }
                }
            }
        }

        private mutating func accept(_ coefficients: [Double], _ point: PartialLikelihood.Point) {
            self.coefficients = coefficients
            self.point = point
            factorization = Factorization(point.information, tolerance: Factorization.coxTolerance)
        }

        /// The columns before `column` that it is a combination of.
        private static func partners(of column: Int, in information: Matrix) -> [Int] {
            let before = Matrix(
                rows: column, columns: column, values: (0..<column).flatMap { information[row: $0].prefix(column) })
            let weights = Factorization(before, tolerance: Factorization.coxTolerance)
                .solve((0..<column).map { information[column, $0] })
            return weights.indices.filter { abs(weights[$0]) > 1e-6 }
        }

        /// Columns whose coefficient was still moving when the likelihood no longer did, or on which there is no
        /// information left.
        var infiniteColumns: [Int] {
            let step = factorization.solve(point.score)
            return step.indices.filter {
                let size = abs(step[$0])
                return !point.score[$0].isFinite
                    || size > Limit.convergence && size > Limit.infinity * abs(coefficients[$0])
                    || factorization.dependentColumns.contains($0)
            }
        }
    }

    private init(
        _ maximum: Maximum, outcome: Outcome, covariates: Matrix, names: [String], ties: Ties, strata: [Int]?,
        weights: [Double]?, clusters clustering: [Int]?, scaling: CovariateScaling, level: Double, multiplier: Double
    ) throws {
        let count = names.count
        let coefficients = zip(maximum.coefficients, scaling.scale).map(*)
        var covariance = maximum.factorization.inverse()
        for row in 0..<count {
            for column in 0..<count { covariance[row, column] *= scaling.scale[row] * scaling.scale[column] }
        }
        let unknown = Set(maximum.factorization.dependentColumns)
        terms = names.indices.map { index in
            let coefficient = coefficients[index]
            let error = unknown.contains(index) ? .infinity : covariance[index, index].squareRoot()
            let z = coefficient / error
            return Term(
                name: names[index], coefficient: coefficient, standardError: error,
                modelStandardError: error, z: z,
                p: Distributions.chiSquareUpperTail(z * z, degreesOfFreedom: 1), hazardRatio: exp(coefficient),
                lower: exp(coefficient - multiplier * error), upper: exp(coefficient + multiplier * error))
        }
        let means = scaling.referenceMeans
        let predictor = (0..<covariates.rows).map { row in
            var sum = 0.0
            for column in 0..<count {
                sum += (covariates.values[row * count + column] - means[column]) * coefficients[column]
            }
            return sum
        }
        var wald = 0.0
        for row in 0..<count {
            for column in 0..<count {
                wald +=
                    maximum.coefficients[row] * maximum.point.information[row, column]
                    * maximum.coefficients[column]
            }
        }
        func test(_ chiSquare: Double) -> Test {
            Test(
                chiSquare: chiSquare, degreesOfFreedom: count,
                p: Distributions.chiSquareUpperTail(chiSquare, degreesOfFreedom: count))
        }
        self.covariance = covariance
        modelCovariance = covariance
        self.means = means
        self.ties = ties
        self.weights = weights
        self.level = level
        self.wald = test(wald)
        patients = outcome.count
        events = outcome.eventCount
        linearPredictor = predictor
        nullLogLikelihood = maximum.nullLogLikelihood
        logLikelihood = maximum.point.logLikelihood
        likelihoodRatio = test(2 * (maximum.point.logLikelihood - maximum.nullLogLikelihood))
        score = test(maximum.score)
        robustScore = nil
        clusters = nil
        iterations = maximum.iterations
        warnings = maximum.infiniteColumns.map { .infiniteCoefficient(names[$0]) }
        if !maximum.converged { warnings.append(.notConverged(iterations: maximum.iterations)) }
        do {
            concordance = try SurvivalStatistics.concordance(
                outcome, risk: predictor, strata: strata, weights: weights, clusters: clustering)
        } catch StatisticsError.noComparablePair {
            concordance = nil
        }
    }
}
