import Results

extension Cohort {
    /// Merges the rows of a file into patients.
    ///
    /// Rows of one patient (slides, samples) must agree in time and event wherever both are known; of every other
    /// column the first known value counts, and which columns differ within patients is noted. Patients without any row
    /// to keep, without a time or without an event status are left out and counted.
    ///
    /// - Parameters:
    ///   - time: per row, in any unit; NaN is missing.
    ///   - event: per row, 1 for an event and 0 for censoring; NaN is missing.
    ///   - keep: per row, whether it counts; nil where that is not known, which does not count either.
    /// - Precondition: the three have one entry per row of the source.
    /// - Throws: `CohortError` when a time is negative or infinite, an event is neither 0 nor 1, rows of a patient
    ///   contradict each other, or no patient is left.
    public init(source: CohortSource, time: [Double], event: [Double], keep: [Bool?]) throws {
        let count = source.ids.count
        precondition(
            time.count == count && event.count == count && keep.count == count,
            "time, event and keep need one entry per row")
        let event = try source.events(.numbers(event), keep: keep)
        var findings = Findings(.reading)
        source.count(into: &findings)
        var notKept: [String] = []
        var notKnown: [String] = []
        var rowsNotKept: [String] = []
        var timeless: [String] = []
        var eventless: [String] = []
        var groups: [(id: String, rows: [Int])] = []
        var times: [Double] = []
        var events: [Bool] = []
        for (id, all) in source.rowsByPatient {
            let rows = all.filter { keep[$0] == true }
            guard !rows.isEmpty else {
                if all.contains(where: { keep[$0] == nil }) { notKnown.append(id) } else { notKept.append(id) }
                continue
            }
            rowsNotKept += all.filter { keep[$0] != true }.map { _ in id }
            for row in rows where time[row] < 0 || time[row].isInfinite {
                throw CohortError.invalidTime(source.path, line: source.lines[row], patient: id, value: time[row])
            }
            try source.requireAgreement(of: time, rows: rows, patient: id) { "time \(shortest($0))" }
            try source.requireAgreement(of: event, rows: rows, patient: id) { $0 == 1 ? "event" : "censored" }
            guard let itsTime = rows.lazy.map({ time[$0] }).first(where: { !$0.isNaN }) else {
                timeless.append(id)
                continue
            }
            guard let itsEvent = rows.lazy.map({ event[$0] }).first(where: { !$0.isNaN }) else {
                eventless.append(id)
                continue
            }
            groups.append((id, rows))
            times.append(itsTime)
            events.append(itsEvent == 1)
        }
        findings.leftOut(.patient, notKept, reason: "where= does not hold")
        findings.leftOut(.patient, notKnown, reason: "where= is missing")
        findings.leftOut(.row, rowsNotKept, reason: "where= does not hold or is missing, of patients with other rows")
        findings.leftOut(.patient, timeless, reason: "no follow-up time")
        findings.leftOut(.patient, eventless, reason: "no event status")
        guard !groups.isEmpty else { throw CohortError.noPatients(source.path, exclusions: findings.exclusions) }

        var own = source.table
        own[source.idColumn] = nil
        let merged = own.merged(groups.map(\.rows))
        self.init(
            patients: groups.map(\.id), outcome: try Outcome(time: times, event: events), table: merged.table,
            idColumn: source.idColumn, origin: source.path)
        severalValues = merged.severalValues
        absentees = Set(notKept + notKnown + timeless + eventless)
        if let note = merged.note(path: source.path) { findings.note(note) }
        source.noteWords(in: own.names, into: &findings)
        for (name, values) in [("time", outcome.timeColumn), ("event", outcome.eventColumn)] {
            // In another unit it is the same.
            guard let hidden = table[name], !outcome.isRepeated(by: hidden) else { continue }
            let different = patients.indices.count { hidden.isKnown($0) && !hidden.isEqual($0, to: values, $0) }
            guard different > 0 else { continue }
            findings.note(
                "\(source.path): its column \(name) is not the cohort's \(name) (\(different) of \(patients.count) patients "
                    + "differ), and formulas see the latter; rename it to use it")
        }
        if outcome.eventCount == 0 {
            findings.note("no patient had the event; check its sense, since nothing can be learnt or compared so")
        }
        record(findings)
    }
}

extension CohortSource {
    /// Throws when two of the rows know different values.
    fileprivate func requireAgreement(
        of values: [Double], rows: [Int], patient: String, text: (Double) -> String
    ) throws {
        let known = rows.filter { !values[$0].isNaN }
        guard let first = known.first, let other = known.first(where: { values[$0] != values[first] }) else { return }
        throw CohortError.conflictingOutcome(
            path, patient: patient, lines: [lines[first], lines[other]],
            values: [text(values[first]), text(values[other])])
    }
}
