import Results

/// How many patients of one group are at risk, have the event and are censored at each of the group's distinct times.
struct EventTable {
    let patients: Int
    private(set) var time: [Double] = []
    /// Patients whose follow-up reaches the time.
    private(set) var atRisk: [Int] = []
    private(set) var eventCount: [Int] = []
    private(set) var censoredCount: [Int] = []
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

    /// A table per group, in the groups' order, or one without a name for all. Nearly equal times are merged over all
    /// groups, as R does.
    ///
    /// - Throws: `StatisticsError.noPatients`, `.lengthsDiffer`.
    static func tables(_ outcome: Outcome, groups: [String]?) throws -> [(name: String?, table: EventTable)] {
        try StatisticsError.check(groups?.count ?? outcome.count, "group labels", patients: outcome.count)
        let times = DistinctTimes(outcome.time)
        guard let groups else {
            return [(nil, EventTable(outcome, times: times))]
        }
        let labels = GroupLabels(groups)
        let tables = tables(outcome, times: times, codes: labels.codes, groups: labels.names.count)
        return Array(zip(labels.names, tables))
    }

    /// `codes` has the group of each patient, from 0. One pass over the sorted times.
    private static func tables(_ outcome: Outcome, times: DistinctTimes, codes: [Int], groups: Int) -> [EventTable] {
        var patients = [Int](repeating: 0, count: groups)
        for code in codes { patients[code] += 1 }
        var tables = patients.map(EventTable.init)
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
}
