import Foundation
import Results

/// How strongly points of the original space are neighbours: the matrix P of t-SNE.
///
/// Point *i* sees *j* with p(j|i) ∝ exp(−β_i ‖x_i − x_j‖²), p(i|i) = 0, where β_i makes the entropy of p(·|i) the
/// logarithm of the perplexity; p_ij = (p(j|i) + p(i|j)) / 2n, so that Σ_{i≠j} p_ij = 1. A point with more
/// duplicates than the perplexity sees these alone, all equally. (van der Maaten & Hinton 2008.)
///
/// O(n²·(d + 6)) time, O(n²) memory.
struct Affinities {
    let count: Int
    /// The p_ij with i < j, row by row.
    let upper: [Double]

    /// Where the entries of row *i* start in `upper`; they are those of j = i + 1, i + 2, …
    static func start(ofRow i: Int, count: Int) -> Int { i * (2 * count - i - 1) / 2 }

    init(_ vectors: Matrix, perplexity: Double, progress: (Double) throws -> Void) rethrows {
        let n = vectors.rows
        let entropy = log(perplexity)
        var conditional = [Double](repeating: 0, count: n * n)
        for i in 0..<n {
            vectors.values.withUnsafeBufferPointer { x in
                conditional.withUnsafeMutableBufferPointer { p in
                    let row = UnsafeMutableBufferPointer(rebasing: p[i * n..<(i + 1) * n])
                    let origin = x.baseAddress! + i * vectors.columns
                    for j in 0..<n {
                        row[j] = squaredDistance(origin, x.baseAddress! + j * vectors.columns, count: vectors.columns)
                    }
                    Affinities.calibrate(row, except: i, entropy: entropy)
                }
            }
            if i % 64 == 63 { try progress(Double(i + 1) / Double(n)) }
        }

        var upper: [Double] = []
        upper.reserveCapacity(n * (n - 1) / 2)
        for i in 0..<n {
            for j in i + 1..<max(i + 1, n) {
                upper.append((conditional[i * n + j] + conditional[j * n + i]) / Double(2 * n))
            }
        }
        count = n
        self.upper = upper
    }

    /// Replaces the squared distances of one point by its p(·|i), whose entropy is `entropy` (in nats, to 1e-10).
    ///
    /// Newton's method on β with dH/dβ = −β Var(‖x_i − x_j‖²), kept inside a bracket that is halved, or doubled
    /// while it has no upper end, whenever a step would leave it.
    private static func calibrate(_ row: UnsafeMutableBufferPointer<Double>, except own: Int, entropy: Double) {
        // Distances count from the nearest: the p do not change, and the largest exponential is 1.
        row[own] = .infinity
        let nearest = row.min()!
        row[own] = 0
        var mean = 0.0
        for j in row.indices where j != own {
            row[j] -= nearest
            mean += row[j]
        }
        mean /= Double(row.count - 1)

        var beta = mean > 0 ? 1 / mean : 1
        var (low, high) = (0.0, Double.infinity)
        for _ in 0..<100 {
            var (sum, first, second) = (0.0, 0.0, 0.0)
            for j in row.indices where j != own {
                let weight = exp(-beta * row[j])
                sum += weight
                first += weight * row[j]
                second += weight * row[j] * row[j]
            }
            first /= sum
            let excess = log(sum) + beta * first - entropy
            if abs(excess) <= 1e-10 { break }
            if excess > 0 { low = beta } else { high = beta }
            let step = beta + excess / (beta * (second / sum - first * first))
            if step > low && step < high && step < 10 * beta {
                beta = step
            } else {
                beta = high.isFinite ? (low + high) / 2 : 2 * beta
            }
        }

        var sum = 0.0
        for j in row.indices {
            row[j] = j == own ? 0 : exp(-beta * row[j])
            sum += row[j]
        }
        for j in row.indices { row[j] /= sum }
    }
}
