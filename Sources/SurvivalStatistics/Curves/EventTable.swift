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

    private mutating func append(time: Double, events: Int, censored: Int) {
        self.time.append(time)
        atRisk.append(remaining)
        eventCount.append(events)
        censoredCount.append(censored)
        remaining -= events + censored
    }

    /// One table per group; `codes` has the group of each patient, from 0. One pass over the sorted times.
    static func tables(_ outcome: Outcome, times: DistinctTimes, codes: [Int], groups: Int) -> [EventTable] {
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
