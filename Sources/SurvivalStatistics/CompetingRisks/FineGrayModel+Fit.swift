import Foundation
import Results

extension FineGrayModel {
    /// The model of a cause that maximises the weighted partial likelihood of Fine and Gray, by Newton's method.
    ///
    /// A patient who had another event stays in the risk sets of later events of the cause, with the weight of still
    /// being uncensored then, G(t₋)/G(T₋), G the Kaplan-Meier estimate of the censoring of all patients. Events of one
    /// time see the same risk set (Breslow). A patient censored at the time of an event is at risk there, and one who
    /// has an event at the time of a censoring is at risk of that censoring; nearly equal times count as one.
    ///
    /// The variance is the paper's, I⁻¹ Σ (η + ψ)(η + ψ)ᵀ I⁻¹, whose ψ are what each patient does to G: that of
    /// `cmprsk::crr`. A sandwich that takes the weights as known, as `coxph` on the data of `survival::finegray` has,
    /// leaves ψ out, and differs in the third digit or so; `finegray` also takes events of a time out of the risk set
    /// for censorings of that time, so that with such ties its coefficients differ a little. O(n p²) per step.
    ///
    /// Source: Fine & Gray 1999, JASA 94:496; agrees with R's `cmprsk::crr`.
    ///
    /// - Parameters:
    ///   - cause: an index into the outcome's causes.
    ///   - covariates: patients × covariates, all finite.
    ///   - names: the names of the covariates, for the result and for errors.
    ///   - level: confidence level of the intervals.
    ///   - progress: called with a number from 0 to 1 before each step; may throw to interrupt.
    /// - Throws: `CompetingRisksError`: `.noSuchCause`, `.noEvents`; `CoxError` when there are no covariates, or some
    ///   are constant or linear combinations of others; `StatisticsError` for no patients, arrays of different
    ///   lengths, NaN or infinite covariates, a bad level.
    /// - Precondition: one name per covariate.
    public static func fit(
        _ outcome: CompetingOutcome, cause: Int, covariates: Matrix, names: [String], level: Double = 0.95,
        progress: (Double) throws -> Void = { _ in }
    ) throws -> FineGrayModel {
        precondition(names.count == covariates.columns, "\(names.count) names for \(covariates.columns) covariates")
        try StatisticsError.check(covariates.rows, "rows of covariates", patients: outcome.count)
        try outcome.check(cause)
        guard !names.isEmpty else { throw CoxError.noCovariates }
        let multiplier = try Distributions.normalMultiplier(level: level)
        guard outcome.eventCount(cause) > 0 else { throw CompetingRisksError.noEvents(cause: outcome.causes[cause]) }
        let scaling = try CovariateScaling(covariates, names: names)
        let sets = FineGrayRiskSets(outcome, cause: cause)
        let likelihood = FineGrayLikelihood(sets, covariates: covariates, scaling: scaling)
        let zeros = [Double](repeating: 0, count: names.count)
        let null = likelihood.evaluate(zeros)
        if let dependence = Factorization.dependence(in: null.information) {
            throw CoxError.dependentColumn(names[dependence.column], of: dependence.others.map { names[$0] })
        }
        let search = try NewtonSearch(from: zeros, progress: progress, evaluate: likelihood.evaluate)
        return FineGrayModel(
            search, null: null, sets: sets, outcome: outcome, cause: cause, covariates: covariates, names: names,
            scaling: scaling, level: level, multiplier: multiplier)
    }

    private init(
        _ search: NewtonSearch, null: LikelihoodPoint, sets: FineGrayRiskSets, outcome: CompetingOutcome, cause: Int,
        covariates: Matrix, names: [String], scaling: CovariateScaling, level: Double, multiplier: Double
    ) {
        let size = names.count
        var scaled = covariates
        var predictor = [Double](repeating: 0, count: covariates.rows)
        for row in 0..<covariates.rows {
            for column in 0..<size {
                let x = (covariates.values[row * size + column] - scaling.mean[column]) * scaling.scale[column]
                scaled.values[row * size + column] = x
                predictor[row] += x * search.parameters[column]
            }
        }
        let filling = FineGrayScores(sets, covariates: scaled, predictor: predictor).products
        let bread = search.covariance
        let sandwich = Self.product(Self.product(bread, filling), bread)
        var covariance = sandwich
        for row in 0..<size {
            for column in 0..<size { covariance[row, column] *= scaling.scale[row] * scaling.scale[column] }
        }
        terms = names.indices.map { index in
            let coefficient = search.parameters[index] * scaling.scale[index]
            let variance = covariance[index, index]
            let error = variance > 0 ? variance.squareRoot() : .infinity
            let z = coefficient / error
            return Term(
                name: names[index], coefficient: coefficient, standardError: error, z: z,
                p: Distributions.chiSquareUpperTail(z * z, degreesOfFreedom: 1), hazardRatio: exp(coefficient),
                lower: exp(coefficient - multiplier * error), upper: exp(coefficient + multiplier * error))
        }
        func test(_ chiSquare: Double) -> CoxModel.Test {
            CoxModel.Test(
                chiSquare: chiSquare, degreesOfFreedom: size,
                p: Distributions.chiSquareUpperTail(chiSquare, degreesOfFreedom: size))
        }
        let solution = Factorization(sandwich, tolerance: Factorization.coxTolerance).solve(search.parameters)
        self.cause = outcome.causes[cause]
        patients = outcome.count
        events = outcome.eventCount(cause)
        censored = outcome.cause.reduce(0) { $0 + ($1 == nil ? 1 : 0) }
        competingEvents = patients - events - censored
        self.level = level
        self.covariance = covariance
        nullLogLikelihood = null.value
        logLikelihood = search.point.value
        likelihoodRatio = test(2 * (search.point.value - null.value))
        wald = test(zip(search.parameters, solution).reduce(0) { $0 + $1.0 * $1.1 })
        iterations = search.iterations
        warnings = search.unsettled.map { .infiniteCoefficient(names[$0]) }
        if !search.converged { warnings.append(.notConverged(iterations: search.iterations)) }
    }

    private static func product(_ a: Matrix, _ b: Matrix) -> Matrix {
        var result = Matrix(
            rows: a.rows, columns: b.columns, values: [Double](repeating: 0, count: a.rows * b.columns))
        for row in 0..<a.rows {
            for column in 0..<b.columns {
                result[row, column] = (0..<a.columns).reduce(0) { $0 + a[row, $1] * b[$1, column] }
            }
        }
        return result
    }
}
