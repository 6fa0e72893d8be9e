import Foundation

/// Patients counted by two classifications, and tests of whether one has to do with the other.
public struct ContingencyTable: Sendable, Equatable {
    /// Rows × columns.
    public let counts: [[Int]]
    public let rowSums: [Int]
    public let columnSums: [Int]
    public let total: Int

    /// - Precondition: the rows are equally long, and no count is negative.
    public init(_ counts: [[Int]]) {
        let width = counts.first?.count ?? 0
        precondition(
            counts.allSatisfy { $0.count == width && $0.allSatisfy { $0 >= 0 } },
            "counts in rows of one length are needed")
        self.counts = counts
        rowSums = counts.map { $0.reduce(0, +) }
        columnSums = (0..<width).map { column in counts.reduce(0) { $0 + $1[column] } }
        total = rowSums.reduce(0, +)
    }

    /// The table without rows and columns that nobody is in; nil when fewer than two of either are left, so that there
    /// is nothing to test.
    public var used: ContingencyTable? {
        let columns = columnSums.indices.filter { columnSums[$0] > 0 }
        let rows = rowSums.indices.filter { rowSums[$0] > 0 }
        guard rows.count > 1, columns.count > 1 else { return nil }
        return ContingencyTable(rows.map { row in columns.map { counts[row][$0] } })
    }

    /// The count to be expected in a cell if the classifications had nothing to do with each other.
    public func expected(_ row: Int, _ column: Int) -> Double {
        Double(rowSums[row]) * Double(columnSums[column]) / Double(total)
    }

    public var smallestExpected: Double {
        Double(rowSums.min() ?? 0) * Double(columnSums.min() ?? 0) / Double(total)
    }

    public struct ChiSquare: Sendable, Equatable {
        public var statistic: Double
        public var degreesOfFreedom: Int
        public var p: Double
    }

    /// Pearson's Σ (O − E)² / E; corrected after Yates 1934, Σ (|O − E| − y)² / E with y = ½, or |O − E| where that is
    /// less, as R's chisq.test.
    ///
    /// - Precondition: every row and column has somebody in it, and there are two of each at least; see `used`.
    public func chiSquare(corrected: Bool = false) -> ChiSquare {
        precondition(rowSums.count > 1 && columnSums.count > 1 && smallestExpected > 0, "an empty row or column")
        let correction = corrected ? min(0.5, abs(Double(counts[0][0]) - expected(0, 0))) : 0
        var statistic = 0.0
        for row in rowSums.indices {
            for column in columnSums.indices {
                let expected = expected(row, column)
                let difference = max(0, abs(Double(counts[row][column]) - expected) - correction)
                statistic += difference * difference / expected
            }
        }
        let degreesOfFreedom = (rowSums.count - 1) * (columnSums.count - 1)
        return ChiSquare(
            statistic: statistic, degreesOfFreedom: degreesOfFreedom,
            p: Distributions.chiSquareUpperTail(statistic, degreesOfFreedom: degreesOfFreedom))
    }

    /// Cramér's V, √(χ² / (n · (smaller side − 1))), from 0 to 1.
    ///
    /// - Precondition: as for `chiSquare`.
    public var cramersV: Double {
        (chiSquare().statistic / Double(total) / Double(min(rowSums.count, columnSums.count) - 1)).squareRoot()
    }
}
