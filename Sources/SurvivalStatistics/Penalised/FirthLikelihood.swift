import Foundation
import Results

/// The log partial likelihood plus half the logarithm of the determinant of its information, with the gradient.
///
///     ℓ*(β) = ℓ(β) + ½ log |I(β)|,   ∂ℓ*/∂βᵣ = Uᵣ + ½ tr(I⁻¹ ∂I/∂βᵣ)
///
/// The information is a sum of covariances of x in risk sets, whose derivatives are third central moments; with V = I⁻¹,
/// q = xᵀ V x, m the mean of x and E the expectation in a risk set,
///
///     tr(V ∂I/∂βᵣ) = Σ E[q xᵣ] − mᵣ E[q] − 2 (E[x xᵀ] V m)ᵣ + 2 mᵣ mᵀ V m
///
/// so that running sums of x xᵀ, q and q x suffice: O(n p²), for Efron's rule with one sum of matrices per event.
struct FirthLikelihood {
    struct Point {
        var logLikelihood: Double
        /// ℓ*.
        var penalised: Double
        /// The gradient of ℓ*.
        var score: [Double]
        var information: Matrix
        /// False where rounding or separation has left nothing of the information in some direction.
        var isDefinite: Bool
    }

    private let likelihood: PartialLikelihood
    private let strata: [RiskSets]
    private let ties: CoxModel.Ties
    private let size: Int
    /// Scaled covariates, patient by patient in the order of the outcome.
    private let rows: [Double]

    init(_ strata: [RiskSets], covariates: Matrix, scaling: CovariateScaling, ties: CoxModel.Ties) {
        likelihood = PartialLikelihood(strata, covariates: covariates, scaling: scaling, ties: ties)
        self.strata = strata
        self.ties = ties
        size = covariates.columns
        let size = covariates.columns
        rows = covariates.values.enumerated().map { index, value in
            (value - scaling.mean[index % size]) * scaling.scale[index % size]
        }
    }

    func evaluate(_ coefficients: [Double]) -> Point {
        let ordinary = likelihood.evaluate(coefficients)
        let factor = CholeskyFactor(ordinary.information.values, size: size)
        var inverse = [Double](repeating: 0, count: size * size)
        for column in 0..<size {
            var unit = [Double](repeating: 0, count: size)
            unit[column] = 1
            for (row, value) in factor.solve(unit).enumerated() { inverse[row * size + column] = value }
        }
        var score = ordinary.score
        for sets in strata {
            for (column, value) in penaltyGradient(sets, coefficients, inverse).enumerated() {
                score[column] += 0.5 * value
            }
        }
        return Point(
            logLikelihood: ordinary.logLikelihood,
            penalised: ordinary.logLikelihood + 0.5 * factor.logDeterminant, score: score,
            information: ordinary.information, isDefinite: factor.isDefinite && ordinary.isFinite)
    }

    /// Σ e^η of 1, x, x xᵀ, q and q x.
    private struct Sums {
        var zeroth = 0.0
        var first: [Double]
        var second: [Double]
        var quadratic = 0.0
        var third: [Double]

        init(size: Int) {
            first = [Double](repeating: 0, count: size)
            second = [Double](repeating: 0, count: size * size)
            third = first
        }

        mutating func add(_ x: ArraySlice<Double>, weight: Double, quadratic q: Double) {
            zeroth += weight
            quadratic += weight * q
            let size = first.count
            for (i, a) in x.enumerated() {
                first[i] += weight * a
                third[i] += weight * q * a
                for (j, b) in x.enumerated() { second[i * size + j] += weight * a * b }
            }
        }

        mutating func add(_ other: Sums, times factor: Double) {
            zeroth += factor * other.zeroth
            quadratic += factor * other.quadratic
            for i in first.indices {
                first[i] += factor * other.first[i]
                third[i] += factor * other.third[i]
            }
            for i in second.indices { second[i] += factor * other.second[i] }
        }

        mutating func scale(by factor: Double) {
            zeroth *= factor
            quadratic *= factor
            for i in first.indices {
                first[i] *= factor
                third[i] *= factor
            }
            for i in second.indices { second[i] *= factor }
        }

        /// tr(V ∂I/∂β) of one risk set.
        func trace(_ inverse: [Double]) -> [Double] {
            let size = first.count
            let mean = first.map { $0 / zeroth }
            let turned = (0..<size).map { i in
                (0..<size).reduce(0) { $0 + inverse[i * size + $1] * mean[$1] }
            }
            let square = zip(mean, turned).reduce(0) { $0 + $1.0 * $1.1 }
            return (0..<size).map { r in
                let mixed = (0..<size).reduce(0) { $0 + second[r * size + $1] * turned[$1] } / zeroth
                return third[r] / zeroth - mean[r] * quadratic / zeroth - 2 * mixed + 2 * mean[r] * square
            }
        }
    }

    private func penaltyGradient(_ sets: RiskSets, _ coefficients: [Double], _ inverse: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: size)
        var shift = -Double.infinity
        var total = Sums(size: size)
        for index in stride(from: sets.count - 1, through: 0, by: -1) {
            let block = sets.order[sets.start[index]..<sets.start[index + 1]]
            let patients = block.map { row in
                let x = rows[row * size..<(row + 1) * size]
                return (x: x, predictor: zip(x, coefficients).reduce(0) { $0 + $1.0 * $1.1 })
            }
            let largest = patients.reduce(-.infinity) { max($0, $1.predictor) }
            if largest > shift {
                total.scale(by: exp(shift - largest))
                shift = largest
            }
            let events = sets.eventCount[index]
            var own = Sums(size: size)
            for (place, patient) in patients.enumerated() {
                var q = 0.0
                for (i, a) in patient.x.enumerated() {
                    for (j, b) in patient.x.enumerated() { q += a * inverse[i * size + j] * b }
                }
                let weight = exp(patient.predictor - shift)
                if place < events {
                    own.add(patient.x, weight: weight, quadratic: q)
                } else {
                    total.add(patient.x, weight: weight, quadratic: q)
                }
            }
            guard events > 0 else { continue }
            switch ties {
            case .breslow:
                total.add(own, times: 1)
                for (column, value) in total.trace(inverse).enumerated() { result[column] += Double(events) * value }
            case .efron:
                // The events come in by equal steps, until all are there.
                for _ in 0..<events {
                    total.add(own, times: 1 / Double(events))
                    for (column, value) in total.trace(inverse).enumerated() { result[column] += value }
                }
            case .exact: preconditionFailure("exact ties have no penalty")
            }
        }
        return result
    }
}
