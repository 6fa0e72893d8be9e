/// How the tokens of patients lie to a model's prototypes.
public struct PrototypeUse: Sendable, Equatable {
    /// One modality as one model sees it, for the patients who have the modality.
    public struct Part: Sendable, Equatable {
        public var modality: String
        /// The fold of the model, from 1: prototypes of different folds have nothing to do with each other. 0 where
        /// there is one model.
        public var fold: Int
        /// Row *i* of `occupancy` belongs to `patients[rows[i]]` of the whole.
        public var rows: [Int]
        /// Patients × prototypes: the share of each prototype in what the patient's tokens gave; rows add up to 1.
        public var occupancy: Matrix
        /// Names of the tokens, the same for all patients; empty where tokens have none (patches), and then so are
        /// `given` and `cosine`.
        public var tokenNames: [String]
        /// Per patient, tokens × prototypes: the mass that went from the token to the prototype, in units of the token's
        /// weight. Transport being unbalanced, a token may give less than its weight in all, or more.
        public var given: [Matrix]
        /// Tokens × prototypes: the mean cosine of token and prototype.
        public var cosine: Matrix

        public init(
            modality: String, fold: Int, rows: [Int], occupancy: Matrix, tokenNames: [String], given: [Matrix],
            cosine: Matrix
        ) {
            precondition(rows.count == occupancy.rows, "\(rows.count) patients for \(occupancy.rows) occupancies")
            self.modality = modality
            self.fold = fold
            self.rows = rows
            self.occupancy = occupancy
            self.tokenNames = tokenNames
            self.given = given
            self.cosine = cosine
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
}
