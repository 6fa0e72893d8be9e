/// Follows the minimum of a Cox regression with an elastic-net penalty from one penalty to the next.
///
/// Newton steps on the likelihood, each the minimum of a quadratic with the exact curvature and the penalty
/// (`CoordinateDescent`), shortened until the objective falls enough (Tseng and Yun 2009, Math. Program. 117:387). A
/// step moves the columns in the model and those whose gradient calls for it, out of those that the sequential strong
/// rule cannot exclude; at the end every column is checked, so the rule costs no correctness. O(n) per column and step.
///
/// Source: Friedman, Hastie and Tibshirani 2010, JSS 33(1); Tibshirani et al. 2012, JRSS B 74:245.
struct ProximalNewton {
    private let design: StandardisedDesign
    private let likelihood: PredictorLikelihood
    private let alpha: Double
    private let isPenalised: [Bool]
    private let tolerances: [Double]
    private let varying: [Int]
    private let patients: Double

    /// Of the design's columns.
    private(set) var coefficients: [Double]
    private var predictor: LaneColumns.Lanes
    private(set) var point: PredictorLikelihood.Point
    /// The gradient of ℓ/n at the coefficients, of every column.
    private(set) var score: [Double]

    init(
        _ design: StandardisedDesign, likelihood: PredictorLikelihood, penalty: ElasticNet, tolerance: OptimumTolerance
    ) {
        self.design = design
        self.likelihood = likelihood
        alpha = penalty.alpha
        isPenalised = design.mean.indices.map { !penalty.unpenalised.contains($0) }
        tolerances = zip(design.deviation, design.scale).map { max(tolerance.unit * $0 * $1, .leastNormalMagnitude) }
        varying = design.varying
        patients = Double(design.columns.rows)
        coefficients = [Double](repeating: 0, count: design.mean.count)
        let zeros = [Double](repeating: 0, count: design.columns.rows)
        predictor = LaneColumns.packed(zeros)
        point = likelihood.evaluate(zeros)
        score = coefficients
        refresh(varying)
    }

    private mutating func refresh(_ columns: [Int]) {
        let residual = LaneColumns.packed(point.residual)
        for column in columns { score[column] = design.columns.dot(column, residual) / patients }
    }

    /// How far the gradient of a column misses the condition of an optimum, in tolerances.
    private func violation(_ column: Int, lambda: Double) -> Double {
        let (lasso, ridge) = isPenalised[column] ? (lambda * alpha, lambda * (1 - alpha)) : (0, 0)
        let value = coefficients[column]
        let miss: Double
        if value == 0 {
            miss = max(abs(score[column]) - lasso, 0)
        } else {
            miss = abs(score[column] - ridge * value - (value < 0 ? -lasso : lasso))
        }
        return miss / tolerances[column]
    }

    /// The largest gradient of a penalised column: with λ α at least this, none enters the model.
    var largestScore: Double { varying.reduce(0) { isPenalised[$1] ? max($0, abs(score[$1])) : $0 } }

    /// Goes to the minimum for a penalty.
    ///
    /// - Parameters:
    ///   - lambda: +∞ for the model of the unpenalised columns alone.
    ///   - previous: the penalty whose minimum the coefficients are now; nil for none.
    mutating func minimise(lambda: Double, previous: Double?, progress: () throws -> Void) throws -> NewtonEnd {
        var candidates = varying.filter { column in
            guard isPenalised[column] else { return true }
            guard lambda.isFinite else { return false }
            guard let previous, previous.isFinite else { return true }
            return coefficients[column] != 0 || abs(score[column]) >= alpha * (2 * lambda - previous)
        }
        var iterations = 0
        while true {
            try progress()
            let worst = candidates.reduce(0) { max($0, violation($1, lambda: lambda)) }
            if worst <= 1 {
                guard lambda.isFinite else { break }
                refresh(varying)
                let known = Set(candidates)
                let missed = varying.filter { !known.contains($0) && violation($0, lambda: lambda) > 1 }
                if missed.isEmpty { break }
                candidates += missed
            }
            guard iterations < OptimumTolerance.iterations,
                step(candidates, lambda: lambda, precision: max(0.25, 0.01 * worst))
            else { return NewtonEnd(iterations: iterations, converged: false) }
            iterations += 1
            refresh(candidates)
        }
        return NewtonEnd(iterations: iterations, converged: true)
    }

    /// One step; false when none that lowers the objective can be found.
    private mutating func step(_ candidates: [Int], lambda: Double, precision: Double) -> Bool {
        let working = candidates.filter { column in
            !isPenalised[column] || coefficients[column] != 0
                || abs(score[column]) > 0.9 * lambda * alpha
        }
        let penalties = working.map { isPenalised[$0] ? lambda : 0 }
        let weights = CoordinateDescent.Weights(
            lasso: penalties.map { $0 * alpha }, ridge: penalties.map { $0 * (1 - alpha) })
        let start = working.map { coefficients[$0] }
        let gradient = working.map { score[$0] }
        let goal = CoordinateDescent(working, design: design.columns, point: point).minimum(
            from: start, score: gradient, weights: weights, tolerances: working.map { precision * tolerances[$0] })
        let direction = zip(goal, start).map(-)

        func cost(_ values: [Double]) -> Double {
            values.indices.reduce(0) { sum, index in
                let value = values[index]
                return sum + weights.lasso[index] * abs(value) + 0.5 * weights.ridge[index] * value * value
            }
        }
        let before = cost(start)
        let promised = cost(goal) - before - zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
        var change = LaneColumns.Lanes(repeating: .zero, count: predictor.count)
        for (index, column) in working.enumerated() where direction[index] != 0 {
            design.columns.add(column, times: direction[index], to: &change)
        }
        var share = 1.0
        // What rounding may do to the difference of two likelihoods.
        let rounding = 1e-14 * abs(point.logLikelihood) / patients
        for _ in 0..<50 {
            let values = zip(start, direction).map { $0 + share * $1 }
            let moved = zip(predictor, change).map { $0 + share * $1 }
            let next = likelihood.evaluate(moved.unpacked(design.columns.rows))
            let rise = (point.logLikelihood - next.logLikelihood) / patients + cost(values) - before
            if rise <= 1e-4 * share * promised + rounding {
                for (index, column) in working.enumerated() { coefficients[column] = values[index] }
                predictor = moved
                point = next
                return true
            }
            share /= 2
        }
        return false
    }
}

/// How a search for a minimum ended.
struct NewtonEnd {
    var iterations: Int
    var converged: Bool
}
