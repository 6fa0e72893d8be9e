import Results

/// The patients of one stratum in ascending order of time, in blocks of one time, those with the event first.
struct RiskSets {
    /// Rows of the outcome.
    private(set) var order: [Int] = []
    /// Increasing.
    private(set) var time: [Double] = []
    /// `order[start[k]..<start[k + 1]]` are the patients of `time[k]`; one entry more than `time`.
    private(set) var start: [Int] = []
    /// The first so many of each block have the event.
    private(set) var eventCount: [Int] = []

    var count: Int { time.count }
    var patients: Int { order.count }

    private init() {}

    init(_ outcome: Outcome, times: DistinctTimes) {
        order.reserveCapacity(outcome.count)
        time.reserveCapacity(times.count)
        start.reserveCapacity(times.count + 1)
        eventCount.reserveCapacity(times.count)
        for index in 0..<times.count {
            append(times.order[times.block(index)], of: outcome, time: times.time[index])
        }
        start.append(order.count)
    }

    /// The patients of an outcome, taken apart by stratum in ascending order of it where strata are given.
    ///
    /// - Throws: `StatisticsError.lengthsDiffer` unless each patient has a stratum.
    static func sets(_ outcome: Outcome, strata: [Int]?) throws -> [RiskSets] {
        let times = DistinctTimes(outcome.time)
        guard let strata else { return [RiskSets(outcome, times: times)] }
        try StatisticsError.check(strata.count, "strata", patients: outcome.count)
        return split(outcome, times: times, codes: strata)
    }

    private static func split(_ outcome: Outcome, times: DistinctTimes, codes: [Int]) -> [RiskSets] {
        let values = Set(codes).sorted()
        let place = Dictionary(uniqueKeysWithValues: zip(values, values.indices))
        let dense = codes.map { place[$0]! }
        var sets = [RiskSets](repeating: RiskSets(), count: values.count)
        for index in 0..<times.count {
            let block = times.order[times.block(index)]
            if block.count == 1, let row = block.first {
                sets[dense[row]].append(block, of: outcome, time: times.time[index])
            } else {
                for (stratum, rows) in Dictionary(grouping: block, by: { dense[$0] }) {
                    sets[stratum].append(rows[...], of: outcome, time: times.time[index])
                }
            }
        }
        for stratum in sets.indices { sets[stratum].start.append(sets[stratum].order.count) }
        return sets
    }

    private mutating func append(_ rows: ArraySlice<Int>, of outcome: Outcome, time: Double) {
        start.append(order.count)
        self.time.append(time)
        for row in rows where outcome.event[row] { order.append(row) }
        eventCount.append(order.count - start[start.count - 1])
        for row in rows where !outcome.event[row] { order.append(row) }
    }

    /// The positions in `order` of the patients with the event at `time[index]`.
    func events(_ index: Int) -> Range<Int> { start[index]..<start[index] + eventCount[index] }

    /// The positions in `order` of the patients censored at `time[index]`.
    func censored(_ index: Int) -> Range<Int> { start[index] + eventCount[index]..<start[index + 1] }
}
