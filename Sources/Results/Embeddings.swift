/// Patients as vectors: per modality what it shares with the others and what is its own.
public struct Embeddings: Sendable, Equatable {
    public enum Role: String, Sendable, CaseIterable {
        case shared, specific
    }

    /// The vectors of one modality in one role, for the patients who have the modality.
    public struct Part: Sendable, Equatable {
        public var modality: String
        public var role: Role
        /// Row *i* of `vectors` belongs to `patients[rows[i]]` of the whole.
        public var rows: [Int]
        /// Patients × width; parts of one role have one width.
        public var vectors: Matrix

        public init(modality: String, role: Role, rows: [Int], vectors: Matrix) {
            precondition(rows.count == vectors.rows, "\(rows.count) patients for \(vectors.rows) vectors")
            self.modality = modality
            self.role = role
            self.rows = rows
            self.vectors = vectors
        }
    }

    public var patients: [String]
    public var parts: [Part]
    /// `time`, `event`, `risk`, `fold` and the cohort's own columns.
    public var covariates: Table

    public init(patients: [String], parts: [Part], covariates: Table) {
        precondition(covariates.rowCount == patients.count, "the covariates disagree with the patients in number")
        self.patients = patients
        self.parts = parts
        self.covariates = covariates
    }

    public func parts(_ role: Role) -> [Part] { parts.filter { $0.role == role } }
}
