import Foundation
import Results

extension CoxModel {
    /// Replaces the variance of the coefficients by the sandwich V (Σ g gᵀ) V, V the inverse information and g the
    /// score residuals, times the weights, added up within clusters, and what follows from it: errors, z, p, intervals and the Wald test.
    ///
    /// No correction for a small number of clusters. The likelihood-ratio and score tests stay, which assume that
    /// clusters do not matter; `robustScore` does not. A column without information keeps its infinite error.
    ///
    /// Source: Lin and Wei 1989, JASA 84:1074; agrees with R's `coxph(..., cluster =, robust = TRUE)`.
    mutating func useSandwich(
        _ sets: [RiskSets], covariates: Matrix, means: [Double], clusters: [Int], multiplier: Double
    ) {
        let scores = ScoreResiduals(
            sets, covariates: covariates, means: means, predictor: linearPredictor, ties: ties, weights: weights)
        let filling = Self.products(scores.score, weights: weights, clusters: clusters).matrix
        covariance = Self.product(Self.product(covariance, filling), covariance)
        for index in terms.indices where terms[index].modelStandardError.isFinite {
            let error = covariance[index, index].squareRoot()
            let coefficient = terms[index].coefficient
            let z = coefficient / error
            terms[index].standardError = error
            terms[index].z = z
            terms[index].p = Distributions.chiSquareUpperTail(z * z, degreesOfFreedom: 1)
            terms[index].lower = exp(coefficient - multiplier * error)
            terms[index].upper = exp(coefficient + multiplier * error)
        }
        wald = Self.test(terms.map(\.coefficient), variance: covariance)
        let atZero = ScoreResiduals(
            sets, covariates: covariates, means: means,
            predictor: [Double](repeating: 0, count: linearPredictor.count), ties: ties, weights: weights)
        let null = Self.products(atZero.score, weights: weights, clusters: clusters)
        robustScore = Self.test(null.sum, variance: null.matrix)
        self.clusters = Set(clusters).count
    }

    /// The sum g over all patients and the sum of g gᵀ over clusters.
    private static func products(
        _ scores: Matrix, weights: [Double]?, clusters: [Int]
    ) -> (sum: [Double], matrix: Matrix) {
        let size = scores.columns
        var sums: [Int: [Double]] = [:]
        for (row, cluster) in clusters.enumerated() {
            for column in 0..<size {
                sums[cluster, default: [Double](repeating: 0, count: size)][column] +=
                    (weights?[row] ?? 1) * scores.values[row * size + column]
            }
        }
        var (total, matrix) = (
            [Double](repeating: 0, count: size),
            Matrix(rows: size, columns: size, values: [Double](repeating: 0, count: size * size))
        )
        // In the order of the clusters, so that equal data give equal last bits.
        for (_, sum) in sums.sorted(by: { $0.key < $1.key }) {
            for row in 0..<size {
                total[row] += sum[row]
                for column in 0..<size { matrix[row, column] += sum[row] * sum[column] }
            }
        }
        return (total, matrix)
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

    /// vᵀ V⁻¹ v as a chi-square with one degree of freedom per entry. Scaled to a unit diagonal first, since the pivots
    /// of columns in different units cannot be judged together.
    private static func test(_ vector: [Double], variance: Matrix) -> Test {
        let size = vector.count
        let scale = (0..<size).map { variance[$0, $0] > 0 ? 1 / variance[$0, $0].squareRoot() : 0 }
        var scaled = variance
        for row in 0..<size {
            for column in 0..<size { scaled[row, column] *= scale[row] * scale[column] }
        }
        let right = zip(vector, scale).map(*)
        let solution = Factorization(scaled, tolerance: Factorization.coxTolerance).solve(right)
        let chiSquare = zip(right, solution).reduce(0) { $0 + $1.0 * $1.1 }
        return Test(
            chiSquare: chiSquare, degreesOfFreedom: size,
            p: Distributions.chiSquareUpperTail(chiSquare, degreesOfFreedom: size))
    }
}
