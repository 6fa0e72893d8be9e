import Results

extension Cohort {
    /// The patients at `rows`, in that order, with everything that belongs to them; folds keep those who remain.
    ///
    /// - Precondition: the rows are distinct.
    public subscript(rows: [Int]) -> Cohort {
        var position: [Int: Int] = [:]
        for (new, old) in rows.enumerated() {
            precondition(position.updateValue(new, forKey: old) == nil, "row \(old) is named twice")
        }
        var part = Cohort(
            patients: rows.map { patients[$0] }, outcome: outcome[rows], table: table[rows],
            modalities: modalities.map { $0[rows] }, truth: truth?[rows], exclusions: exclusions, notes: notes,
            idColumn: idColumn, origin: origin)
        part.folds = folds.map { folds in
            Folds(
                folds: folds.folds.map { fold in
                    Folds.Fold(
                        training: fold.training.compactMap { position[$0] }.sorted(),
                        validation: fold.validation.compactMap { position[$0] }.sorted())
                })
        }
        part.severalValues = severalValues.mapValues { values in
            Dictionary(uniqueKeysWithValues: values.compactMap { old, texts in position[old].map { ($0, texts) } })
        }
        part.absentees = absentees.union(patients).subtracting(part.patients)
        return part
    }

    /// The cohort without those who have nothing in any modality, who are counted: no model can say anything of them.
    ///
    /// A cohort to which no modality was attached stays as it is.
    ///
    /// - Throws: `CohortError.noPatients` when nobody is left.
    public func withoutPatientsLackingModalities() throws -> Cohort {
        guard !modalities.isEmpty else { return self }
        let lacking = patients.indices.filter { row in !modalities.contains { $0.present[row] } }
        if lacking.isEmpty { return self }
        let kept = patients.indices.filter { row in modalities.contains { $0.present[row] } }
        var findings = Findings(.training)
        findings.leftOut(.patient, lacking.map { patients[$0] }, reason: "no value in any modality")
        guard !kept.isEmpty else { throw CohortError.noPatients(origin, exclusions: findings.exclusions) }
        var part = self[kept]
        part.record(findings)
        return part
    }

    /// All distinct values that the patient's rows have in the column, in order.
    func values(of column: String, patient: Int) -> [String] {
        severalValues[column]?[patient] ?? (table[column]?.text(patient)).map { [$0] } ?? []
    }
}

extension Modality {
    subscript(rows: [Int]) -> Modality {
        let part: Content =
            switch content {
            case .table(let features): .table(FeatureTable(table: features.table[rows]))
            case .sets(let features, let sets): .sets(FeatureTable(table: features.table[rows]), sets)
            case .patches(let bags): .patches(bags[rows])
            }
        return Modality(name: name, content: part, present: rows.map { present[$0] })
    }
}

extension SimulationTruth {
    subscript(rows: [Int]) -> SimulationTruth {
        SimulationTruth(
            risk: rows.map { risk[$0] }, sharedFactors: sharedFactors[rows: rows],
            ownFactors: ownFactors.mapValues { $0[rows: rows] },
            informative: informative.mapValues { tokens in rows.map { tokens[$0] } })
    }
}
