import Results

extension Array where Element == Double {
    /// The first, second and third quartile, linear between order statistics (R's type 7). O(n log n).
    ///
    /// - Precondition: there is a number, and none is NaN.
    public var quartiles: [Double] {
        let sorted = sorted()
        return [0.25, 0.5, 0.75].map { quantile(ofSorted: sorted, $0) }
    }

    /// The mean, and the standard deviation with one degree of freedom less (not a number for one value). O(n).
    public var meanAndDeviation: (mean: Double, deviation: Double) {
        let moments = Moments(self)
        return (moments.mean, moments.deviation)
    }
}

/// A sample by its quantiles.
public struct SampleQuantiles: Sendable {
    private let sorted: [Double]

    /// O(n log n).
    ///
    /// - Precondition: no value is NaN.
    public init(_ values: [Double]) { sorted = values.sorted() }

    public var distinctCount: Int {
        sorted.isEmpty ? 0 : 1 + zip(sorted, sorted.dropFirst()).count { $0 != $1 }
    }

    /// Linear between order statistics (R's type 7).
    ///
    /// - Precondition: there is a value, and the probability lies between 0 and 1.
    public subscript(probability: Double) -> Double { quantile(ofSorted: sorted, probability) }
}
