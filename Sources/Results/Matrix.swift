/// A dense matrix, row by row.
public struct Matrix: Sendable, Equatable {
    public let rows: Int
    public let columns: Int
    public var values: [Double]

    /// - Precondition: `values.count == rows * columns`.
    public init(rows: Int, columns: Int, values: [Double]) {
        precondition(values.count == rows * columns, "\(values.count) values for \(rows) × \(columns)")
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    @inlinable public subscript(row: Int, column: Int) -> Double {
        get { values[row * columns + column] }
        set { values[row * columns + column] = newValue }
    }

    @inlinable public subscript(row row: Int) -> ArraySlice<Double> { values[row * columns..<(row + 1) * columns] }

    /// Some of the rows, in the order given.
    public subscript(rows picked: [Int]) -> Matrix {
        var values: [Double] = []
        values.reserveCapacity(picked.count * columns)
        for row in picked { values.append(contentsOf: self[row: row]) }
        return Matrix(rows: picked.count, columns: columns, values: values)
    }

    public var transposed: Matrix {
        var result = Matrix(rows: columns, columns: rows, values: values)
        for i in 0..<rows { for j in 0..<columns { result.values[j * rows + i] = values[i * columns + j] } }
        return result
    }
}
