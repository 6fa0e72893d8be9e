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
        return (moments.mean, moments.variance.squareRoot())
    }
}
