import Results

extension Cohort {
    /// Adds the columns of a file as a modality; one that has the name already is replaced.
    ///
    /// Several rows of a patient give the first known value of each column. Values stay as they are in the file,
    /// missing ones missing. Patients without any value do not have the modality. Rows of unknown patients, sets
    /// without any column and genes without a column are counted in `exclusions`.
    ///
    /// - Parameters:
    ///   - columns: names of columns, or patterns with one `*`, which stands for the gene. Nil takes every numeric
    ///     column but the id, those the cohort has already, and those that merely repeat the outcome; what it leaves out is
    ///     counted, and what it takes is named where it is little.
    ///   - sets: groups the columns by gene; columns of no set make one named "other". Nil for plain columns, which may
    ///     be labels.
    /// - Throws: `CohortError`, `ModalityError`. The cohort is then unchanged.
    public mutating func attach(
        _ name: String, source: CohortSource, columns: [String]? = nil, sets: GeneSetFile? = nil
    ) throws {
        var findings = Findings(.attaching(name))
        let candidates = source.table.names.filter { $0 != source.idColumn }
        let chosen: [ChosenColumn]
        let values: Table
        if let columns {
            chosen = try ChosenColumn.matching(columns, among: candidates, path: source.path)
            values = try align(source, columns: chosen.map(\.name), &findings).table
            source.noteWords(in: chosen.map(\.name), into: &findings)
        } else {
            let known = candidates.filter { table[$0] != nil }
            let new = candidates.filter { table[$0] == nil }
            let numeric = new.filter { source.table[$0]?.isNumeric == true }
            findings.leftOut(.column, known, reason: "the cohort has them already; columns= takes them")
            findings.leftOut(
                .column, new.filter { source.table[$0]?.isNumeric != true }, reason: "labels; columns= takes them")
            values = try align(source, columns: numeric, &findings).table
            let leaking = numeric.filter { outcome.isRepeated(by: values[$0]) }
            chosen = numeric.filter { !leaking.contains($0) }.map { ChosenColumn(name: $0, gene: $0) }
            guard !chosen.isEmpty else { throw ModalityError.noNumericColumns(source.path) }
            let mostNamed = 6
            if chosen.count <= mostNamed { findings.note("\(name) takes \(list(chosen.map(\.name), "and"))") }
            findings.leftOut(.column, leaking, reason: "they repeat the outcome, and are no features of \(name)")
        }
        try install(name, chosen, from: values, path: source.path, sets: sets, findings)
    }

    /// Adds the cohort's own columns as a modality; as `attach(_:source:columns:sets:)` otherwise.
    public mutating func attach(_ name: String, columns: [String], sets: GeneSetFile? = nil) throws {
        let chosen = try ChosenColumn.matching(columns, among: table.names, path: origin)
        try install(name, chosen, from: table, path: origin, sets: sets, Findings(.attaching(name)))
    }

    private mutating func install(
        _ name: String, _ chosen: [ChosenColumn], from values: Table, path: String, sets file: GeneSetFile?,
        _ findings: Findings
    ) throws {
        var findings = findings
        var selected = Table(rowCount: patients.count)
        for column in chosen { selected[column.name] = values[column.name] }
        let features = FeatureTable(table: selected)
        try requireUsable(features, inSets: file != nil, path: path)
        let present = features.present
        guard present.contains(true) else { throw ModalityError.noValues(path, name: name) }

        var content = Modality.Content.table(features)
        if let file {
            let grouping = try GeneGrouping(columns: chosen, file: file)
            content = .sets(features, grouping.sets)
            findings.leftOut(.set, grouping.emptySets, reason: "no column of \(name) is about a gene of theirs")
            findings.leftOut(.gene, grouping.absentGenes, reason: "in sets, but \(name) has no column about them")
        }
        let leaking = chosen.map(\.name).filter { outcome.isRepeated(by: selected[$0]) }
        if !leaking.isEmpty {
            findings.note("\(name): \(list(leaking, "and")) repeat\(leaking.count == 1 ? "s" : "") the outcome")
        }
        let close = chosen.map(\.name).filter { !leaking.contains($0) && outcome.isClose(to: selected[$0]) }
        if !close.isEmpty {
            findings.note(
                "\(name): \(list(close, "and")) \(close.count == 1 ? "is" : "are") close to the outcome (a correlation of 0.8 "
                    + "or more with time or event); take \(close.count == 1 ? "it" : "them") out unless known at the start"
            )
        }
        install(Modality(name: name, content: content, present: present))
        record(findings)
    }

    /// Puts the modality at the end, or in the place of the one it replaces.
    mutating func install(_ modality: Modality) {
        if let index = modalities.firstIndex(where: { $0.name == modality.name }) {
            modalities[index] = modality
        } else {
            modalities.append(modality)
        }
    }

    private func requireUsable(_ features: FeatureTable, inSets: Bool, path: String) throws {
        for name in features.table.names {
            switch features.table[name] {
            case .numbers(let values):
                if let row = values.firstIndex(where: \.isInfinite) {
                    throw ModalityError.notFinite(path, column: name, patient: patients[row], value: values[row])
                }
            case .labels(let labels):
                if inSets, let row = labels.firstIndex(where: { $0 != nil }), let label = labels[row] {
                    throw ModalityError.labelsInSets(path, column: name, patient: patients[row], label: label)
                }
            case nil: break
            }
        }
    }
}

extension Column {
    var isNumeric: Bool {
        switch self {
        case .numbers: true
        case .labels: false
        }
    }
}
