public import Results

/// Patients with follow-up, what is known of each, and the modalities to learn from.
///
/// Every array with an entry per patient follows the order of `patients`. Rows, files or genes that did not make it
/// into the cohort are counted in `exclusions`; nothing is left out silently.
public struct Cohort: Sendable {
    /// Distinct ids, in the order in which the file names them first.
    public var patients: [String]
    public var outcome: Outcome
    /// The cohort's own columns and those joined to it, the id column excepted.
    public var table: Table
    public var modalities: [Modality]
    public var folds: Folds?
    /// What generated the cohort; nil for real ones.
    public var truth: SimulationTruth?
    public var exclusions: [Exclusion]
    public var notes: [CohortNote]
    /// The column that held the ids.
    public var idColumn: String
    /// Where the cohort came from, for messages: a path, or "simulation".
    public var origin: String
    /// Columns that differ between the rows of a patient (slides, samples): per patient all distinct values in order.
    /// `table` has the first of them.
    var severalValues: [String: [Int: [String]]]
    /// Ids of patients whom the file names but who were left out: what is named by them is nobody else's.
    var absentees: Set<String> = []

    /// - Precondition: outcome and table have one entry per patient.
    public init(
        patients: [String], outcome: Outcome, table: Table, modalities: [Modality] = [], folds: Folds? = nil,
        truth: SimulationTruth? = nil, exclusions: [Exclusion] = [], notes: [CohortNote] = [], idColumn: String,
        origin: String
    ) {
        precondition(
            outcome.count == patients.count && table.rowCount == patients.count,
            "the parts of the cohort disagree in the number of patients")
        self.patients = patients
        self.outcome = outcome
        self.table = table
        self.modalities = modalities
        self.folds = folds
        self.truth = truth
        self.exclusions = exclusions
        self.notes = notes
        self.idColumn = idColumn
        self.origin = origin
        severalValues = [:]
    }

    public var patientCount: Int { patients.count }

    public func modality(_ name: String) -> Modality? { modalities.first { $0.name == name } }
}

extension Outcome {
    /// As columns of a table.
    var timeColumn: Column { .numbers(time) }
    var eventColumn: Column { .numbers(event.map { $0 ? 1 : 0 }) }
}
