import Foundation
import Results

extension KaplanMeierCurve {
    /// A time by which a share of the patients has had the event, with its interval; nil where it is not reached.
    public struct Quantile: Sendable, Equatable {
        public var time: Double?
        public var lower: Double?
        public var upper: Double?
    }

    /// S(t): the value at the last of the curve's times that is not after `time`, 1 before the first. O(log n).
    public func survival(at time: Double) -> Double {
        let index = self.time.partitioningIndex { $0 > time }
        return index == 0 ? 1 : survival[index - 1]
    }

    /// What the curve says at a time.
    public struct Reading: Sendable, Equatable {
        public var time: Double
        /// Under observation until the time or longer; a sum of weights where patients have them.
        public var atRisk: Double
        /// Events up to the time since the reading before; likewise.
        public var eventCount: Double
        /// NaN, with its error and bounds, beyond the last follow-up.
        public var survival: Double
        /// Of S itself: S times the standard error of log S.
        public var standardError: Double
        public var lower: Double
        public var upper: Double
    }

    /// The curve at chosen times: R's `summary(survfit, times =)`, which leaves out those beyond the last follow-up.
    ///
    /// Before the first of the curve's times survival is 1, and so are its bounds; where survival is 0 there is neither
    /// error nor bound. O(n + times × log n).
    ///
    /// - Throws: `CurveTimeError` unless the times are finite, not negative and increasing.
    public func readings(at times: [Double]) throws -> [Reading] {
        for (index, time) in times.enumerated() {
            guard time.isFinite && time >= 0 else { throw CurveTimeError.invalid(time) }
            guard index == 0 || time > times[index - 1] else { throw CurveTimeError.notIncreasing(time) }
        }
        let last = time.last ?? 0
        var events = [0.0]
        events.reserveCapacity(time.count + 1)
        for index in time.indices {
            events.append(events[index] + (weighted?.eventCount[index] ?? Double(eventCount[index])))
        }
        var before = 0
        return times.map { moment in
            let passed = time.partitioningIndex { $0 > moment }
            let reached = time.partitioningIndex { $0 >= moment }
            defer { before = passed }
            var reading = Reading(
                time: moment,
                atRisk: reached == time.count ? 0 : weighted?.atRisk[reached] ?? Double(atRisk[reached]),
                eventCount: events[passed] - events[before], survival: 1, standardError: 0, lower: 1, upper: 1)
            if moment > last {
                (reading.survival, reading.standardError) = (.nan, .nan)
                (reading.lower, reading.upper) = (.nan, .nan)
            } else if passed > 0 {
                reading.survival = survival[passed - 1]
                reading.standardError = reading.survival > 0 ? reading.survival * standardError[passed - 1] : .nan
                (reading.lower, reading.upper) = (lower[passed - 1], upper[passed - 1])
            }
            return reading
        }
    }

    /// The time at which 1 − S reaches `probability`, with the interval that the pointwise bounds give in the same way.
    ///
    /// R's `quantile.survfit`: where the curve runs exactly at 1 − `probability`, the middle of that stretch, which
    /// ends at the last follow-up time when the curve falls no further (unlike `median`, which takes the start of
    /// such a last stretch, as R's `print.survfit` does). "Exactly" means within √ε. O(n log n).
    ///
    /// - Throws: `StatisticsError.invalidProbability` unless it lies between 0 and 1.
    public func quantile(_ probability: Double) throws -> Quantile {
        guard probability >= 0 && probability <= 1 else {
            throw StatisticsError.invalidProbability(probability)
        }
        return Quantile(
            time: reach(probability, survival), lower: reach(probability, lower), upper: reach(probability, upper))
    }

    /// The time at which 1 − `curve` reaches `level`; places where the curve is not defined are passed over.
    private func reach(_ level: Double, _ curve: [Double]) -> Double? {
        if level == 0 { return 0 }
        let tolerance = DistinctTimes.tolerance
        var steps = [(time: 0.0, lost: 0.0)]
        for (time, value) in zip(time, curve) where !value.isNaN { steps.append((time, 1 - value)) }
        // A bound need not fall all the way; what counts is the first time at which a value occurs.
        steps.sort { ($0.lost, $0.time) < ($1.lost, $1.time) }
        guard let largest = steps.last, largest.lost >= level,
            let start = steps.first(where: { $0.lost + tolerance >= level })
        else { return nil }
        if let last = curve.last, !last.isNaN, abs(level - (1 - last)) < tolerance, let end = time.last {
            return (start.time + end) / 2
        }
        return steps.first { $0.lost - tolerance >= level }.map { (start.time + $0.time) / 2 }
    }
}

/// Why a curve cannot be read at the times asked for.
public enum CurveTimeError: LocalizedError, Equatable {
    case invalid(Double)
    case notIncreasing(Double)

    public var errorDescription: String? {
        switch self {
        case .invalid(let time):
            "\(shortest(time)) is not a time to read a curve at; such a time is finite and not negative"
        case .notIncreasing(let time): "the times to read a curve at are not increasing at \(shortest(time))"
        }
    }

    public var recoverySuggestion: String? { "such as times=[365, 730, 1825]" }
}

extension Array {
    /// The first index whose element satisfies the predicate, which fails on all before and holds on all after.
    func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if predicate(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
