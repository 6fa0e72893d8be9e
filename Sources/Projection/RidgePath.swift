import Results

/// Ridge regressions of all penalties at once, by the eigenvectors of XᵀX for centred X.
struct RidgePath {
    private let x: Matrix
    private let y: Matrix
    private let means: [Double]
    private let intercepts: [Double]
    private let eigen: SymmetricEigen
    /// By target: Vᵀ Xᵀ y.
    private let projected: [[Double]]

    init(_ x: Matrix, _ y: Matrix) {
        (self.x, self.y) = (x, y)
        let n = Double(x.rows)
        func means(_ matrix: Matrix) -> [Double] {
            (0..<matrix.columns).map { column in (0..<matrix.rows).reduce(0) { $0 + matrix[$1, column] } / n }
        }
        self.means = means(x)
        intercepts = means(y)
        let centred = x.centred.transposed
        let eigen = SymmetricEigen(centred.gram)
        self.eigen = eigen
        projected = (0..<y.columns).map { target in
            let column = (0..<y.rows).map { y[$0, target] }
            let products = (0..<x.columns).map { dot(centred[row: $0], column[...]) }
            return (0..<x.columns).map { dot(eigen.vectors[row: $0], products[...]) }
        }
    }

    func predictions(for x: Matrix, target: Int, penalty: Double) -> [Double] {
        var coefficients = [Double](repeating: 0, count: x.columns)
        for (k, value) in eigen.values.enumerated() {
            let weight = projected[target][k] / (max(value, 0) + penalty)
            for (column, entry) in eigen.vectors[row: k].enumerated() { coefficients[column] += weight * entry }
        }
        let offset = intercepts[target] - dot(means[...], coefficients[...])
        return (0..<x.rows).map { offset + dot(x[row: $0], coefficients[...]) }
    }

    /// What the regression of all others misses of each row, y − ŷ₍₋ᵢ₎: the error of all, e, divided by 1 − h, with h the
    /// row's share in its own prediction (Allen 1974). Exact, since the intercept is not penalised.
    func leftOutErrors(penalty: Double) -> Matrix {
        var errors = y
        for target in 0..<y.columns {
            for (row, value) in predictions(for: x, target: target, penalty: penalty).enumerated() {
                errors[row, target] -= value
            }
        }
        let centred = x.centred
        for row in 0..<x.rows {
            var share = 1 / Double(x.rows)
            for (k, value) in eigen.values.enumerated() {
                let along = dot(centred[row: row], eigen.vectors[row: k])
                share += along * along / (max(value, 0) + penalty)
            }
            for target in 0..<y.columns { errors[row, target] /= 1 - share }
        }
        return errors
    }
}
