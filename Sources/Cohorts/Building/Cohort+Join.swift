import Results

extension Cohort {
    /// Adds columns about the same patients from another file.
    ///
    /// Several rows of a patient give the first known value of each column. A column that the cohort has already is
    /// accepted when both agree wherever both know a value, and then fills the cohort's gaps; it is an error when they
    /// disagree, and so it is for `time` and `event`, which are the outcome. Rows of unknown patients are left out and
    /// counted; patients without a row get missing values, which is noted.
    ///
    /// - Parameter columns: names or patterns of the columns to take; nil for all but the id.
    /// - Throws: `ModalityError.noMatch` when a column does not exist, `CohortError` when one clashes or no patient is known.
    ///   The cohort is then unchanged.
    public mutating func join(_ source: CohortSource, columns: [String]? = nil) throws {
        let others = source.table.names.filter { $0 != source.idColumn }
        let names =
            try columns.map { try columnNames(matching: $0, among: others, path: source.path) } ?? others
        var findings = Findings(.joining(source.path))
        let aligned = try align(source, columns: names, &findings)
        var joined = table
        // What the outcome is called may not come again with other values.
        for (name, ours) in [("time", outcome.timeColumn), ("event", outcome.eventColumn)] where table[name] == nil {
            if let theirs = aligned.table[name] { _ = try combined(name, ours, theirs, path: source.path) }
        }
        for name in names {
            guard let theirs = aligned.table[name] else { continue }
            joined[name] = try joined[name].map { try combined(name, $0, theirs, path: source.path) } ?? theirs
        }
        table = joined
        for (name, values) in aligned.severalValues { severalValues[name, default: [:]].merge(values) { $1 } }
        source.noteWords(in: names.filter { table[$0]?.isNumeric == false }, into: &findings)
        record(findings)
    }

    /// Our column with their values in its gaps.
    private func combined(_ name: String, _ ours: Column, _ theirs: Column, path: String) throws -> Column {
        var theirs = theirs
        if ours.isNumeric, case .labels(let labels) = theirs {
            // A word in one cell makes a column of labels of numbers.
            theirs = .numbers(
                try labels.enumerated().map { row, label in
                    guard let label else { return .nan }
                    guard let number = CellText.number(label) else {
                        throw CohortError.wordAmongNumbers(path, name: name, patient: patients[row], word: label)
                    }
                    return number
                })
        }
        let both = patients.indices.filter { ours.isKnown($0) && theirs.isKnown($0) }
        let different = both.filter { !ours.isEqual($0, to: theirs, $0) }
        if let first = different.first {
            throw CohortError.columnClash(
                path, name: name, patients: different.count, example: patients[first],
                ours: ours.text(first) ?? "missing", theirs: theirs.text(first) ?? "missing")
        }
        switch (ours, theirs) {
        case (.numbers(let ours), .numbers(let theirs)):
            return .numbers(zip(ours, theirs).map { $0.isNaN ? $1 : $0 })
        default:
            return .labels(patients.indices.map { ours.text($0) ?? theirs.text($0) })
        }
    }
}
