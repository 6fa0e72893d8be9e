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
    /// Who comes under observation late; nil when all are at risk from the start.
    private(set) var entries: DelayedEntries?

    var count: Int { time.count }
    var patients: Int { order.count }

    private init() {}

    /// - Precondition: times of an outcome with entries know them, so that no estimate passes over them.
    init(_ outcome: Outcome, times: DistinctTimes) {
        precondition(outcome.entry == nil || times.entryIndex != nil, "the entry times were left behind")
        order.reserveCapacity(outcome.count)
        time.reserveCapacity(times.count)
        start.reserveCapacity(times.count + 1)
        eventCount.reserveCapacity(times.count)
        for index in 0..<times.count {
            append(times.order[times.block(index)], of: outcome, time: times.time[index])
        }
        start.append(order.count)
        if let first = times.entryIndex { entries = DelayedEntries(order.map { first[$0] }, count: count) }
    }

    /// The patients of an outcome, taken apart by stratum in ascending order of it where strata are given.
    ///
    /// - Parameter takesEntry: whether the estimate knows what to do with `entries`.
    /// - Throws: `StatisticsError.lengthsDiffer` unless each patient has a stratum; `DelayedEntryError`.
    static func sets(_ outcome: Outcome, strata: [Int]?, takesEntry: Bool = false) throws -> [RiskSets] {
        if !takesEntry { try outcome.refuseEntry("this estimate") }
        let times = try DistinctTimes(outcome)
        guard let strata else { return [RiskSets(outcome, times: times)] }
        try StatisticsError.check(strata.count, "strata", patients: outcome.count)
        let values = Set(strata).sorted()
        let place = Dictionary(uniqueKeysWithValues: zip(values, values.indices))
        return split(outcome, times: times, codes: strata.map { place[$0]! }, count: values.count)
    }

    /// The patients by code, from 0 up to below `count`. O(n), and O(n log n) with late entries.
    static func split(_ outcome: Outcome, times: DistinctTimes, codes: [Int], count: Int) -> [RiskSets] {
        var index = [Int](repeating: 0, count: outcome.count)
        for time in 0..<times.count {
            for position in times.block(time) { index[position] = time }
        }
        let members = Buckets(times.order.map { codes[$0] }, count: count)
        return (0..<count).map { code in
            var sets = RiskSets()
            let positions = members[code]
            let rows = positions.map { times.order[$0] }
            var known: [Int] = []
            var first = 0
            for (place, position) in positions.enumerated() {
                let isLast = place == rows.count - 1
                if isLast || index[positions[positions.startIndex + place + 1]] != index[position] {
                    known.append(index[position])
                    sets.append(rows[first...place], of: outcome, time: times.time[index[position]])
                    first = place + 1
                }
            }
            sets.start.append(sets.order.count)
            if let entry = times.entryIndex {
                sets.entries = DelayedEntries(
                    sets.order.map { row in known.partitioningIndex { $0 >= entry[row] } }, count: sets.count)
            }
            return sets
        }
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

    /// How many patients are at risk at `time[index]`.
    func atRiskCount(_ index: Int) -> Int {
        (entries.map { $0.by.count(below: index + 1) } ?? patients) - start[index]
    }

    /// The positions in `order` of the patients who are at risk at `time[index]` and not at the time before; none are
    /// named where all are at risk from the start.
    func entering(_ index: Int) -> ArraySlice<Int> { entries.map { $0.by[index] } ?? [] }

    /// Calls with the position of each patient who is at risk at `time[index]` and followed beyond it.
    func forEachAtRisk(beyond index: Int, _ body: (Int) -> Void) {
        for position in start[index + 1]..<patients where entries.map({ $0.first[position] <= index }) ?? true {
            body(position)
        }
    }
}

/// Who comes under observation late among the patients of risk sets.
struct DelayedEntries {
    /// For each position the index of the first time at which the patient is at risk.
    let first: [Int]
    /// Positions by that index.
    let by: Buckets

    init(_ first: [Int], count: Int) {
        self.first = first
        by = Buckets(first, count: count)
    }
}
