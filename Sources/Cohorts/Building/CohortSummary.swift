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
    /// Median of the follow-up, by the reverse Kaplan-Meier estimate (Schemper & Smith 1996); nil when it is not
    /// reached.
    public var medianFollowUp: Double?
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
        medianFollowUp = cohort.outcome.medianFollowUp
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

extension Outcome {
    /// The median of R's `survfit(Surv(time, event == 0) ~ 1)`: events and censorings change places, all who are
    /// followed up to a time are at risk there, and of a stretch at exactly 1/2 the middle counts.
    fileprivate var medianFollowUp: Double? {
        let order = time.indices.sorted { time[$0] < time[$1] }
        var share = 1.0
        var position = 0
        var half: Double?
        while position < order.count {
            let now = time[order[position]]
            let tied = order[position...].prefix { time[$0] == now }
            let censored = tied.count { !event[$0] }
            share *= 1 - Double(censored) / Double(order.count - position)
            // 1/2 as a product of fractions may come out a little beside itself.
            if share < 0.5 - 1e-9 { return half.map { ($0 + now) / 2 } ?? now }
            if half == nil, share <= 0.5 + 1e-9 { half = now }
            position += tied.count
        }
        return half
    }
}
