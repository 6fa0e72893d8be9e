import Results

/// How many patients of one group are at risk, have the event and are censored at each of the group's distinct times.
struct EventTable {
    let patients: Int
    private(set) var time: [Double] = []
    /// Patients under observation until the time or longer.
    private(set) var atRisk: [Int] = []
    private(set) var eventCount: [Int] = []
    private(set) var censoredCount: [Int] = []
    /// Sums of weights, where patients have them.
    private(set) var weighted: WeightedCounts?
    /// At each time the weight of those at risk who do not have the event then; exactly 0 where all do.
    private var survivors: [Double] = []
    /// What a robust error is made of: given when weights are not all whole numbers.
    private(set) var sample: WeightedSample?
    private var remaining: Int

    private init(patients: Int) {
        self.patients = patients
        remaining = patients
    }

    /// All patients.
    private init(_ outcome: Outcome, times: DistinctTimes) {
        self.init(patients: outcome.count)
        for index in 0..<times.count {
            var events = 0
            for row in times.order[times.block(index)] where outcome.event[row] { events += 1 }
            append(time: times.time[index], events: events, censored: times.block(index).count - events)
        }
    }

    private mutating func append(time: Double, events: Int, censored: Int) {
        self.time.append(time)
        atRisk.append(remaining)
        eventCount.append(events)
        censoredCount.append(censored)
        remaining -= events + censored
    }

    /// The weight of those at risk at a time who have the event then, and of those who do not.
    func parts(_ index: Int) -> (deaths: Double, survivors: Double) {
        if let weighted { return (weighted.eventCount[index], survivors[index]) }
        return (Double(eventCount[index]), Double(atRisk[index] - eventCount[index]))
    }

    /// A table per group, in the groups' order, or one without a name for all. Nearly equal times are merged over all
    /// groups, as R does.
    ///
    /// - Throws: `StatisticsError.noPatients`, `.lengthsDiffer`; `CaseWeightError`; `DelayedEntryError.noLengthLeft`.
    static func tables(
        _ outcome: Outcome, groups: [String]?, weights: [Double]? = nil
    ) throws -> [(name: String?, table: EventTable)] {
        try StatisticsError.check(groups?.count ?? outcome.count, "group labels", patients: outcome.count)
        if let weights { try CaseWeights.check(weights, patients: outcome.count) }
        let labels = groups.map(GroupLabels.init)
        let times = try DistinctTimes(outcome)
        if weights == nil && outcome.entry == nil && labels == nil {
            return [(nil, EventTable(outcome, times: times))]
        }
        let codes = labels?.codes ?? [Int](repeating: 0, count: outcome.count)
        let count = labels?.names.count ?? 1
        let tables: [EventTable]
        if weights == nil && outcome.entry == nil {
            tables = self.tables(outcome, times: times, codes: codes, groups: count)
        } else {
            let isRobust = weights.map { !CaseWeights.areWhole($0) } ?? false
            tables = RiskSets.split(outcome, times: times, codes: codes, count: count).map { sets in
                var table = EventTable(sets)
                if let weights {
                    table.weigh(sets, weights)
                    if isRobust { table.sample = WeightedSample(sets: sets, weights: weights) }
                }
                return table
            }
        }
        return tables.enumerated().map { (labels?.names[$0.offset], $0.element) }
    }

    /// `codes` has the group of each patient, from 0. One pass over the sorted times.
    private static func tables(_ outcome: Outcome, times: DistinctTimes, codes: [Int], groups: Int) -> [EventTable] {
        var patients = [Int](repeating: 0, count: groups)
        for code in codes { patients[code] += 1 }
        var tables = patients.map { EventTable(patients: $0) }
        var events = [Int](repeating: 0, count: groups)
        var censored = events
        var present: [Int] = []
        for index in 0..<times.count {
            for row in times.order[times.block(index)] {
                let group = codes[row]
                if events[group] + censored[group] == 0 { present.append(group) }
                if outcome.event[row] { events[group] += 1 } else { censored[group] += 1 }
            }
            for group in present {
                tables[group].append(time: times.time[index], events: events[group], censored: censored[group])
                (events[group], censored[group]) = (0, 0)
            }
            present.removeAll(keepingCapacity: true)
        }
        return tables
    }

    /// Of patients who may come under observation late.
    private init(_ sets: RiskSets) {
        self.init(patients: sets.patients)
        time = sets.time
        eventCount = sets.eventCount
        censoredCount = (0..<sets.count).map { sets.censored($0).count }
        atRisk = (0..<sets.count).map(sets.atRiskCount)
    }

    private mutating func weigh(_ sets: RiskSets, _ weights: [Double]) {
        let zero = [Double](repeating: 0, count: sets.count)
        var counts = WeightedCounts(atRisk: zero, eventCount: zero, censoredCount: zero)
        survivors = zero
        // Those at risk without the event, back in time; of positive weight, so that none leave exactly 0.
        var (others, number) = (CompensatedSum(), 0)
        func add(_ position: Int, _ sign: Int) {
            let weight = weights[sets.order[position]]
            guard weight > 0 else { return }
            others.add(Double(sign) * weight)
            number += sign
        }
        for index in stride(from: sets.count - 1, through: 0, by: -1) {
            if index + 1 < sets.count { for position in sets.entering(index + 1) { add(position, -1) } }
            for position in sets.censored(index) {
                add(position, 1)
                counts.censoredCount[index] += weights[sets.order[position]]
            }
            if number == 0 { others = CompensatedSum() }
            survivors[index] = others.value
            for position in sets.events(index) {
                add(position, 1)
                counts.eventCount[index] += weights[sets.order[position]]
            }
            counts.atRisk[index] = survivors[index] + counts.eventCount[index]
        }
        weighted = counts
    }
}
