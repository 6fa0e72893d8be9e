import Foundation
import Results

/// Centred kernel alignment of two sets of vectors of the same patients: the Hilbert-Schmidt independence
/// criterion, normalised.
///
///     value = tr(K̃ L̃) / (‖K̃‖ ‖L̃‖),   K̃ = H K H,   H = 1 − 11ᵀ/n
///
/// between 0 and 1. For the same vectors, also turned or scaled, it is 1. It is not 0 for independent vectors: the
/// fewer patients and the more dimensions, the higher. So `chance` is its expectation if the patients of one side
/// are shuffled, tr(K̃) tr(L̃) / ((n − 1) ‖K̃‖ ‖L̃‖), exactly.
///
/// Gretton et al., *ALT* 2005 (HSIC); Cortes et al., *JMLR* 13 (2012) 795; Kornblith et al., *ICML* 2019 (CKA).
/// O(n²·d) time, O(n²) memory.
struct KernelAlignment {
    let value: Double
    let chance: Double

    /// With the inner products of centred vectors as kernel. Nil if all vectors of a side are equal.
    init?(linear first: Matrix, _ second: Matrix) {
        self.init(kernel: first.centred.gram, second.centred.gram)
    }

    /// With the kernel exp(−‖x − x'‖² / 2σ²), σ the median distance of two patients, each side its own. Nil if the
    /// median of a side is 0.
    init?(gaussian first: Matrix, _ second: Matrix) {
        guard let firstKernel = first.gaussianKernel, let secondKernel = second.gaussianKernel else { return nil }
        self.init(kernel: firstKernel, secondKernel)
    }

    private init?(kernel first: Matrix, _ second: Matrix) {
        precondition(first.rows == second.rows, "kernels of \(first.rows) and of \(second.rows) patients")
        let n = first.rows
        let (k, l) = (first.doublyCentred, second.doublyCentred)
        let norm = (k.sumOfSquares * l.sumOfSquares).squareRoot()
        guard norm > 0 else { return nil }
        value = dot(k.values[...], l.values[...]) / norm
        chance = k.trace * l.trace / (Double(n - 1) * norm)
    }
}

extension Matrix {
    fileprivate var trace: Double { (0..<rows).reduce(0) { $0 + self[$1, $1] } }

    fileprivate var sumOfSquares: Double { dot(values[...], values[...]) }

    fileprivate var gaussianKernel: Matrix? {
        var kernel = squaredDistances
        var pairs: [Double] = []
        for i in 0..<rows { pairs.append(contentsOf: kernel[row: i].dropFirst(i + 1)) }
        pairs.sort()
        let middle = pairs[(pairs.count - 1) / 2].squareRoot() + pairs[pairs.count / 2].squareRoot()
        let median = middle / 2
        guard median > 0 else { return nil }
        for k in kernel.values.indices { kernel.values[k] = exp(-kernel.values[k] / (2 * median * median)) }
        return kernel
    }

    /// H K H for a symmetric K.
    fileprivate var doublyCentred: Matrix {
        let means = (0..<rows).map { self[row: $0].reduce(0, +) / Double(rows) }
        let mean = means.reduce(0, +) / Double(rows)
        var result = self
        for i in 0..<rows {
            for j in 0..<rows { result.values[i * rows + j] += mean - means[i] - means[j] }
        }
        return result
    }
}
