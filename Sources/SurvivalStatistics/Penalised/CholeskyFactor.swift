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
                    var sum = a[own + column]
                    for k in 0..<column { sum -= a[own + k] * a[above + k] }
                    a[own + column] = sum / a[above + column]
                }
                var pivot = a[own + row]
                for k in 0..<row { pivot -= a[own + k] * a[own + k] }
                if !(pivot > Self.smallestPivot * largest) {
                    isDefinite = false
                    pivot = largest
                }
                a[own + row] = pivot.squareRoot()
            }
        }
        self.isDefinite = isDefinite
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
