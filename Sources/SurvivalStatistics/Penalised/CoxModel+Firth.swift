import Foundation
import Results

extension CoxModel {
    /// What Firth's penalty adds to a model.
    public struct Firth: Sendable, Equatable {
        /// ℓ + ½ log |I| at the coefficients and at 0, in units of the covariates as given.
        public var penalisedLogLikelihood: Double
        public var nullPenalisedLogLikelihood: Double
        /// By term, 2 (ℓ* − the largest ℓ* with the coefficient at 0), a chi-square with one degree of freedom: where the
        /// terms' p come from.
        public var chiSquares: [Double]
        /// By term, Wald's p and interval of the hazard ratio, which misjudge a skew likelihood.
        public var wald: [Wald]
    }

    public struct Wald: Sendable, Equatable {
        public var p: Double
        public var lower: Double
        public var upper: Double
    }

    /// The model that maximises the partial likelihood times the square root of the determinant of its information
    /// (Jeffreys' prior), which removes the first-order bias of the coefficients and has a finite maximum where
    /// covariates separate the patients with early events.
    ///
    /// Intervals and p-values of the terms are those of the profile of the penalised likelihood: the values at which its
    /// maximum over the other coefficients falls by half a chi-square quantile, and the test of 0. The determinant is
    /// that of the information on all coefficients throughout. `likelihoodRatio` is the penalised one of all
    /// coefficients; the Wald test takes the information at the maximum for its variance, and the score test is that
    /// of the likelihood without the penalty. Ties, strata and censoring as in `fit`. O(n p²) per step.
    ///
    /// Source: Firth 1993, Biometrika 80:27; Heinze and Schemper 2001, Biometrics 57:114 (whose program takes Breslow's
    /// rule).
    ///
    /// - Throws: as `fit`; `ExactTiesError.noPenalty`.
    /// - Precondition: one name per covariate.
    public static func fitFirth(
        _ outcome: Outcome, covariates: Matrix, names: [String], ties: Ties = .efron, strata: [Int]? = nil,
        level: Double = 0.95, progress: (Double) throws -> Void = { _ in }
    ) throws -> CoxModel {
        guard ties != .exact else { throw ExactTiesError.noPenalty }
        // The ordinary model refuses what cannot be fitted, and has everything that the penalty leaves alone.
        var model = try CoxModel.fit(
            outcome, covariates: covariates, names: names, ties: ties, strata: strata, level: level)
        let multiplier = try Distributions.normalMultiplier(level: level)
        let scaling = try CovariateScaling(covariates, names: names)
        let likelihood = FirthLikelihood(
            try RiskSets.sets(outcome, strata: strata), covariates: covariates, scaling: scaling, ties: ties)
        let size = names.count
        let zeros = [Double](repeating: 0, count: size)
        let null = likelihood.evaluate(zeros)
        var steps = 0.0
        let count = Double(3 * size + 1)
        func report() throws {
            try progress(steps / count)
            steps += 1
        }
        try report()
        var search = FirthSearch(likelihood)
        let top = search.maximum(from: zeros, fixed: nil)
        model.iterations = search.steps
        let factor = CholeskyFactor(top.point.information.values, size: size)
        var covariance = model.covariance
        for column in 0..<size {
            var unit = zeros
            unit[column] = 1
            for (row, value) in factor.solve(unit).enumerated() {
                covariance[row, column] = value * scaling.scale[row] * scaling.scale[column]
            }
        }
        var chiSquares: [Double] = []
        var wald: [Wald] = []
        for index in 0..<size {
            let scale = scaling.scale[index]
            let coefficient = top.coefficients[index] * scale
            let error = covariance[index, index].squareRoot()
            try report()
            let lower = search.end(of: index, below: true, top: top, error: error / scale, multiplier: multiplier)
            try report()
            let upper = search.end(of: index, below: false, top: top, error: error / scale, multiplier: multiplier)
            try report()
            var start = top.coefficients
            start[index] = 0
            let without = search.maximum(from: start, fixed: index)
            let chiSquare = max(0, 2 * (top.point.penalised - without.point.penalised))
            chiSquares.append(chiSquare)
            let z = coefficient / error
            wald.append(
                Wald(
                    p: Distributions.chiSquareUpperTail(z * z, degreesOfFreedom: 1),
                    lower: exp(coefficient - multiplier * error), upper: exp(coefficient + multiplier * error)))
            model.terms[index] = Term(
                name: names[index], coefficient: coefficient, standardError: error, modelStandardError: error, z: z,
                p: Distributions.chiSquareUpperTail(chiSquare, degreesOfFreedom: 1), hazardRatio: exp(coefficient),
                lower: exp(lower * scale), upper: exp(upper * scale))
        }
        // The determinant in units of the covariates as given.
        let units = scaling.scale.reduce(0) { $0 - log($1) }
        model.firth = Firth(
            penalisedLogLikelihood: top.point.penalised + units,
            nullPenalisedLogLikelihood: null.penalised + units, chiSquares: chiSquares, wald: wald)
        model.covariance = covariance
        model.modelCovariance = covariance
        model.logLikelihood = top.point.logLikelihood
        func test(_ chiSquare: Double) -> Test {
            Test(
                chiSquare: chiSquare, degreesOfFreedom: size,
                p: Distributions.chiSquareUpperTail(chiSquare, degreesOfFreedom: size))
        }
        model.likelihoodRatio = test(max(0, 2 * (top.point.penalised - null.penalised)))
        model.wald = test(
            (0..<size * size).reduce(0) {
                $0 + top.coefficients[$1 / size] * top.point.information.values[$1]
                    * top.coefficients[$1 % size]
            })
        model.linearPredictor = (0..<outcome.count).map { row in
            model.terms.indices.reduce(0) {
                $0 + (covariates[row, $1] - model.means[$1]) * model.terms[$1].coefficient
            }
        }
        model.warnings = search.failed ? [.notConverged(iterations: FirthSearch.mostSteps)] : []
        do {
            model.concordance = try SurvivalStatistics.concordance(
                outcome, risk: model.linearPredictor, strata: strata)
        } catch StatisticsError.noComparablePair {
            model.concordance = nil
        }
        return model
    }
}

/// Looks for maxima of a penalised likelihood, and for where its profile has fallen.
struct FirthSearch {
    struct End {
        var coefficients: [Double]
        var point: FirthLikelihood.Point
    }

    static let mostSteps = 500
    /// The gradient may miss 0 by this share of its standard error.
    private static let tolerance = 1e-9
    /// No coefficient (in units of the scaled covariate) moves further at once.
    private static let longestStep = 2.0

    private let likelihood: FirthLikelihood
    private(set) var steps = 0
    /// Whether any search ended without having arrived.
    private(set) var failed = false

    init(_ likelihood: FirthLikelihood) { self.likelihood = likelihood }

    /// The maximum over the coefficients other than the fixed one. Scoring steps with the information of the ordinary
    /// likelihood, shortened until the penalised one rises.
    mutating func maximum(from start: [Double], fixed: Int?) -> End {
        var (coefficients, point) = (start, likelihood.evaluate(start))
        let free = start.indices.filter { $0 != fixed }
        guard !free.isEmpty else { return End(coefficients: coefficients, point: point) }
        for _ in 0..<Self.mostSteps {
            var matrix: [Double] = []
            for row in free { for column in free { matrix.append(point.information[row, column]) } }
            let score = free.map { point.score[$0] }
            var step = CholeskyFactor(matrix, size: free.count).solve(score)
            let missing = zip(score, step).reduce(0) { $0 + $1.0 * $1.1 }
            if abs(missing) <= Self.tolerance * Self.tolerance { return End(coefficients: coefficients, point: point) }
            let longest = step.reduce(0) { max($0, abs($1)) }
            if longest > Self.longestStep { step = step.map { $0 * Self.longestStep / longest } }
            var share = 1.0
            var moved = false
            for _ in 0..<40 {
                var candidate = coefficients
                for (place, column) in free.enumerated() { candidate[column] += share * step[place] }
                let next = likelihood.evaluate(candidate)
                if next.isDefinite, next.penalised >= point.penalised - 1e-13 * abs(point.penalised) {
                    (coefficients, point, moved) = (candidate, next, true)
                    break
                }
                share /= 2
            }
            steps += 1
            guard moved else { break }
        }
        failed = true
        return End(coefficients: coefficients, point: point)
    }

    /// Where the profile of a coefficient has fallen so far that its signed root, nearly linear in the coefficient, is
    /// as many standard errors as the multiplier says; infinite when it never falls so far.
    mutating func end(of index: Int, below: Bool, top: End, error: Double, multiplier: Double) -> Double {
        let side = below ? -1.0 : 1.0
        var last = top.coefficients
        func root(_ end: End) -> Double { (2 * max(0, top.point.penalised - end.point.penalised)).squareRoot() }
        var (near, nearRoot) = (0.0, -multiplier)
        var far = multiplier * error
        var farRoot = 0.0
        var found = false
        for _ in 0..<60 {
            last[index] = top.coefficients[index] + side * far
            let end = maximum(from: last, fixed: index)
            last = end.coefficients
            farRoot = root(end) - multiplier
            if farRoot >= 0 {
                found = true
                break
            }
            (near, nearRoot) = (far, farRoot)
            far *= 1.5
        }
        guard found else { return side * .infinity }
        // Regula falsi with Illinois' correction.
        var kept = 0
        for _ in 0..<100 {
            guard far - near > 1e-12 * far, farRoot > 1e-11 else { break }
            let middle = far - farRoot * (far - near) / (farRoot - nearRoot)
            last[index] = top.coefficients[index] + side * middle
            let end = maximum(from: last, fixed: index)
            last = end.coefficients
            let value = root(end) - multiplier
            if abs(value) <= 1e-11 { return top.coefficients[index] + side * middle }
            if value > 0 {
                (far, farRoot) = (middle, value)
                if kept == 1 { nearRoot /= 2 }
                kept = 1
            } else {
                (near, nearRoot) = (middle, value)
                if kept == -1 { farRoot /= 2 }
                kept = -1
            }
        }
        return top.coefficients[index] + side * far
    }
}
