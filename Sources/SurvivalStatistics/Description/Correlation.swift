import Foundation

/// How far two variables rise together, from −1 to 1; NaN where one of them does not vary.
///
/// Pearson's coefficient is of the values, Spearman's of their ranks, equal values sharing the mean of their ranks: R's
/// `cor`. O(n log n) time.
public struct Correlation: Sendable, Equatable {
    public let count: Int
    public let pearson: Double
    public let spearman: Double

    /// - Precondition: as many `x` as `y`, all finite.
    public init(_ x: [Double], _ y: [Double]) {
        precondition(x.count == y.count, "\(x.count) values beside \(y.count)")
        precondition(x.allSatisfy(\.isFinite) && y.allSatisfy(\.isFinite), "a correlation is of finite values")
        count = x.count
        pearson = Self.coefficient(x, y)
        spearman = Self.coefficient(Self.ranks(x), Self.ranks(y))
    }

    private static func coefficient(_ x: [Double], _ y: [Double]) -> Double {
        guard x.count > 1 else { return .nan }
        // Scaled, so that squares stay within the range of numbers.
        func centred(_ values: [Double]) -> [Double] {
            let size = values.reduce(0) { max($0, abs($1)) }
            guard size > 0 else { return values }
            let mean = values.reduce(0) { $0 + $1 / size } / Double(values.count)
            return values.map { $0 / size - mean }
        }
        guard Set(x).count > 1, Set(y).count > 1 else { return .nan }
        let (a, b) = (centred(x), centred(y))
        let (squaresA, squaresB) = (a.reduce(0) { $0 + $1 * $1 }, b.reduce(0) { $0 + $1 * $1 })
        let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        return min(max(product / (squaresA.squareRoot() * squaresB.squareRoot()), -1), 1)
    }

    private static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start
            while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
            for place in start...end { ranks[order[place]] = Double(start + end) / 2 + 1 }
            start = end + 1
        }
        return ranks
    }
}
