import Foundation
import Results

extension AcceleratedModel {
    /// The model that maximises the likelihood of right-censored times.
    ///
    ///     ℓ = Σ_events [ log f(z) − log σ − log t ] + Σ_censored log S(z),   z = (log t − intercept − β · x) / σ
    ///
    /// by Newton's method in (intercept, β, log σ), from the fit of intercept and scale alone, on covariates that are
    /// centred and scaled meanwhile. Without strata the likelihood has one maximum (Burridge 1981, JRSS B 43:41). Ties
    /// need no rule. With strata each stratum has a σ of its own, and they share everything else. O(n p²) per step.
    ///
    /// Source: Kalbfleisch & Prentice 2002, chapter 3; agrees with R's `survreg`.
    ///
    /// - Parameters:
    ///   - covariates: patients × covariates, all finite; none at all fits intercept and scale.
    ///   - names: the names of the covariates, for the result and for errors.
    ///   - strata: the stratum of each patient.
    ///   - level: confidence level of the intervals.
    ///   - progress: called with a number from 0 to 1 before each step; may throw to interrupt.
    /// - Throws: `AcceleratedError`; `CoxError.constantColumns`; `StatisticsError` for no patients, no events, arrays
    ///   of different lengths, NaN or infinite covariates, a bad level.
    /// - Precondition: one name per covariate.
    public static func fit(
        _ outcome: Outcome, covariates: Matrix, names: [String], distribution: AcceleratedDistribution,
        strata: [Int]? = nil, level: Double = 0.95, progress: (Double) throws -> Void = { _ in }
    ) throws -> AcceleratedModel {
        precondition(names.count == covariates.columns, "\(names.count) names for \(covariates.columns) covariates")
        try StatisticsError.check(covariates.rows, "rows of covariates", patients: outcome.count)
        try outcome.refuseEntry("an accelerated failure time model")
        let multiplier = try Distributions.normalMultiplier(level: level)
        let zeros = outcome.time.indices.filter { outcome.time[$0] == 0 }
        guard zeros.isEmpty else { throw AcceleratedError.zeroTimes(rows: zeros) }
        guard outcome.eventCount > 0 else { throw StatisticsError.noEvents }
        let scaling = try CovariateScaling(covariates, names: names)
        let numbers = try stratumNumbers(strata, outcome: outcome, distribution: distribution)
        let place = Dictionary(uniqueKeysWithValues: (numbers ?? []).enumerated().map { ($1, $0) })
        let likelihood = AcceleratedLikelihood(
            outcome, covariates: covariates, scaling: scaling, distribution: distribution,
            scaleOf: strata.map { $0.map { place[$0] ?? 0 } }, scaleCount: numbers?.count ?? 1)
        if let dependence = Factorization.dependence(in: likelihood.products) {
            throw AcceleratedError.dependentColumn(
                names[dependence.column], of: dependence.others.map { names[$0] })
        }
        let null = try search(likelihood.withoutCovariates, from: nil, progress: { try progress($0 / 4) })
        let full =
            names.isEmpty
            ? null : try search(likelihood, from: null.parameters, progress: { try progress(0.25 + $0 * 0.75) })
        var model = AcceleratedModel(
            full, nullLogLikelihood: null.point.value - likelihood.logTimes, likelihood: likelihood, outcome: outcome,
            covariates: covariates, names: names, level: level, multiplier: multiplier)
        model.strata = numbers
        return model
    }

    /// The strata's numbers, ascending.
    private static func stratumNumbers(
        _ strata: [Int]?, outcome: Outcome, distribution: AcceleratedDistribution
    ) throws -> [Int]? {
        guard let strata else { return nil }
        try StatisticsError.check(strata.count, "strata", patients: outcome.count)
        guard distribution.hasScale else { throw AcceleratedError.fixedScaleWithStrata }
        let withEvents = Set(zip(strata, outcome.event).filter(\.1).map(\.0))
        let numbers = Set(strata).sorted()
        if let empty = numbers.first(where: { !withEvents.contains($0) }) {
            throw AcceleratedError.stratumWithoutEvents(empty)
        }
        return numbers
    }

    /// From the parameters of the fit without covariates, or where the likelihood says. With strata the likelihood may have
    /// several maxima: the search starts with equal scales, and again with each one a third of the others; the highest
    /// counts.
    private static func search(
        _ likelihood: AcceleratedLikelihood, from null: [Double]?, progress: (Double) throws -> Void
    ) throws -> NewtonSearch {
        let zeros = [Double](repeating: 0, count: likelihood.columns)
        let scales = likelihood.distribution.hasScale ? likelihood.scaleCount : 0
        let (center, spread) = likelihood.start
        let start =
            null.map { [$0[0]] + zeros + $0.dropFirst() }
            ?? [center] + zeros + [Double](repeating: log(spread), count: scales)
        let floor = log(1e-5 * spread)
        func search(from start: [Double], progress: (Double) throws -> Void) throws -> NewtonSearch {
            try NewtonSearch(
                from: start,
                stop: { parameters in
                    guard parameters.suffix(scales).allSatisfy({ $0 > floor }) else {
                        throw AcceleratedError.vanishingScale
                    }
                }, progress: progress, evaluate: likelihood.evaluate)
        }
        var best = try search(from: start, progress: progress)
        for place in 0..<(scales > 1 ? scales : 0) {
            var other = start
            other[start.count - scales + place] -= log(3)
            do {
                let found = try search(from: other, progress: { _ in try progress(1) })
                if found.point.value > best.point.value { best = found }
            } catch AcceleratedError.vanishingScale {
                // No maximum lies that way.
            }
        }
        return best
    }

    private init(
        _ search: NewtonSearch, nullLogLikelihood: Double, likelihood: AcceleratedLikelihood, outcome: Outcome,
        covariates: Matrix, names: [String], level: Double, multiplier: Double
    ) {
        let (scaling, count) = (likelihood.scaling, names.count)
        let coefficients = (0..<count).map { search.parameters[1 + $0] * scaling.scale[$0] }
        let intercept = search.parameters[0] - zip(coefficients, scaling.mean).reduce(0) { $0 + $1.0 * $1.1 }
        let covariance = Self.unscaled(search.covariance, scaling: scaling, columns: count)
        let unsettled = search.unsettled
        func error(_ index: Int) -> Double {
            let variance = covariance[index, index]
            return variance > 0 ? variance.squareRoot() : .infinity
        }
        let logarithms = Array(search.parameters.dropFirst(1 + count))
        let scales =
            likelihood.distribution.hasScale
            ? logarithms.enumerated().map { index, logarithm in
                let deviation = error(1 + count + index)
                return Scale(
                    scale: exp(logarithm), logarithm: logarithm, standardError: deviation,
                    lower: exp(logarithm - multiplier * deviation), upper: exp(logarithm + multiplier * deviation))
            } : [Scale(scale: 1, logarithm: 0, standardError: 0, lower: 1, upper: 1)]
        let isProportional =
            likelihood.distribution == .weibull && scales.count == 1 || likelihood.distribution == .exponential
        terms = names.indices.map { index in
            let (coefficient, deviation) = (coefficients[index], error(1 + index))
            let z = coefficient / deviation
            return Term(
                name: names[index], coefficient: coefficient, standardError: deviation, z: z,
                p: Distributions.chiSquareUpperTail(z * z, degreesOfFreedom: 1), timeRatio: exp(coefficient),
                lower: exp(coefficient - multiplier * deviation), upper: exp(coefficient + multiplier * deviation),
                hazardRatio: isProportional
                    ? HazardRatio(
                        coefficient: coefficient, variance: covariance[1 + index, 1 + index], scale: scales[0].scale,
                        covariance: likelihood.distribution.hasScale ? covariance[1 + index, 1 + count] : 0,
                        scaleError: scales[0].standardError, multiplier: multiplier) : nil)
        }
        distribution = likelihood.distribution
        self.intercept = intercept
        interceptError = error(0)
        self.scales = scales
        strata = nil
        patients = outcome.count
        events = outcome.eventCount
        self.level = level
        self.covariance = covariance
        linearPredictor = (0..<covariates.rows).map { row in
            (0..<count).reduce(intercept) { $0 + covariates.values[row * count + $1] * coefficients[$1] }
        }
        logLikelihood = search.point.value - likelihood.logTimes
        self.nullLogLikelihood = nullLogLikelihood
        let ratio = 2 * (logLikelihood - nullLogLikelihood)
        likelihoodRatio =
            count == 0
            ? nil
            : CoxModel.Test(
                chiSquare: ratio, degreesOfFreedom: count,
                p: Distributions.chiSquareUpperTail(ratio, degreesOfFreedom: count))
        iterations = search.iterations
        warnings = unsettled.filter { $0 >= 1 && $0 <= count }.map { .infiniteCoefficient(names[$0 - 1]) }
        if !search.converged { warnings.append(.notConverged(iterations: search.iterations)) }
    }

    /// The covariance of intercept, coefficients and log scales of the covariates as they are.
    private static func unscaled(_ covariance: Matrix, scaling: CovariateScaling, columns: Int) -> Matrix {
        let size = covariance.rows
        // Each parameter as a combination of the scaled ones.
        var map = Matrix(rows: size, columns: size, values: [Double](repeating: 0, count: size * size))
        for index in 0..<size { map[index, index] = 1 }
        for column in 0..<columns {
            map[1 + column, 1 + column] = scaling.scale[column]
            map[0, 1 + column] = -scaling.scale[column] * scaling.mean[column]
        }
        var result = map
        for row in 0..<size {
            for column in 0..<size {
                var sum = 0.0
                for left in 0..<size where map[row, left] != 0 {
                    for right in 0..<size { sum += map[row, left] * covariance[left, right] * map[column, right] }
                }
                result[row, column] = sum
            }
        }
        return result
    }
}

extension AcceleratedModel.HazardRatio {
    /// exp(−β/σ), its interval by the delta method on −β/σ.
    fileprivate init(
        coefficient: Double, variance: Double, scale: Double, covariance: Double, scaleError: Double,
        multiplier: Double
    ) {
        let logarithm = -coefficient / scale
        // d(−β/σ) = −dβ/σ + (β/σ) d log σ
        let spread =
            (variance - 2 * coefficient * covariance + coefficient * coefficient * scaleError * scaleError)
            / (scale * scale)
        let deviation = max(spread, 0).squareRoot()
        value = exp(logarithm)
        lower = exp(logarithm - multiplier * deviation)
        upper = exp(logarithm + multiplier * deviation)
    }
}
