/// Sums of weights at each time of a curve, where its other counts are numbers of patients.
public struct WeightedCounts: Sendable, Equatable {
    public var atRisk: [Double]
    public var eventCount: [Double]
    public var censoredCount: [Double]
}
