import Results

func dot(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
    a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in dot(a.baseAddress!, b.baseAddress!, count: a.count) }
    }
}

/// Four partial sums side by side: one long chain of additions would wait for each to finish.
func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, count: Int) -> Double {
    var sums = SIMD4<Double>.zero
    var i = 0
    while i + 4 <= count {
        sums += SIMD4(a[i], a[i + 1], a[i + 2], a[i + 3]) * SIMD4(b[i], b[i + 1], b[i + 2], b[i + 3])
        i += 4
    }
    var sum = sums.sum()
    while i < count {
        sum += a[i] * b[i]
        i += 1
    }
    return sum
}

/// ‖a − b‖², by differences: exactly zero for equal vectors, and no cancellation for distant pairs of close ones.
func squaredDistance(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, count: Int) -> Double {
    var sums = SIMD4<Double>.zero
    var i = 0
    while i + 4 <= count {
        let difference =
            SIMD4(a[i], a[i + 1], a[i + 2], a[i + 3]) - SIMD4(b[i], b[i + 1], b[i + 2], b[i + 3])
        sums += difference * difference
        i += 4
    }
    var sum = sums.sum()
    while i < count {
        sum += (a[i] - b[i]) * (a[i] - b[i])
        i += 1
    }
    return sum
}

extension Matrix {
    /// Each column less its mean. The mean is taken of differences from the first row, so that equal rows become
    /// exact zeros.
    var centred: Matrix {
        guard rows > 0 else { return self }
        var result = self
        var means = [Double](repeating: 0, count: columns)
        for i in 0..<rows {
            for j in 0..<columns {
                result.values[i * columns + j] -= values[j]
                means[j] += result.values[i * columns + j]
            }
        }
        for j in 0..<columns { means[j] /= Double(rows) }
        for i in 0..<rows { for j in 0..<columns { result.values[i * columns + j] -= means[j] } }
        return result
    }

    /// The inner products of all rows, X Xᵀ.
    var gram: Matrix { symmetric { dot($0, $1, count: columns) } }

    /// The squared Euclidean distances of all rows.
    var squaredDistances: Matrix { symmetric { squaredDistance($0, $1, count: columns) } }

    private func symmetric(_ pair: (UnsafePointer<Double>, UnsafePointer<Double>) -> Double) -> Matrix {
        var result = [Double](repeating: 0, count: rows * rows)
        values.withUnsafeBufferPointer { values in
            guard let start = values.baseAddress else { return }
            for i in 0..<rows {
                for j in i..<rows {
                    let value = pair(start + i * columns, start + j * columns)
                    result[i * rows + j] = value
                    result[j * rows + i] = value
                }
            }
        }
        return Matrix(rows: rows, columns: rows, values: result)
    }
}
