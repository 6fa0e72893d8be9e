import Results

/// The factors of a symmetric positive semi-definite matrix, A = L D Lᵀ, L with a unit diagonal.
///
/// A pivot below `tolerance` times the largest diagonal entry counts as zero: its column depends on the columns before
/// it, and takes no part in solutions and inverse (the rule of R's `coxph`, whose tolerance is ε^¾). O(n³).
struct Factorization {
    /// R's `coxph.control()$toler.chol`.
    static let coxTolerance = 1.8189894035458565e-12

    let size: Int
    /// Below the diagonal L, row by row; on it D.
    private var factor: [Double]
    /// The columns whose pivot counts as zero, ascending.
    let dependentColumns: [Int]

    /// - Parameters:
    ///   - matrix: `size` × `size`; only the lower triangle is read.
    ///   - magnitudes: for each column, the size of the numbers that cancelled in its diagonal entry; a pivot below
    ///     `tolerance` times that counts as zero too.
    init(_ matrix: Matrix, tolerance: Double, magnitudes: [Double]? = nil) {
        precondition(matrix.rows == matrix.columns, "\(matrix.rows) × \(matrix.columns) is not square")
        let size = matrix.rows
        var a = matrix.values
        let largest = (0..<size).reduce(0) { max($0, a[$1 * size + $1]) }
        var dependent: [Int] = []
        for j in 0..<size {
            for k in 0..<j {
                a[j * size + j] -= a[j * size + k] * a[j * size + k] * a[k * size + k]
            }
            let pivot = a[j * size + j]
            if pivot.isFinite && pivot > 0 && pivot >= tolerance * max(largest, magnitudes?[j] ?? 0) {
                for i in j + 1..<size {
                    var sum = a[i * size + j]
                    for k in 0..<j { sum -= a[i * size + k] * a[j * size + k] * a[k * size + k] }
                    a[i * size + j] = sum / pivot
                }
            } else {
                dependent.append(j)
                a[j * size + j] = 0
                for i in j + 1..<size { a[i * size + j] = 0 }
            }
        }
        self.size = size
        factor = a
        dependentColumns = dependent
    }

    /// The solution x of A x = b, 0 at dependent columns.
    func solve(_ b: [Double]) -> [Double] {
        var x = b
        for i in 0..<size {
            for k in 0..<i { x[i] -= factor[i * size + k] * x[k] }
        }
        for i in stride(from: size - 1, through: 0, by: -1) {
            let pivot = factor[i * size + i]
            x[i] = pivot == 0 ? 0 : x[i] / pivot
            guard pivot != 0 else { continue }
            for k in i + 1..<size { x[i] -= factor[k * size + i] * x[k] }
        }
        return x
    }

    /// A⁻¹, with rows and columns of zeros at dependent columns.
    func inverse() -> Matrix {
        var result = Matrix(rows: size, columns: size, values: [Double](repeating: 0, count: size * size))
        let dependent = Set(dependentColumns)
        for column in 0..<size where !dependent.contains(column) {
            var unit = [Double](repeating: 0, count: size)
            unit[column] = 1
            for (row, value) in solve(unit).enumerated() { result[row, column] = value }
        }
        return result
    }
}
