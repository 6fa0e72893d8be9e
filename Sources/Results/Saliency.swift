/// What a model drew from each token of each patient: patches, gene sets, columns of a table.
public struct Saliency: Sendable, Equatable {
    /// The tokens of one modality in one role, for the patients who have the modality.
    public struct Part: Sendable, Equatable {
        public var modality: String
        public var role: Embeddings.Role
        /// `weights[i]` belongs to `patients[rows[i]]` of the whole.
        public var rows: [Int]
        /// Names of the tokens, the same for all patients; empty where tokens have none (patches).
        public var tokenNames: [String]
        /// Per patient one weight a token, adding up to 1.
        public var weights: [[Float]]

        public init(
            modality: String, role: Embeddings.Role, rows: [Int], tokenNames: [String], weights: [[Float]]
        ) {
            precondition(rows.count == weights.count, "\(rows.count) patients for \(weights.count) rows of weights")
            self.modality = modality
            self.role = role
            self.rows = rows
            self.tokenNames = tokenNames
            self.weights = weights
        }
    }

    public var patients: [String]
    public var parts: [Part]
    /// By modality, patient and token: whether the token carries what was planted; empty for real patients.
    public var informative: [String: [[Bool]]]

    public init(patients: [String], parts: [Part], informative: [String: [[Bool]]] = [:]) {
        self.patients = patients
        self.parts = parts
        self.informative = informative
    }
}
