public import Results

/// A cohort in numbers, for printing.
public struct CohortSummary: Sendable, Equatable {
    public struct ColumnSummary: Sendable, Equatable {
        public var name: String
        public var isNumeric: Bool
        public var missing: Int
        /// Distinct known values.
        public var distinct: Int
    }

    public struct ModalitySummary: Sendable, Equatable {
        public enum Size: Sendable, Equatable {
            case table(columns: Int)
            case sets(count: Int, columns: Int)
            /// Patches of the patients present.
            case patches(width: Int, fewest: Int, median: Double, most: Int)
        }

        public var name: String
        public var size: Size
        /// Patients who have it.
        public var present: Int
        /// Share of missing values among those who have it.
        public var missingShare: Double
    }

    public struct FoldSummary: Sendable, Equatable {
        public var training: Int
        public var trainingEvents: Int
        public var validation: Int
        public var validationEvents: Int
    }

    public var origin: String
    public var patients: Int
    public var events: Int
    public var longestFollowUp: Double
    public var columns: [ColumnSummary]
    public var modalities: [ModalitySummary]
    public var folds: [FoldSummary]
    public var exclusions: [Exclusion]
    public var notes: [CohortNote]

    public init(_ cohort: Cohort) {
        origin = cohort.origin
        patients = cohort.patientCount
        events = cohort.outcome.eventCount
        longestFollowUp = cohort.outcome.time.max() ?? 0
        columns = cohort.table.names.compactMap { name in cohort.table[name].map { ColumnSummary(name, $0) } }
        modalities = cohort.modalities.map { ModalitySummary($0) }
        folds = (cohort.folds?.folds ?? []).map { FoldSummary($0, cohort.outcome) }
        exclusions = cohort.exclusions
        notes = cohort.notes
    }
}

extension CohortSummary.ColumnSummary {
    public init(_ name: String, _ column: Column) {
        let known = (0..<column.count).filter { column.isKnown($0) }
        self.name = name
        isNumeric = column.isNumeric
        missing = column.count - known.count
        distinct =
            switch column {
            case .numbers(let values): Set(known.map { values[$0] }).count
            case .labels(let values): Set(known.map { values[$0] }).count
            }
    }
}

extension CohortSummary.ModalitySummary {
    init(_ modality: Modality) {
        name = modality.name
        present = modality.presentCount
        let rows = modality.present.indices.filter { modality.present[$0] }
        switch modality.content {
        case .table(let features):
            size = .table(columns: features.table.names.count)
            missingShare = features.missingShare(rows)
        case .sets(let features, let sets):
            size = .sets(count: sets.count, columns: features.table.names.count)
            missingShare = features.missingShare(rows)
        case .patches(let bags):
            let counts = rows.map { bags.count(of: $0) }.sorted()
            let (lower, upper) = ((counts.count - 1) / 2, counts.count / 2)
            let median = counts.isEmpty ? 0 : Double(counts[lower] + counts[upper]) / 2
            size = .patches(width: bags.width, fewest: counts.first ?? 0, median: median, most: counts.last ?? 0)
            missingShare = 0
        }
    }
}

extension FeatureTable {
    fileprivate func missingShare(_ rows: [Int]) -> Double {
        let cells = rows.count * table.names.count
        guard cells > 0 else { return 0 }
        let missing = table.names.reduce(0) { sum, name in
            sum + rows.lazy.filter { table[name]?.isKnown($0) == false }.count
        }
        return Double(missing) / Double(cells)
    }
}

extension CohortSummary.FoldSummary {
    init(_ fold: Folds.Fold, _ outcome: Outcome) {
        training = fold.training.count
        trainingEvents = outcome[fold.training].eventCount
        validation = fold.validation.count
        validationEvents = outcome[fold.validation].eventCount
    }
}
