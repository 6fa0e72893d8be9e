import Foundation
import Results

/// Eigenvalues and eigenvectors of a symmetric matrix.
///
/// Householder reduction to a tridiagonal matrix, then the QL method with implicit shifts (Golub & Van Loan,
/// *Matrix Computations*, 8.3). O(n³) time, O(n²) memory; errors are of the order of the machine precision times
/// the largest eigenvalue.
struct SymmetricEigen {
    /// From the largest to the smallest.
    let values: [Double]
    /// Row *i* is the unit eigenvector of `values[i]`, its sign such that the entry of largest magnitude (the
    /// first of equals) is positive.
    let vectors: Matrix

    /// - Precondition: `matrix` is square, symmetric and finite.
    init(_ matrix: Matrix) {
        precondition(matrix.rows == matrix.columns, "\(matrix.rows) × \(matrix.columns) is not square")
        precondition(matrix.values.allSatisfy(\.isFinite), "the matrix is not finite")
        var tridiagonal = Tridiagonal(matrix)
        tridiagonal.diagonalise()

        let size = matrix.rows
        let order = (0..<size).sorted {
            let (a, b) = (tridiagonal.diagonal[$0], tridiagonal.diagonal[$1])
            return a == b ? $0 < $1 : a > b
        }
        values = order.map { tridiagonal.diagonal[$0] }
        var sorted: [Double] = []
        sorted.reserveCapacity(size * size)
        for row in order {
            let vector = tridiagonal.basis[row * size..<(row + 1) * size]
            var largest = 0.0
            for entry in vector where abs(entry) > abs(largest) { largest = entry }
            sorted.append(contentsOf: vector.lazy.map { largest < 0 ? -$0 : $0 })
        }
        vectors = Matrix(rows: size, columns: size, values: sorted)
    }
}

/// A = Bᵀ T B with T tridiagonal and the rows of B orthonormal; `diagonalise` turns T into a diagonal matrix.
private struct Tridiagonal {
    let size: Int
    var diagonal: [Double]
    /// Entry *i* stands between diagonal entries *i* and *i* + 1; the last is 0.
    var offDiagonal: [Double]
    /// B, row by row: so every update below runs along rows.
    var basis: [Double]

    init(_ matrix: Matrix) {
        let n = matrix.rows
        size = n
        var a = matrix.values
        basis = [Double](repeating: 0, count: n * n)
        for i in 0..<n { basis[i * n + i] = 1 }
        var v = [Double](repeating: 0, count: n)
        var w = [Double](repeating: 0, count: n)

        for k in 0..<max(0, n - 2) {
            // The reflection 1 − 2vvᵀ of rows k+1… that clears column k below the subdiagonal.
            let below = k + 1..<n
            let scale = below.reduce(0) { max($0, abs(a[$1 * n + k])) }
            guard scale > 0 else { continue }
            for i in below { v[i] = a[i * n + k] / scale }
            let norm = below.reduce(0) { $0 + v[$1] * v[$1] }.squareRoot()
            v[k + 1] += v[k + 1] < 0 ? -norm : norm
            let length = below.reduce(0) { $0 + v[$1] * v[$1] }.squareRoot()
            for i in below { v[i] /= length }

            a.withUnsafeMutableBufferPointer { a in
                var inner = 0.0
                for i in below {
                    let row = a.baseAddress! + i * n
                    var sum = 0.0
                    for j in below { sum += row[j] * v[j] }
                    w[i] = sum
                    inner += sum * v[i]
                }
                for i in below { w[i] -= inner * v[i] }
                for i in below {
                    let row = a.baseAddress! + i * n
                    let (vi, wi) = (2 * v[i], 2 * w[i])
                    for j in below { row[j] -= vi * w[j] + wi * v[j] }
                }
                var projection = 0.0
                for i in below { projection += v[i] * a[i * n + k] }
                for i in below {
                    a[i * n + k] -= 2 * v[i] * projection
                    a[k * n + i] = a[i * n + k]
                }
            }
            basis.withUnsafeMutableBufferPointer { b in
                for j in 0..<n { w[j] = 0 }
                for i in below { for j in 0..<n { w[j] += v[i] * b[i * n + j] } }
                for i in below {
                    let vi = 2 * v[i]
                    for j in 0..<n { b[i * n + j] -= vi * w[j] }
                }
            }
        }
        diagonal = (0..<n).map { a[$0 * n + $0] }
        offDiagonal = (0..<n).map { $0 + 1 < n ? a[($0 + 1) * n + $0] : 0 }
    }

    mutating func diagonalise() {
        for first in 0..<size {
            // Two or three sweeps per eigenvalue are usual; the bound only guards against a cycle at rounding level.
            for _ in 0..<60 {
                guard let last = endOfBlock(from: first), last > first else { break }
                sweep(first, last)
            }
        }
    }

    /// The first index from `first` on whose off-diagonal entry is negligible.
    private func endOfBlock(from first: Int) -> Int? {
        (first..<size).first { i in
            guard i + 1 < size else { return true }
            let magnitude = abs(diagonal[i]) + abs(diagonal[i + 1])
            return abs(offDiagonal[i]) <= .ulpOfOne / 2 * magnitude
        }
    }

    /// One implicit QL step on the unreduced block `first...last`, shifted by the eigenvalue of its leading
    /// 2 × 2 block that is nearer to the first entry.
    private mutating func sweep(_ first: Int, _ last: Int) {
        let ratio = (diagonal[first + 1] - diagonal[first]) / (2 * offDiagonal[first])
        let root = (ratio * ratio + 1).squareRoot()
        var bulge =
            diagonal[last] - diagonal[first] + offDiagonal[first] / (ratio + (ratio < 0 ? -root : root))
        var (sine, cosine, shift) = (1.0, 1.0, 0.0)
        for i in (first..<last).reversed() {
            let f = sine * offDiagonal[i]
            let b = cosine * offDiagonal[i]
            let radius = hypot(f, bulge)
            offDiagonal[i + 1] = radius
            guard radius > 0 else {
                // The block has fallen apart early: keep what is done and start over.
                diagonal[i + 1] -= shift
                offDiagonal[last] = 0
                return
            }
            sine = f / radius
            cosine = bulge / radius
            let rest = diagonal[i + 1] - shift
            let turned = (diagonal[i] - rest) * sine + 2 * cosine * b
            shift = sine * turned
            diagonal[i + 1] = rest + shift
            bulge = cosine * turned - b
            rotate(i, sine, cosine)
        }
        diagonal[first] -= shift
        offDiagonal[first] = bulge
        offDiagonal[last] = 0
    }

    private mutating func rotate(_ i: Int, _ sine: Double, _ cosine: Double) {
        basis.withUnsafeMutableBufferPointer { b in
            let upper = b.baseAddress! + i * size
            let lower = upper + size
            for j in 0..<size {
                let (u, l) = (upper[j], lower[j])
                lower[j] = sine * u + cosine * l
                upper[j] = cosine * u - sine * l
            }
        }
    }
}
