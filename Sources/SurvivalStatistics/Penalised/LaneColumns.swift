/// Columns of numbers in lanes of four, so that products of columns run on vector registers.
struct LaneColumns {
    typealias Lanes = [SIMD4<Double>]

    let rows: Int
    /// Vectors of four per column; the last is filled up with zeros.
    let width: Int
    private(set) var count: Int
    private var lanes: Lanes

    init(rows: Int, capacity: Int = 0) {
        self.rows = rows
        width = (rows + 3) / 4
        count = 0
        lanes = []
        lanes.reserveCapacity(capacity * width)
    }

    /// A vector as lanes.
    static func packed(_ values: [Double]) -> Lanes {
        var result = Lanes(repeating: .zero, count: (values.count + 3) / 4)
        result.withUnsafeMutableBytes { bytes in
            let numbers = bytes.bindMemory(to: Double.self)
            for (index, value) in values.enumerated() { numbers[index] = value }
        }
        return result
    }

    /// Appends a column that `fill` writes, of `rows` numbers.
    mutating func append(_ fill: (UnsafeMutablePointer<Double>) -> Void) {
        let start = lanes.count
        lanes.append(contentsOf: repeatElement(.zero, count: width))
        count += 1
        lanes.withUnsafeMutableBytes { bytes in
            if let base = bytes.bindMemory(to: Double.self).baseAddress { fill(base + start * 4) }
        }
    }

    subscript(row: Int, column: Int) -> Double { lanes[column * width + row / 4][row % 4] }

    /// The column's numbers, `rows` of them.
    func withColumn(_ column: Int, _ body: (UnsafePointer<Double>) -> Void) {
        lanes.withUnsafeBytes { bytes in
            if let base = bytes.bindMemory(to: Double.self).baseAddress { body(base + column * width * 4) }
        }
    }

    func dot(_ column: Int, _ vector: Lanes) -> Double {
        precondition(vector.count == width && column < count, "a column meets a vector of another length")
        return lanes.withUnsafeBufferPointer { lanes in
            vector.withUnsafeBufferPointer { Self.dot(lanes, column * width, $0, 0, width) }
        }
    }

    /// The products of several columns with one vector.
    func dots(_ columns: [Int], _ vector: Lanes) -> [Double] { columns.map { dot($0, vector) } }

    /// Adds a multiple of a column to a vector.
    func add(_ column: Int, times factor: Double, to vector: inout Lanes) {
        precondition(vector.count == width && column < count, "a column meets a vector of another length")
        lanes.withUnsafeBufferPointer { lanes in
            vector.withUnsafeMutableBufferPointer { vector in
                let start = column * width
                for lane in 0..<width { vector[lane] += factor * lanes[start + lane] }
            }
        }
    }

    /// The products of some columns with those of `other`, entry by entry in the order given; only i ≥ j, and the
    /// result is symmetric. Row by row.
    func products(_ columns: [Int], with other: LaneColumns) -> [Double] {
        precondition(other.count == columns.count && other.width == width, "columns of different lengths")
        let size = columns.count
        var result = [Double](repeating: 0, count: size * size)
        lanes.withUnsafeBufferPointer { left in
            other.lanes.withUnsafeBufferPointer { right in
                for j in 0..<size {
                    var i = j
                    // Four columns share what is read of the fifth.
                    while i + 3 < size {
                        let starts = (columns[i], columns[i + 1], columns[i + 2], columns[i + 3])
                        var (a, b, c, d) = (
                            SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero
                        )
                        for lane in 0..<width {
                            let shared = right[j * width + lane]
                            a += left[starts.0 * width + lane] * shared
                            b += left[starts.1 * width + lane] * shared
                            c += left[starts.2 * width + lane] * shared
                            d += left[starts.3 * width + lane] * shared
                        }
                        for (offset, sum) in [a, b, c, d].enumerated() {
                            result[(i + offset) * size + j] = sum.sum()
                            result[j * size + i + offset] = sum.sum()
                        }
                        i += 4
                    }
                    while i < size {
                        let sum = Self.dot(left, columns[i] * width, right, j * width, width)
                        result[i * size + j] = sum
                        result[j * size + i] = sum
                        i += 1
                    }
                }
            }
        }
        return result
    }

    private static func dot(
        _ a: UnsafeBufferPointer<SIMD4<Double>>, _ aStart: Int, _ b: UnsafeBufferPointer<SIMD4<Double>>,
        _ bStart: Int, _ width: Int
    ) -> Double {
        var (even, odd) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
        var lane = 0
        while lane + 1 < width {
            even += a[aStart + lane] * b[bStart + lane]
            odd += a[aStart + lane + 1] * b[bStart + lane + 1]
            lane += 2
        }
        if lane < width { even += a[aStart + lane] * b[bStart + lane] }
        return (even + odd).sum()
    }
}

extension LaneColumns.Lanes {
    /// The first `count` numbers.
    func unpacked(_ count: Int) -> [Double] {
        withUnsafeBytes { bytes in [Double](bytes.bindMemory(to: Double.self).prefix(count)) }
    }
}
