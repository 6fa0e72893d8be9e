import Results

/// The principal components of rows of numbers: the directions of greatest variance, and where each row lies along
/// them.
///
/// By the eigenvectors of the covariance matrix, or, with more columns than rows, of the Gram matrix of the
/// centred rows. O(n·d·min(n, d) + min(n, d)³) time.
struct PrincipalComponents {
    /// Variances (divisor n − 1) along all min(n, d) components, descending and not negative.
    let variances: [Double]
    /// Rows × `count`: the coordinates of the rows along the first components. The sign of a component makes its
    /// largest loading (its largest score, with more columns than rows) positive.
    let scores: Matrix

    /// - Precondition: at least two rows, finite values, and `count` no larger than either dimension.
    init(of data: Matrix, count: Int) {
        let (n, d) = (data.rows, data.columns)
        precondition(n >= 2 && count <= min(n, d), "\(count) components of \(n) × \(d) values")
        let centred = data.centred
        let divisor = Double(n - 1)

        if d <= n {
            let eigen = SymmetricEigen(centred.transposed.gram)
            variances = eigen.values.map { max(0, $0 / divisor) }
            var scores = Matrix(rows: n, columns: count, values: [Double](repeating: 0, count: n * count))
            for i in 0..<n {
                for c in 0..<count {
                    scores[i, c] = dot(centred[row: i], eigen.vectors[row: c])
                }
            }
            self.scores = scores
        } else {
            let eigen = SymmetricEigen(centred.gram)
            variances = eigen.values.map { max(0, $0 / divisor) }
            var scores = Matrix(rows: n, columns: count, values: [Double](repeating: 0, count: n * count))
            for c in 0..<count {
                let length = max(0, eigen.values[c]).squareRoot()
                for i in 0..<n { scores[i, c] = length * eigen.vectors[c, i] }
            }
            self.scores = scores
        }
    }
}
