import Foundation

/// Intervals of equal width with round ends.
///
/// A value on an edge belongs to the interval above it, that on the last edge to the last interval: R's
/// `hist(right = FALSE)`.
public struct HistogramBins: Sendable, Equatable {
    /// Ascending, one more than there are intervals.
    public let edges: [Double]

    /// About as many intervals as `count` says, or else as Freedman and Diaconis' rule gives: a width of twice the
    /// interquartile range over the cube root of n (Sturges' rule where that range is 0). The ends are multiples of 1, 2
    /// or 5 times a power of ten, as R's `pretty` chooses them; so are `hist(breaks = "FD")`'s.
    ///
    /// - Precondition: there is a value, all are finite, and `count` is positive.
    public init(_ values: [Double], count: Int? = nil) {
        precondition(!values.isEmpty && values.allSatisfy(\.isFinite), "a histogram is of finite values")
        let sorted = values.sorted()
        edges = Self.pretty(sorted[0]...sorted[sorted.count - 1], count: count ?? Self.freedmanDiaconis(sorted))
    }

    /// How many values lie in each interval. O(n log k).
    public func counts(_ values: [Double]) -> [Int] {
        // As R does, so that 0.3 is not below the edge 3 × 0.1.
        let fuzz = 1e-7 * (edges[1] - edges[0])
        var counts = [Int](repeating: 0, count: edges.count - 1)
        for value in values {
            var (low, high) = (0, counts.count)
            while low + 1 < high {
                let middle = (low + high) / 2
                if value >= edges[middle] - fuzz { low = middle } else { high = middle }
            }
            counts[low] += 1
        }
        return counts
    }

    private static func freedmanDiaconis(_ sorted: [Double]) -> Int {
        let count = Double(sorted.count)
        let spread = quantile(ofSorted: sorted, 0.75) - quantile(ofSorted: sorted, 0.25)
        guard spread > 0 else { return Int(log2(count).rounded(.up)) + 1 }
        let range = sorted[sorted.count - 1] - sorted[0]
        // A value far out would ask for millions of empty intervals.
        return Int(min((range / (2 * spread) * pow(count, 1 / 3)).rounded(.up), 1000))
    }

    /// Edges around the range, about `count` intervals of them.
    private static func pretty(_ range: ClosedRange<Double>, count: Int) -> [Double] {
        precondition(count > 0, "a histogram has an interval")
        let (low, high) = (range.lowerBound, range.upperBound)
        let span = high - low
        let size = max(abs(low), abs(high))
        // Values that differ by rounding only, or not at all, get intervals around them as wide as their size asks.
        let isNarrow = span < size * 1e-10 || span == 0
        let wanted = isNarrow ? (size > 0 ? size * 0.1 : 1) : span / Double(count)
        let base = pow(10, floor(log10(wanted)))
        var unit = base
        // R's leanings towards round numbers: `high.u.bias` and `u5.bias`.
        let (bias, fifths) = (1.5, 2.75)
        if 2 * base - wanted < bias * (wanted - unit) { unit = 2 * base }
        if unit == 2 * base, 5 * base - wanted < fifths * (wanted - unit) { unit = 5 * base }
        if unit == 5 * base, 10 * base - wanted < bias * (wanted - unit) { unit = 10 * base }
        var first = floor(low / unit + 1e-7)
        var last = ceil(high / unit - 1e-7)
        while first * unit > low + 1e-7 * unit { first -= 1 }
        while last * unit < high - 1e-7 * unit { last += 1 }
        if first == last { last += 1 }
        let scale = pow(10, max(0, (1 - log10(unit)).rounded(.up)))
        return stride(from: first, through: last, by: 1).map {
            let edge = $0 * unit
            let rounded = (edge * scale).rounded() / scale
            return abs(rounded - edge) <= 1e-9 * unit ? rounded : edge
        }
    }
}
