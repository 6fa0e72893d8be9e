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
