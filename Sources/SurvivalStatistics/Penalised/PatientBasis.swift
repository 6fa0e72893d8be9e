/// An exact account of many columns by as many as the patients have dimensions: with K = X Xᵀ = L Lᵀ, every X β with β
/// in the span of the patients' rows is L θ with ‖θ‖ = ‖β‖.
///
/// A Cholesky decomposition with pivoting, which stops where rounding leaves nothing of K. O(n² p + n³).
struct PatientBasis {
    let rank: Int
    private let size: Int
    /// L, row by row, `size` apart.
    private let factor: [Double]
    /// The patients who lead the columns of L.
    private let pivots: [Int]
    private let columns: [Int]

    /// Relative to the largest diagonal entry of K.
    private static let smallestPivot = 1e-13

    init(_ design: LaneColumns, columns: [Int]) {
        let size = design.rows
        var rows = LaneColumns(rows: columns.count, capacity: size)
        for row in 0..<size {
            rows.append { target in
                for (place, column) in columns.enumerated() { target[place] = design[row, column] }
            }
        }
        let kernel = rows.products(Array(0..<size), with: rows)
        var factor = [Double](repeating: 0, count: size * size)
        var rest = (0..<size).map { kernel[$0 * size + $0] }
        let least = Self.smallestPivot * (rest.max() ?? 0)
        var pivots: [Int] = []
        var isPivot = [Bool](repeating: false, count: size)
        factor.withUnsafeMutableBufferPointer { l in
            kernel.withUnsafeBufferPointer { kernel in
                while pivots.count < size {
                    var pivot = -1
                    for row in 0..<size where !isPivot[row] && (pivot < 0 || rest[row] > rest[pivot]) { pivot = row }
                    guard rest[pivot] > least else { break }
                    let column = pivots.count
                    let root = rest[pivot].squareRoot()
                    isPivot[pivot] = true
                    l[pivot * size + column] = root
                    for row in 0..<size where !isPivot[row] {
                        var sum = kernel[row * size + pivot]
                        for k in 0..<column { sum -= l[row * size + k] * l[pivot * size + k] }
                        let entry = sum / root
                        l[row * size + column] = entry
                        rest[row] -= entry * entry
                    }
                    pivots.append(pivot)
                }
            }
        }
        self.size = size
        self.columns = columns
        self.pivots = pivots
        self.factor = factor
        rank = pivots.count
    }

    /// Writes a column of L.
    func write(_ column: Int, to target: UnsafeMutablePointer<Double>) {
        for row in 0..<size { target[row] = factor[row * size + column] }
    }

    /// β of the columns that the basis stands for, from θ: β = Xᵀ c with Lᵀ c = θ.
    func coefficients(_ theta: [Double], design: LaneColumns) -> [Double] {
        var weights = [Double](repeating: 0, count: size)
        var rest = theta
        for column in stride(from: rank - 1, through: 0, by: -1) {
            let pivot = pivots[column]
            let weight = rest[column] / factor[pivot * size + column]
            weights[pivot] = weight
            for k in 0..<column { rest[k] -= weight * factor[pivot * size + k] }
        }
        return design.dots(columns, LaneColumns.packed(weights))
    }
}
