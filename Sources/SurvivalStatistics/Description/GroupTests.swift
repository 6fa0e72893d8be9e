import Foundation
import Results

/// A test of whether groups of patients differ in a variable.
public struct GroupTest: Sendable, Equatable {
    public enum Method: String, Sendable {
        /// Kruskal & Wallis 1952, JASA 47:583: ranks, with the correction for ties; of two groups Wilcoxon's without a
        /// continuity correction.
        case kruskalWallis = "kruskal-wallis"
        /// Welch 1951, Biometrika 38:330: means, variances not taken as equal; of two groups Welch's t.
        case welch
        /// Pearson's, without a continuity correction.
        case chiSquare = "chi-square"
        /// Fisher's exact test of two by two, two-sided: tables at most as likely as the one seen.
        case fisher
    }

    public var method: Method
    /// Not a number for Fisher's test, which has none.
    public var statistic: Double
    /// Two-sided.
    public var p: Double
}

extension GroupTest {
    /// The Kruskal-Wallis test; nil when fewer than two groups have values, or all values are equal. O(n log n).
    ///
    /// - Parameter groups: the values of each group, none of them NaN.
    public static func kruskalWallis(_ groups: [[Double]]) -> GroupTest? {
        let groups = groups.filter { !$0.isEmpty }
        guard groups.count > 1 else { return nil }
        let values = groups.flatMap { $0 }
        let codes = groups.enumerated().flatMap { code, group in group.map { _ in code } }
        let order = ascendingOrder(values)
        var sums = [Double](repeating: 0, count: groups.count)
        var (start, ties) = (0, 0.0)
        while start < order.count {
            var end = start + 1
            while end < order.count && values[order[end]] == values[order[start]] { end += 1 }
            let rank = Double(start + end + 1) / 2
            for position in start..<end { sums[codes[order[position]]] += rank }
            let count = Double(end - start)
            ties += count * count * count - count
            start = end
        }
        let n = Double(values.count)
        let correction = 1 - ties / (n * n * n - n)
        guard correction > 0 else { return nil }
        let spread = zip(sums, groups).reduce(0) { $0 + $1.0 * $1.0 / Double($1.1.count) }
        let statistic = (12 * spread / (n * (n + 1)) - 3 * (n + 1)) / correction
        return GroupTest(
            method: .kruskalWallis, statistic: statistic,
            p: Distributions.chiSquareUpperTail(statistic, degreesOfFreedom: groups.count - 1))
    }

    /// Welch's test of equal means; nil when a group has fewer than two values or no spread, or there is one group only.
    /// O(n).
    public static func welch(_ groups: [[Double]]) -> GroupTest? {
        let moments = groups.filter { !$0.isEmpty }.map(Moments.init)
        guard moments.count > 1, moments.allSatisfy({ $0.variance > 0 }) else { return nil }
        let k = Double(moments.count)
        let weights = moments.map { $0.count / $0.variance }
        let total = weights.reduce(0, +)
        let center = zip(weights, moments).reduce(0) { $0 + $1.0 * $1.1.mean } / total
        let lack = zip(weights, moments).reduce(0) {
            $0 + (1 - $1.0 / total) * (1 - $1.0 / total) / ($1.1.count - 1)
        }
        let between = zip(weights, moments).reduce(0) {
            $0 + $1.0 * ($1.1.mean - center) * ($1.1.mean - center)
        }
        let statistic = between / (k - 1) / (1 + 2 * (k - 2) / (k * k - 1) * lack)
        return GroupTest(
            method: .welch, statistic: statistic,
            p: Distributions.fisherUpperTail(statistic, numerator: k - 1, denominator: (k * k - 1) / (3 * lack)))
    }

    /// Pearson's chi-square test of a table of counts, or Fisher's exact one for two by two where an expected count is
    /// below 5; nil when fewer than two rows or columns have patients.
    ///
    /// - Parameter table: groups × categories.
    public static func independence(_ table: [[Int]]) -> GroupTest? {
        guard let table = ContingencyTable(table).used else { return nil }
        if table.smallestExpected < 5, table.rowSums.count == 2, table.columnSums.count == 2 {
            return GroupTest(method: .fisher, statistic: .nan, p: TwoByTwo(table.counts).twoSidedP)
        }
        let test = table.chiSquare()
        return GroupTest(method: .chiSquare, statistic: test.statistic, p: test.p)
    }
}
