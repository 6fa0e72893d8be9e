import Foundation

/// How strongly two variables go together, with an interval and a test of none at all.
public struct Correlation: Sendable, Equatable {
    public enum Method: String, Sendable, CaseIterable {
        /// The product-moment correlation; t = r √((n − 2) / (1 − r²)) on n − 2 degrees of freedom.
        case pearson
        /// That of the ranks, equal values sharing the mean of theirs. p is exact up to 9 pairs without ties, an
        /// Edgeworth series up to 1,289 (Best & Roberts 1975, AS 89), else Student's t as above.
        case spearman
        /// τ_b = (concordant − discordant) / √((n₀ − n₁)(n₀ − n₂)), n₀ all pairs, n₁ and n₂ those tied in either variable
        /// (Knight 1966). p is exact below 50 pairs of values without ties, else normal with the variance for ties
        /// (Kendall 1970).
        case kendall
    }

    public var method: Method
    public var count: Int
    /// From −1 to 1.
    public var coefficient: Double
    /// tanh(atanh r ± z s): s = 1/√(n − 3) for Pearson's (Fisher 1921), √((1 + r²/2) / (n − 3)) for Spearman's and
    /// √(0.437 / (n − 4)) for Kendall's (Bonett & Wright 2000, Psychometrika 65:23). Not a number where n is too small.
    public var lower: Double
    public var upper: Double
    /// Two-sided.
    public var p: Double
    /// Whether p is exact, or from the series: as good as exact.
    public var isExact: Bool

    /// Nil when there are fewer than three pairs, or all values of one variable are equal. O(n log n).
    ///
    /// - Precondition: as many values of each, all finite.
    /// - Throws: `StatisticsError.invalidLevel` unless the level lies between 0 and 1.
    public init?(_ x: [Double], _ y: [Double], method: Method, level: Double) throws {
        precondition(x.count == y.count && (x + y).allSatisfy(\.isFinite), "pairs of finite numbers are needed")
        let multiplier = try Distributions.normalMultiplier(level: level)
        guard x.count > 2, let first = x.first, let other = y.first, x.contains(where: { $0 != first }),
            y.contains(where: { $0 != other })
        else { return nil }
        self.method = method
        count = x.count
        let n = Double(count)
        let variance: Double
        switch method {
        case .pearson:
            coefficient = Self.productMoment(x, y)
            p = Self.studentP(coefficient, count)
            isExact = false
            variance = 1 / (n - 3)
        case .spearman:
            let ranks = (MidRanks(x), MidRanks(y))
            coefficient = Self.productMoment(ranks.0.values, ranks.1.values)
            isExact = ranks.0.ties.isEmpty && ranks.1.ties.isEmpty && count < 1290
            p = isExact ? SpearmanTail.twoSided(coefficient, count) : Self.studentP(coefficient, count)
            variance = (1 + coefficient * coefficient / 2) / (n - 3)
        case .kendall:
            let tally = KendallTally(x, y)
            coefficient = tally.coefficient
            isExact = tally.isUntied && count < 50
            p = isExact ? tally.exactP : tally.normalP
            variance = 0.437 / (n - 4)
        }
        guard variance > 0, variance.isFinite else {
            (lower, upper) = (.nan, .nan)
            return
        }
        let half = multiplier * variance.squareRoot()
        (lower, upper) = (tanh(atanh(coefficient) - half), tanh(atanh(coefficient) + half))
    }

    /// Deviations are scaled by the largest, so that neither squares nor products overflow or vanish.
    private static func productMoment(_ x: [Double], _ y: [Double]) -> Double {
        func deviations(_ values: [Double]) -> [Double] {
            let scale = values.reduce(0) { max($0, abs($1)) }
            let scaled = values.map { $0 / scale }
            var mean = scaled.reduce(0, +) / Double(values.count)
            mean += scaled.reduce(0) { $0 + ($1 - mean) } / Double(values.count)
            let differences = scaled.map { $0 - mean }
            let largest = differences.reduce(0) { max($0, abs($1)) }
            return differences.map { $0 / largest }
        }
        let (a, b) = (deviations(x), deviations(y))
        let squares = (a.reduce(0) { $0 + $1 * $1 }, b.reduce(0) { $0 + $1 * $1 })
        let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        return max(-1, min(1, product / (squares.0.squareRoot() * squares.1.squareRoot())))
    }

    private static func studentP(_ r: Double, _ count: Int) -> Double {
        let freedom = Double(count - 2)
        return Distributions.studentTwoSidedTail(r * (freedom / (1 - r * r)).squareRoot(), degreesOfFreedom: freedom)
    }
}

/// Ranks from 1; equal values share the mean of theirs.
struct MidRanks {
    private(set) var values: [Double]
    /// How many values share a rank, for each rank that is shared.
    private(set) var ties: [Int] = []

    init(_ numbers: [Double]) {
        values = [Double](repeating: 0, count: numbers.count)
        let order = ascendingOrder(numbers)
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count && numbers[order[end]] == numbers[order[start]] { end += 1 }
            for place in start..<end { values[order[place]] = Double(start + end + 1) / 2 }
            if end - start > 1 { ties.append(end - start) }
            start = end
        }
    }
}

/// The distribution of Spearman's S = Σ (rank x − rank y)² = (n³ − n)(1 − ρ)/6 without ties.
private enum SpearmanTail {
    static func twoSided(_ rho: Double, _ count: Int) -> Double {
        let n = Double(count)
        let largest = (n * n * n - n) / 3
        let statistic = ((largest / 2) * (1 - rho)).rounded()
        // S is symmetric about the middle of its range.
        let upper = max(statistic, largest - statistic)
        if count <= 9 { return min(1, 2 * exactUpperTail(Int(upper), count)) }
        return min(1, 2 * edgeworthUpperTail(upper, n))
    }

    /// P(S ≥ s) over all permutations, counted by which ranks are used up.
    private static func exactUpperTail(_ statistic: Int, _ count: Int) -> Double {
        let size = (count * count * count - count) / 3 + 1
        var ways = [[Double]](repeating: [Double](repeating: 0, count: size), count: 1 << count)
        ways[0][0] = 1
        for used in 0..<(1 << count) {
            let place = used.nonzeroBitCount
            for rank in 0..<count where used & (1 << rank) == 0 {
                let square = (place - rank) * (place - rank)
                for sum in 0..<(size - square) where ways[used][sum] > 0 {
                    ways[used | 1 << rank][sum + square] += ways[used][sum]
                }
            }
        }
        let all = ways[ways.count - 1]
        return all[statistic...].reduce(0, +) / all.reduce(0, +)
    }

    /// Best & Roberts 1975, Applied Statistics 24:377.
    private static func edgeworthUpperTail(_ statistic: Double, _ n: Double) -> Double {
        let b = 1 / n
        let x = (6 * (statistic - 1) * b / (n * n - 1) - 1) * (n - 1).squareRoot()
        let y = x * x
        let series =
            x * b
            * (0.2274 + b * (0.2531 + 0.1745 * b)
                + y
                * (-0.0758 + b * (0.1033 + 0.3932 * b)
                    - y * b * (0.0879 + 0.0151 * b - y * (0.0072 - 0.0831 * b + y * b * (0.0131 - 4.6e-4 * y)))))
        return max(0, min(1, series / exp(y / 2) + 1 - Distributions.normalLowerTail(x)))
    }
}
