import Foundation
import Results

/// The exact log partial likelihood of a Cox model, for times that are discrete by nature, with gradient and
/// information.
///
/// Of the sets of d patients that could have had the d events of one time, the one that did is compared with all:
///
///     l = Σ_t [ Σ_{events} η − log B_d(R_t) ],   B_k(R) = Σ_{A ⊆ R, |A| = k} Π_{i ∈ A} e^ηᵢ
///
/// which is the conditional logistic likelihood of the risk sets. B is not summed over sets but built patient by patient,
/// B_k ← B_k + e^η B_{k−1}; since a risk set only grows as time goes back, one table over k serves all times of a
/// stratum. What is kept for each k is log B_k, and mean and covariance of Σ_{i ∈ A} xᵢ when a set A is drawn with
/// probability proportional to its product: these are the first and second derivatives of log B_k. With q the share of
/// the sets that hold the new patient,
///
///     q = e^η B_{k−1} / (B_k + e^η B_{k−1}),   δ = mean_{k−1} + x − mean_k
///     mean_k ← mean_k + q δ,   cov_k ← (1 − q) cov_k + q cov_{k−1} + q (1 − q) δ δᵀ
///
/// so nothing overflows and nothing cancels. O(n d p²) with d the most events of one time, O(d p²) memory.
///
/// Source: Gail, Lubin and Rubinstein 1981, Biometrika 68:703, for the recursion of B; Cox 1972, JRSS B 34:187, for the
/// likelihood. Agrees with R's `coxph(ties = "exact")`.
struct ExactLikelihood {
    private let strata: [RiskSets]
    /// Scaled covariates of the patients in the order of the strata.
    private let rows: Matrix

    init(_ strata: [RiskSets], covariates: Matrix, scaling: CovariateScaling) {
        self.strata = strata
        let columns = covariates.columns
        var values: [Double] = []
        values.reserveCapacity(covariates.values.count)
        for row in strata.lazy.flatMap(\.order) {
            for column in 0..<columns {
                values.append(
                    (covariates.values[row * columns + column] - scaling.mean[column]) * scaling.scale[column])
            }
        }
        rows = Matrix(rows: covariates.rows, columns: columns, values: values)
    }

    /// - Parameter progress: called with the share of the work that is done; may throw to interrupt.
    func evaluate(_ coefficients: [Double], progress: (Double) throws -> Void) throws -> PartialLikelihood.Point {
        let size = rows.columns
        var point = PartialLikelihood.Point(
            score: [Double](repeating: 0, count: size),
            information: Matrix(rows: size, columns: size, values: [Double](repeating: 0, count: size * size)),
            squares: [])
        var first = 0
        for sets in strata {
            try add(sets, from: first, coefficients, to: &point, progress)
            first += sets.patients
        }
        for row in 0..<size {
            for column in 0..<row { point.information[column, row] = point.information[row, column] }
        }
        point.squares = (0..<size).map { point.information[$0, $0] }
        return point
    }

    /// Products of patients and set sizes between two calls of `progress`.
    private static let chunk = 100_000

    private func add(
        _ sets: RiskSets, from first: Int, _ coefficients: [Double], to point: inout PartialLikelihood.Point,
        _ progress: (Double) throws -> Void
    ) throws {
        let size = rows.columns
        // The most events of one time that is still to come.
        var most = 0
        let largest = sets.eventCount.map { count in
            most = max(most, count)
            return most
        }
        var table = SubsetTable(covariates: size, largest: most)
        var work = 0
        for index in stride(from: sets.count - 1, through: 0, by: -1) where largest[index] > 0 {
            let events = sets.eventCount[index]
            for position in sets.start[index]..<sets.start[index + 1] {
                let start = (first + position) * size
                let predictor = (0..<size).reduce(0) { $0 + rows.values[start + $1] * coefficients[$1] }
                if position < sets.start[index] + events {
                    point.logLikelihood += predictor
                    for column in 0..<size { point.score[column] += rows.values[start + column] }
                }
                table.add(rows, from: start, predictor: predictor, largest: largest[index])
                work += largest[index]
                if work >= Self.chunk {
                    work = 0
                    try progress(Double(first + sets.patients - position) / Double(rows.rows))
                }
            }
            if events > 0 { table.subtract(events, from: &point) }
        }
    }
}

/// log B_k, and mean and covariance of the sum of covariates over a set of k, for k from 0 on.
private struct SubsetTable {
    private let size: Int
    private let triangle: Int
    private var patients = 0
    private var logarithms: [Double]
    private var means: [Double]
    /// Lower triangles, row by row.
    private var covariances: [Double]
    private var difference: [Double]

    init(covariates: Int, largest: Int) {
        size = covariates
        triangle = covariates * (covariates + 1) / 2
        logarithms = [0] + [Double](repeating: -.infinity, count: largest)
        means = [Double](repeating: 0, count: (largest + 1) * size)
        covariances = [Double](repeating: 0, count: (largest + 1) * triangle)
        difference = [Double](repeating: 0, count: size)
    }

    /// Adds the patient whose covariates begin at `start`, for sets of up to `largest`.
    mutating func add(_ rows: Matrix, from start: Int, predictor: Double, largest: Int) {
        patients += 1
        let (size, triangle) = (size, triangle)
        rows.values.withUnsafeBufferPointer { x in
            means.withUnsafeMutableBufferPointer { means in
                covariances.withUnsafeMutableBufferPointer { covariances in
                    difference.withUnsafeMutableBufferPointer { difference in
                        for k in stride(from: min(largest, patients), through: 1, by: -1) {
                            let (without, with) = (logarithms[k], predictor + logarithms[k - 1])
                            let high = max(without, with)
                            let sum = high + log1p(exp(min(without, with) - high))
                            let (share, rest) = (exp(with - sum), exp(without - sum))
                            logarithms[k] = sum
                            let (mean, before) = (k * size, (k - 1) * size)
                            for column in 0..<size {
                                difference[column] = means[before + column] + x[start + column] - means[mean + column]
                                means[mean + column] += share * difference[column]
                            }
                            var (entry, other) = (k * triangle, (k - 1) * triangle)
                            for row in 0..<size {
                                let factor = share * rest * difference[row]
                                for column in 0...row {
                                    covariances[entry + column] =
                                        rest * covariances[entry + column] + share * covariances[other + column]
                                        + factor * difference[column]
                                }
                                entry += row + 1
                                other += row + 1
                            }
                        }
                    }
                }
            }
        }
    }

    /// Takes log B_k and its derivatives from the point; of the information, the lower triangle.
    func subtract(_ k: Int, from point: inout PartialLikelihood.Point) {
        point.logLikelihood -= logarithms[k]
        var entry = k * triangle
        for row in 0..<size {
            point.score[row] -= means[k * size + row]
            for column in 0...row {
                point.information[row, column] += covariances[entry]
                entry += 1
            }
        }
    }
}
