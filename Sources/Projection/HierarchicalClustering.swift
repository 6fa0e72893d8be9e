import Foundation
import Results

/// Rows of a matrix joined two by two, the nearest first, until one cluster holds all.
///
/// Distances between rows are Euclidean. Those to a joined cluster follow Lance and Williams' recurrence; of equal
/// distances the pair of the lowest indices is joined first. `order` puts the leaves so that no branches cross, and of
/// two branches the one that was joined earlier, or the single row, comes first. This is what R's `hclust` gives, its
/// `ward.D2` among the linkages.
///
/// O(n²·p) time for the distances of n rows with p entries, O(n²) memory, and O(n²) time for joining as long as few
/// nearest neighbours change with each join (O(n³) at worst): meant for up to a few thousand rows.
///
/// Murtagh, *Comput. J.* 26 (1983) 354; Murtagh & Legendre, *J. Classif.* 31 (2014) 274.
public struct HierarchicalClustering: Sendable, Equatable {
    public enum Linkage: String, Sendable, CaseIterable {
        /// The mean of the distances between rows of the two clusters (UPGMA).
        case average
        /// The largest of these distances.
        case complete
        /// The least growth of the sums of squares within clusters.
        case ward
    }

    /// What can be joined.
    public enum Branch: Sendable, Equatable {
        /// A row of the matrix.
        case row(Int)
        /// The result of an earlier join.
        case join(Int)
    }

    public struct Join: Sendable, Equatable {
        public var first: Branch
        public var second: Branch
        /// The distance at which the two were joined.
        public var height: Double
    }

    /// One less than there are rows, in the order in which they happened.
    public let joins: [Join]
    /// The rows from left to right.
    public let order: [Int]

    /// - Throws: `ProjectionError.notFinite`, which names the row.
    /// - Precondition: a name for every row, and at least one row.
    public init(_ matrix: Matrix, names: [String], linkage: Linkage = .average) throws {
        precondition(matrix.rows > 0 && names.count == matrix.rows, "\(names.count) names for \(matrix.rows) rows")
        if let position = matrix.values.firstIndex(where: { !$0.isFinite }) {
            throw ProjectionError.notFinite(matrix.values[position], name: names[position / max(matrix.columns, 1)])
        }
        var distances = Distances(matrix, squared: linkage == .ward)
        let count = matrix.rows
        var sizes = [Double](repeating: 1, count: count)
        var isAlive = [Bool](repeating: true, count: count)
        // The nearest later cluster of each.
        var nearest = [Int](repeating: -1, count: count)
        func findNearest(of i: Int) {
            var (best, place) = (Double.infinity, -1)
            for j in (i + 1)..<count where isAlive[j] && (place < 0 || distances[i, j] < best) {
                (best, place) = (distances[i, j], j)
            }
            nearest[i] = place
        }
        for i in 0..<max(count - 1, 0) { findNearest(of: i) }

        var merges: [(i: Int, j: Int, height: Double)] = []
        for _ in 0..<(count - 1) {
            var chosen = -1
            for i in 0..<(count - 1) where isAlive[i] && nearest[i] >= 0 {
                if chosen < 0 || distances[i, nearest[i]] < distances[chosen, nearest[chosen]] { chosen = i }
            }
            let (i, j) = (chosen, nearest[chosen])
            let between = distances[i, j]
            merges.append((i, j, linkage == .ward ? between.squareRoot() : between))
            isAlive[j] = false
            for k in 0..<count where k != i && isAlive[k] {
                let (a, b) = (distances[i, k], distances[j, k])
                distances[i, k] =
                    switch linkage {
                    case .average: (sizes[i] * a + sizes[j] * b) / (sizes[i] + sizes[j])
                    case .complete: max(a, b)
                    case .ward:
                        ((sizes[i] + sizes[k]) * a + (sizes[j] + sizes[k]) * b - sizes[k] * between)
                            / (sizes[i] + sizes[j] + sizes[k])
                    }
            }
            sizes[i] += sizes[j]
            for k in 0..<(count - 1) where isAlive[k] {
                if k == i || nearest[k] == i || nearest[k] == j {
                    findNearest(of: k)
                } else if k < i, distances[k, i] < distances[k, nearest[k]] {
                    nearest[k] = i
                }
            }
        }
        joins = Self.joins(merges, count: count)
        order = Self.order(joins)
    }

    /// Clusters by what they are, single rows and earlier joins first.
    private static func joins(_ merges: [(i: Int, j: Int, height: Double)], count: Int) -> [Join] {
        var branch = (0..<count).map(Branch.row)
        return merges.enumerated().map { number, merge in
            let pair = [branch[merge.i], branch[merge.j]].sorted { rank($0) < rank($1) }
            branch[merge.i] = .join(number)
            return Join(first: pair[0], second: pair[1], height: merge.height)
        }
    }

    private static func rank(_ branch: Branch) -> (Int, Int) {
        switch branch {
        case .row(let row): (0, row)
        case .join(let number): (1, number)
        }
    }

    private static func order(_ joins: [Join]) -> [Int] {
        guard let last = joins.indices.last else { return [0] }
        var order: [Int] = []
        var waiting = [Branch.join(last)]
        while let branch = waiting.popLast() {
            switch branch {
            case .row(let row): order.append(row)
            case .join(let number): waiting += [joins[number].second, joins[number].first]
            }
        }
        return order
    }
}

/// Distances between all pairs of rows, each once.
private struct Distances {
    private let count: Int
    private var values: [Double]

    init(_ matrix: Matrix, squared: Bool) {
        count = matrix.rows
        values = []
        values.reserveCapacity(count * (count - 1) / 2)
        for i in 0..<count {
            for j in (i + 1)..<max(count, i + 1) {
                var sum = 0.0
                for k in 0..<matrix.columns {
                    let difference = matrix[i, k] - matrix[j, k]
                    sum += difference * difference
                }
                values.append(squared ? sum : sum.squareRoot())
            }
        }
    }

    private func place(_ i: Int, _ j: Int) -> Int {
        let (low, high) = i < j ? (i, j) : (j, i)
        return low * (2 * count - low - 1) / 2 + high - low - 1
    }

    subscript(i: Int, j: Int) -> Double {
        get { values[place(i, j)] }
        set { values[place(i, j)] = newValue }
    }
}
