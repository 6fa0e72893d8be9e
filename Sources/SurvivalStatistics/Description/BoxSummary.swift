import Foundation

/// The numbers of a box plot.
///
/// Quartiles are linear between order statistics (R's type 7, the default of `quantile`). Whiskers reach to the farthest
/// value within 1.5 interquartile ranges of the box (Tukey 1977), and what lies beyond is an outlier. R's `boxplot`
/// takes hinges in place of quartiles, which differ a little in small samples; `geom_boxplot` takes these.
///
/// O(n log n) time.
public struct BoxSummary: Sendable, Equatable {
    public let count: Int
    public let lowerWhisker: Double
    public let lowerQuartile: Double
    public let median: Double
    public let upperQuartile: Double
    public let upperWhisker: Double
    /// Ascending.
    public let outliers: [Double]

    /// Nil when there is no value.
    ///
    /// - Precondition: the values are finite.
    public init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        precondition(values.allSatisfy(\.isFinite), "a box plot is of finite values")
        let sorted = values.sorted()
        count = sorted.count
        lowerQuartile = quantile(ofSorted: sorted, 0.25)
        median = quantile(ofSorted: sorted, 0.5)
        upperQuartile = quantile(ofSorted: sorted, 0.75)
        let reach = 1.5 * (upperQuartile - lowerQuartile)
        let (low, high) = (lowerQuartile - reach, upperQuartile + reach)
        let inside = sorted.filter { $0 >= low && $0 <= high }
        // Between two far order statistics a quartile may have no value on its side of the box within reach.
        lowerWhisker = min(inside.first ?? lowerQuartile, lowerQuartile)
        upperWhisker = max(inside.last ?? upperQuartile, upperQuartile)
        outliers = sorted.filter { $0 < low || $0 > high }
    }
}
