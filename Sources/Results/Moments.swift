/// Mean and spread of a sample. Equal values have themselves as their mean and no spread, whatever rounding says of sums.
/// O(n).
public struct Moments: Sendable {
    public let count: Double
    /// Not a number of no values.
    public let mean: Double
    /// Σ (x − mean)².
    public let squares: Double

    public init(_ values: [Double]) {
        count = Double(values.count)
        guard let first = values.first, values.contains(where: { $0 != first }) else {
            (mean, squares) = (values.first ?? .nan, 0)
            return
        }
        let mean = values.reduce(0, +) / count
        self.mean = mean
        squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }

    /// With one degree of freedom less; not a number below two values.
    public var variance: Double { count > 1 ? squares / (count - 1) : .nan }

    public var deviation: Double { variance.squareRoot() }

    /// The same with divisor n.
    public var populationVariance: Double { squares / count }
}
