import Foundation
import Results

extension CoxPath {
    /// The rule for penalties of glmnet: from the largest that leaves a coefficient different from 0, down to a share of
    /// it, in equal steps of the logarithm.
    private enum Rule {
        /// For ridge, whose largest penalty would be infinite, that of the elastic net with this α is taken.
        static let leastAlpha = 1e-3
        static let shareOfLargest = 1e-4
        static let shareOfLargestBeyondPatients = 1e-2
        /// The path ends early when this share of the deviance is explained,
        static let mostExplained = 0.999
        /// or when over `leastPoints` penalties it grew by less than this share of itself.
        static let leastGrowth = 1e-5
        static let leastPoints = 5
        /// Penalties gone through, unreported, on the way to a first one that is far below the largest.
        static let warmUps = 8
    }

    /// The coefficients that minimise −ℓ(β)/n + λ Σⱼ (α |βⱼ| + ½ (1 − α) βⱼ²) for each λ.
    ///
    /// A patient censored at the time of an event is at risk there; nearly equal times count as one. With strata, ℓ is
    /// the sum over the strata, each with its own baseline hazard. Covariates are centred, which changes no
    /// coefficient, and on request standardised while fitting. Any number of covariates, collinear or not; where the
    /// optimum is not unique (the lasso with identical covariates) one of them is found. With α > 0 by Newton steps and
    /// coordinate descent, with α = 0 by Newton steps in at most as many dimensions as there are patients. An optimum
    /// counts as found when no gradient misses its condition by more than 1e-9 of its standard error under no
    /// relation; short of that a warning is part of the result.
    ///
    /// Agrees with R's `glmnet(family = "cox")` at the same λ (whose `penalty.factor` is rescaled to a mean of 1, so
    /// with q of p covariates unpenalised its λ is ours times (p − q)/p).
    ///
    /// - Parameters:
    ///   - covariates: patients × covariates, all finite.
    ///   - names: the names of the covariates, for the result and for errors.
    ///   - lambdas: the penalties, in any order; nil for a path from the data, ended early as glmnet does.
    ///   - count: how many penalties such a path has at most.
    ///   - strata: the stratum of each patient.
    ///   - progress: called with a number from 0 to 1 before each step; may throw to interrupt.
    /// - Throws: `PenalisedCoxError`; `StatisticsError` for no patients, no events, arrays of different lengths, NaN or
    ///   infinite covariates.
    /// - Precondition: one name per covariate; `count` > 0.
    public static func fit(
        _ outcome: Outcome, covariates: Matrix, names: [String], penalty: ElasticNet = ElasticNet(),
        lambdas: [Double]? = nil, count: Int = 100, strata: [Int]? = nil,
        progress: (Double) throws -> Void = { _ in }
    ) throws -> CoxPath {
        precondition(names.count == covariates.columns, "\(names.count) names for \(covariates.columns) covariates")
        precondition(count > 0, "a path needs a penalty")
        try StatisticsError.check(covariates.rows, "rows of covariates", patients: outcome.count)
        guard !names.isEmpty else { throw PenalisedCoxError.noCovariates }
        guard penalty.alpha >= 0 && penalty.alpha <= 1 else { throw PenalisedCoxError.mixing(penalty.alpha) }
        if let column = penalty.unpenalised.first(where: { !names.indices.contains($0) }) {
            throw PenalisedCoxError.unknownColumn(column, columns: names.count)
        }
        if let lambda = lambdas?.first(where: { !($0.isFinite && $0 > 0) }) {
            throw PenalisedCoxError.penalty(lambda)
        }
        guard outcome.eventCount > 0 else { throw StatisticsError.noEvents }
        let likelihood = PredictorLikelihood(try RiskSets.sets(outcome, strata: strata), ties: penalty.ties)
        let design = try StandardisedDesign(
            covariates, names: names, order: likelihood.order, standardizes: penalty.standardizes)
        guard design.varying.contains(where: { !penalty.unpenalised.contains($0) }) else {
            throw PenalisedCoxError.nothingToPenalise
        }
        var path = CoxPath(
            names: names, penalty: penalty, patients: outcome.count, events: outcome.eventCount,
            means: design.mean, constantColumns: design.scale.indices.filter { design.scale[$0] == 0 },
            nullLogLikelihood: likelihood.evaluate([Double](repeating: 0, count: outcome.count)).logLikelihood,
            saturatedLogLikelihood: likelihood.saturated, points: [], warnings: [])
        let tolerance = OptimumTolerance(patients: outcome.count, events: outcome.eventCount)
        var descent = ProximalNewton(design, likelihood: likelihood, penalty: penalty, tolerance: tolerance)
        _ = try descent.minimise(lambda: .infinity, previous: nil) { try progress(0) }
        let largest = descent.largestScore / max(penalty.alpha, Rule.leastAlpha)
        let sequence: [Double]
        if let lambdas {
            sequence = lambdas.sorted(by: >)
        } else {
            guard largest > 0 else { throw PenalisedCoxError.noRelation }
            let share =
                outcome.count < names.count ? Rule.shareOfLargestBeyondPatients : Rule.shareOfLargest
            sequence = (0..<count).map { largest * pow(share, Double($0) / Double(max(count - 1, 1))) }
        }

        func report(_ done: Int) throws { try progress(Double(done) / Double(sequence.count)) }
        func add(_ lambda: Double, _ end: NewtonEnd, _ point: PredictorLikelihood.Point, _ values: [Double]) {
            path.add(lambda, end, logLikelihood: point.logLikelihood, coefficients: zip(values, design.scale).map(*))
        }
        if penalty.alpha == 0 {
            var ridge = RidgeNewton(design, likelihood: likelihood, penalty: penalty, tolerance: tolerance)
            for (index, lambda) in sequence.enumerated() {
                let end = try ridge.minimise(lambda: lambda) { try report(index) }
                add(lambda, end, ridge.point, ridge.coefficients)
                if lambdas == nil && path.isComplete { break }
            }
        } else {
            var previous = largest
            if let first = sequence.first, first < largest / 2 {
                for step in 1..<Rule.warmUps {
                    let lambda = largest * pow(first / largest, Double(step) / Double(Rule.warmUps))
                    _ = try descent.minimise(lambda: lambda, previous: previous) { try report(0) }
                    previous = lambda
                }
            }
            for (index, lambda) in sequence.enumerated() {
                let end = try descent.minimise(lambda: lambda, previous: previous) { try report(index) }
                add(lambda, end, descent.point, descent.coefficients)
                previous = lambda
                if lambdas == nil && path.isComplete { break }
            }
        }
        return path
    }

    private mutating func add(
        _ lambda: Double, _ end: NewtonEnd, logLikelihood: Double, coefficients: [Double]
    ) {
        let span = saturatedLogLikelihood - nullLogLikelihood
        points.append(
            Point(
                lambda: lambda, coefficients: coefficients, logLikelihood: logLikelihood,
                devianceRatio: span > 0 ? (logLikelihood - nullLogLikelihood) / span : 0,
                iterations: end.iterations))
        if !end.converged { warnings.append(.notConverged(lambda: lambda, iterations: end.iterations)) }
    }

    /// Whether smaller penalties would hardly change the fit.
    private var isComplete: Bool {
        guard points.count >= Rule.leastPoints, let last = points.last?.devianceRatio else { return false }
        let before = points[points.count - Rule.leastPoints].devianceRatio
        return last > Rule.mostExplained || last - before < Rule.leastGrowth * last
    }
}
