import Results

/// Columns of another file, in the cohort's order of patients.
struct AlignedSource {
    var merged: MergedTable
    var exclusions: [Exclusion]
    var notes: [String]
}

extension Cohort {
    /// Brings the rows of a file into the cohort's order; patients without a row get missing values.
    func align(_ source: CohortSource, columns: [String]) throws -> AlignedSource {
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

        var exclusions = source.exclusions
        let strangers = groups.filter { position[$0.id] == nil }.flatMap { group in group.rows.map { _ in group.id } }
        exclusions.append(.row, strangers, reason: "their patients in \(source.path) are not in the cohort")
        var notes = answer.note(path: source.path).map { [$0] } ?? []
        let without = patients.indices.filter { rowOfPatient[$0] == nil }
        if !without.isEmpty {
            let names = without.prefix(Exclusion.exampleLimit).map { patients[$0] }.joined(separator: ", ")
            notes.append(
                "\(source.path): no row for \(Exclusion.Subject.patient.counted(without.count)) "
                    + "(\(names)\(without.count > Exclusion.exampleLimit ? ", …" : "")), whose values are missing")
        }
        return AlignedSource(merged: answer, exclusions: exclusions, notes: notes)
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
