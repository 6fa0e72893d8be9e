/// A Kaplan-Meier estimate of one group, one entry per distinct follow-up time (event or censoring), as R's `survfit`.
///
/// All arrays have the same length. The curve is 1 before `time[0]` and holds its value to the right of each time.
public struct KaplanMeierCurve: Sendable, Equatable {
    /// The group's label; nil when there is one group only.
    public var name: String?
    public var patients: Int
    public var events: Int
    /// Increasing, distinct.
    public var time: [Double]
    /// Patients under observation until `time[i]` or longer.
    public var atRisk: [Int]
    public var eventCount: [Int]
    public var censoredCount: [Int]
    public var survival: [Double]
    /// The standard error of log S: Greenwood's, sqrt(Σ d/(n(n−d))), R's `std.err`; or the infinitesimal jackknife's
    /// (`hasRobustError`), for which R's `std.err` is this times S. Infinite where survival is 0.
    public var standardError: [Double]
    /// Pointwise interval of `survival`; NaN where it is not defined: survival 0, and for log-log intervals also
    /// survival 1.
    public var lower: [Double]
    public var upper: [Double]
    /// Confidence level of the interval, such as 0.95.
    public var level: Double
    public var interval: SurvivalInterval = .logLog
    /// Sums of weights in place of the numbers of patients above; nil when every patient counts once.
    public var weighted: WeightedCounts?
    /// Whether weights that are not whole made the standard error the infinitesimal jackknife's.
    public var hasRobustError = false
    /// Smallest time at which survival is at most 0.5 (R's rule: the midpoint when the curve is exactly 0.5 on a
    /// stretch); nil when never reached.
    public var median: Double?
    public var medianLower: Double?
    public var medianUpper: Double?
}
