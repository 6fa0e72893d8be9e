/// Where the patients of a group stand at a time: still at risk, censored before it, or with the event before it.
///
/// Cumulative, as the KMunicate study proposes (Morris et al. 2019, BMJ Open 9:e030215): without delayed entry the
/// three sum to the patients of the group at every time. A patient whose follow-up ends exactly at the time is still at
/// risk there, as in `atRisk`, so that events are those before the time; R's `summary(survfit, times =)` has the same
/// numbers at risk and counts events up to and including the time.
public struct StatusCounts: Sendable, Equatable {
    public var time: Double
    /// Numbers of patients, or sums of weights where patients have them.
    public var atRisk: Double
    public var censored: Double
    public var events: Double
    /// Events of causes that are not asked about; 0 where there is one cause.
    public var otherEvents = 0.0
}

extension KaplanMeierCurve {
    /// The counts at each of `times`. O(n + times × log n).
    ///
    /// With delayed entry, those who enter between the time and the next of the curve's times count as at risk, as R
    /// has it.
    ///
    /// - Throws: `CurveTimeError` unless the times are finite, not negative and increasing.
    public func statusCounts(at times: [Double]) throws -> [StatusCounts] {
        let (events, censored) = (
            sums(weighted?.eventCount ?? eventCount.map(Double.init)),
            sums(weighted?.censoredCount ?? censoredCount.map(Double.init))
        )
        return try places(of: times, in: time).map { moment, reached in
            StatusCounts(
                time: moment,
                atRisk: reached == time.count ? 0 : weighted?.atRisk[reached] ?? Double(atRisk[reached]),
                censored: censored[reached], events: events[reached])
        }
    }
}

extension CumulativeIncidenceCurve {
    /// The counts at each of `times`: `events` are those of the curve's cause, `otherEvents` those of all others.
    /// O(n + times × log n).
    ///
    /// - Throws: `CurveTimeError` unless the times are finite, not negative and increasing.
    public func statusCounts(at times: [Double]) throws -> [StatusCounts] {
        let (events, censored) = (sums(eventCount.map(Double.init)), sums(censoredCount.map(Double.init)))
        return try places(of: times, in: time).map { moment, reached in
            let left = reached == time.count ? 0 : Double(atRisk[reached])
            return StatusCounts(
                time: moment, atRisk: left, censored: censored[reached], events: events[reached],
                otherEvents: Double(patients) - left - censored[reached] - events[reached])
        }
    }
}

/// The sum of the first i counts, for i from 0 on.
private func sums(_ counts: [Double]) -> [Double] {
    counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
}

/// With each moment the index of the first of `times` that is not before it.
private func places(of moments: [Double], in times: [Double]) throws -> [(Double, Int)] {
    for (index, moment) in moments.enumerated() {
        guard moment.isFinite && moment >= 0 else { throw CurveTimeError.invalid(moment) }
        guard index == 0 || moment > moments[index - 1] else { throw CurveTimeError.notIncreasing(moment) }
    }
    return moments.map { moment in (moment, times.partitioningIndex { $0 >= moment }) }
}
