import Foundation

/// The factor of a symmetric positive definite matrix, A = L Lᵀ. O(n³).
///
/// A pivot that rounding or lack of information leaves without meaning is replaced by the largest diagonal entry, so the
/// factor always exists and its solutions stay small there; `isDefinite` tells whether any was.
struct CholeskyFactor {
    let size: Int
    private(set) var isDefinite = true
    /// Row by row, zeros above the diagonal left out of all sums.
    private var factor: [Double]

    /// Relative to the largest diagonal entry.
    private static let smallestPivot = 1e-14

    /// - Parameter matrix: `size` × `size`, row by row; only the lower triangle is read.
    init(_ matrix: [Double], size: Int) {
        precondition(matrix.count == size * size, "\(matrix.count) entries for \(size) × \(size)")
        self.size = size
        factor = matrix
        let largest = (0..<size).reduce(Double.leastNormalMagnitude) { max($0, matrix[$1 * size + $1]) }
        var isDefinite = true
        factor.withUnsafeMutableBufferPointer { a in
            for row in 0..<size {
                let own = row * size
                for column in 0..<row {
                    let above = column * size
                    let sum = Self.product(a, own, above, column)
                    a[own + column] = (a[own + column] - sum) / a[above + column]
                }
                var pivot = a[own + row] - Self.product(a, own, own, row)
                if !(pivot > Self.smallestPivot * largest) {
                    isDefinite = false
                    pivot = largest
                }
                a[own + row] = pivot.squareRoot()
            }
        }
        self.isDefinite = isDefinite
    }

    /// log |A|.
    var logDeterminant: Double { (0..<size).reduce(0) { $0 + 2 * log(factor[$1 * size + $1]) } }

    /// The product of two rows up to a column, in four sums that do not wait for each other.
    private static func product(
        _ a: UnsafeMutableBufferPointer<Double>, _ first: Int, _ second: Int, _ count: Int
    ) -> Double {
        var sums = SIMD4<Double>.zero
        var k = 0
        while k + 3 < count {
            let (i, j) = (first + k, second + k)
            let left = SIMD4<Double>(a[i], a[i + 1], a[i + 2], a[i + 3])
            let right = SIMD4<Double>(a[j], a[j + 1], a[j + 2], a[j + 3])
            sums += left * right
            k += 4
        }
        var sum = sums.sum()
        while k < count {
            sum += a[first + k] * a[second + k]
            k += 1
        }
        return sum
    }

    /// A⁻¹ b. O(n²).
    func solve(_ b: [Double]) -> [Double] {
        var x = b
        factor.withUnsafeBufferPointer { a in
            for row in 0..<size {
                var sum = x[row]
                for k in 0..<row { sum -= a[row * size + k] * x[k] }
                x[row] = sum / a[row * size + row]
            }
            for row in stride(from: size - 1, through: 0, by: -1) {
                x[row] /= a[row * size + row]
                let value = x[row]
                for k in 0..<row { x[k] -= a[row * size + k] * value }
            }
        }
        return x
    }
}
