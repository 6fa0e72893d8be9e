/// The cumulative incidence of one cause in one group, one entry per distinct follow-up time of the group.
///
/// All arrays have the same length. The curve is 0 before `time[0]` and holds its value to the right of each time.
public struct CumulativeIncidenceCurve: Sendable, Equatable {
    /// The group's label; nil when there is one group only.
    public var name: String?
    public var cause: String
    /// Of the group.
    public var patients: Int
    /// Of the cause.
    public var events: Int
    /// Increasing, distinct.
    public var time: [Double]
    /// Patients with follow-up of at least `time[i]`, free of any event before it.
    public var atRisk: [Int]
    /// Events of the cause.
    public var eventCount: [Int]
    public var censoredCount: [Int]
    /// The probability to have had the event of the cause by `time[i]`, before any other.
    public var incidence: [Double]
    /// Of `incidence`: the infinitesimal jackknife.
    public var standardError: [Double]
    /// Pointwise interval of `incidence`; NaN where it is not defined: incidence 0, and for log-log intervals also 1.
    public var lower: [Double]
    public var upper: [Double]
    /// Confidence level of the interval, such as 0.95.
    public var level: Double
    public var interval: SurvivalInterval

    /// The place of the last time that is not after `time`; nil before the first. O(log n).
    public func index(at time: Double) -> Int? {
        let index = self.time.partitioningIndex { $0 > time }
        return index == 0 ? nil : index - 1
    }

    /// The first time by which half of the patients have had the event of the cause; nil when never reached.
    public var median: Double? {
        incidence.firstIndex { $0 >= 0.5 - DistinctTimes.tolerance }.map { time[$0] }
    }
}
