import Results

/// Rows of scaled covariates in lanes of four, so that sums over them run on vector registers.
struct PackedRows {
    let columns: Int
    /// Vectors of four per row; the last is filled up with zeros.
    fileprivate let width: Int
    fileprivate let lanes: [SIMD4<Double>]

    init(_ covariates: Matrix, order: [Int], scaling: CovariateScaling) {
        let (columns, values) = (covariates.columns, covariates.values)
        let width = (columns + 3) / 4
        var lanes = [SIMD4<Double>](repeating: .zero, count: order.count * width)
        lanes.withUnsafeMutableBytes { bytes in
            let numbers = bytes.bindMemory(to: Double.self)
            for (position, row) in order.enumerated() {
                for column in 0..<columns {
                    numbers[position * width * 4 + column] =
                        (values[row * columns + column] - scaling.mean[column]) * scaling.scale[column]
                }
            }
        }
        self.columns = columns
        self.width = width
        self.lanes = lanes
    }

    /// The product of each row with a vector.
    func products(with vector: [Double]) -> [Double] {
        let packed = (0..<width).map { lane in
            SIMD4<Double>((0..<4).map { lane * 4 + $0 < columns ? vector[lane * 4 + $0] : 0 })
        }
        return stride(from: 0, to: lanes.count, by: width).map { start in
            var sum = SIMD4<Double>.zero
            for lane in 0..<width { sum += packed[lane] * lanes[start + lane] }
            return sum.sum()
        }
    }

    /// A weighted sum of rows.
    struct Sum {
        private let rows: PackedRows
        fileprivate private(set) var lanes: [SIMD4<Double>]

        init(_ rows: PackedRows) {
            self.rows = rows
            lanes = [SIMD4<Double>](repeating: .zero, count: rows.width)
        }

        mutating func add(_ position: Int, times weight: Double) {
            for lane in 0..<rows.width { lanes[lane] += weight * rows.lanes[position * rows.width + lane] }
        }

        mutating func add(_ other: Sum, times weight: Double) {
            for lane in lanes.indices { lanes[lane] += weight * other.lanes[lane] }
        }

        mutating func scale(by factor: Double) {
            for lane in lanes.indices { lanes[lane] *= factor }
        }

        var values: [Double] { (0..<rows.columns).map { lanes[$0 / 4][$0 % 4] } }
    }

    /// A weighted sum of products of rows with themselves; only lanes from the diagonal on are kept.
    struct SymmetricSum {
        private let rows: PackedRows
        private var lanes: [SIMD4<Double>]

        init(_ rows: PackedRows) {
            self.rows = rows
            lanes = [SIMD4<Double>](repeating: .zero, count: rows.width * 4 * rows.width)
        }

        /// Adds Σ w x xᵀ over the rows from `first` on, as many as there are weights.
        ///
        /// Tiles of 4 × 4 stay in registers while a chunk of rows, small enough for the nearest cache, passes by.
        mutating func addSquares(from first: Int, weights: [Double]) {
            let width = rows.width
            precondition((first + weights.count) * width <= rows.lanes.count, "more weights than rows")
            rows.lanes.withUnsafeBufferPointer { x in
                weights.withUnsafeBufferPointer { weights in
                    for start in stride(from: 0, to: weights.count, by: 128) {
                        let chunk = start..<min(start + 128, weights.count)
                        for tile in 0..<width {
                            for lane in tile..<width {
                                var (a, b, c, d) = (
                                    SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero
                                )
                                for row in chunk {
                                    let left = weights[row] * x[(first + row) * width + tile]
                                    let right = x[(first + row) * width + lane]
                                    a += left[0] * right
                                    b += left[1] * right
                                    c += left[2] * right
                                    d += left[3] * right
                                }
                                let corner = tile * 4 * width + lane
                                lanes[corner] += a
                                lanes[corner + width] += b
                                lanes[corner + 2 * width] += c
                                lanes[corner + 3 * width] += d
                            }
                        }
                    }
                }
            }
        }

        /// Adds p a aᵀ + q (a bᵀ + b aᵀ) + r b bᵀ.
        mutating func addProducts(_ a: Sum, _ b: Sum, _ p: Double, _ q: Double, _ r: Double) {
            let width = rows.width
            for column in 0..<rows.columns {
                let (x, y) = (a.lanes[column / 4][column % 4], b.lanes[column / 4][column % 4])
                let (forA, forB) = (p * x + q * y, q * x + r * y)
                for lane in column / 4..<width {
                    lanes[column * width + lane] += forA * a.lanes[lane] + forB * b.lanes[lane]
                }
            }
        }

        var diagonal: [Double] { (0..<rows.columns).map { self[$0, $0] } }

        /// This sum less another, in full.
        func less(_ other: SymmetricSum) -> Matrix {
            let size = rows.columns
            var result = Matrix(rows: size, columns: size, values: [Double](repeating: 0, count: size * size))
            for row in 0..<size {
                for column in row..<size {
                    let value = self[row, column] - other[row, column]
                    (result[row, column], result[column, row]) = (value, value)
                }
            }
            return result
        }

        private subscript(row: Int, column: Int) -> Double { lanes[row * rows.width + column / 4][column % 4] }
    }
}
