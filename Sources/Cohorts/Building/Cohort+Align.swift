import Results

extension Cohort {
    /// Brings the rows of a file into the cohort's order; patients without a row get missing values.
    func align(_ source: CohortSource, columns: [String], _ findings: inout Findings) throws -> MergedTable {
        let groups = source.rowsByPatient
        let position = Dictionary(uniqueKeysWithValues: patients.enumerated().map { ($1, $0) })
        let known = groups.compactMap { group in position[group.id].map { (patient: $0, rows: group.rows) } }
        guard !known.isEmpty else {
            throw CohortError.noCommonPatients(
                source.path, idColumn: source.idColumn, theirs: source.ids.first ?? "no rows", ours: patients[0])
        }
        var selected = Table(rowCount: source.ids.count)
        for name in columns { selected[name] = source.table[name] }
        let merged = selected.merged(known.map(\.rows))

        var rowOfPatient = [Int?](repeating: nil, count: patients.count)
        for (row, entry) in known.enumerated() { rowOfPatient[entry.patient] = row }
        var aligned = Table(rowCount: patients.count)
        for name in columns { aligned[name] = merged.table[name]?.spread(rowOfPatient) }
        let several = merged.severalValues.mapValues { values in
            Dictionary(uniqueKeysWithValues: values.map { (known[$0.key].patient, $0.value) })
        }
        let answer = MergedTable(table: aligned, severalValues: several)

        source.count(into: &findings)
        let strangers = groups.filter { position[$0.id] == nil }.flatMap { group in group.rows.map { _ in group.id } }
        findings.leftOut(.row, strangers, reason: "in \(source.path), for patients who are not in the cohort")
        if let note = answer.note(path: source.path) { findings.note(note) }
        let without = patients.indices.filter { rowOfPatient[$0] == nil }
        if !without.isEmpty {
            let names = Exclusion.some(without.map { patients[$0] }, of: without.count)
            findings.note(
                "\(source.path): no row for \(Exclusion.Subject.patient.counted(without.count)) (\(names)), "
                    + "whose values are missing")
        }
        return answer
    }
}

extension Column {
    /// The entries at those rows, missing where there is no row.
    func spread(_ rows: [Int?]) -> Column {
        switch self {
        case .numbers(let values): .numbers(rows.map { $0.map { values[$0] } ?? .nan })
        case .labels(let values): .labels(rows.map { $0.flatMap { values[$0] } })
        }
    }
}
