import Results

/// Embeddings laid out in the plane by t-SNE: one panel for what modalities share, one for what each has of its own.
///
/// Positions mean nothing across panels, and within a panel only who is near whom does: the axes have no unit.
public struct EmbeddingMap: Sendable, Equatable {
    /// One patient's vector of one modality.
    public struct Point: Sendable, Equatable {
        /// The index into `patients` and the rows of `covariates`.
        public var patient: Int
        public var modality: String
        public var x: Double
        public var y: Double

        public init(patient: Int, modality: String, x: Double, y: Double) {
            self.patient = patient
            self.modality = modality
            self.x = x
            self.y = y
        }
    }

    /// All vectors of one role, in the order of the embeddings' parts.
    public struct Panel: Sendable, Equatable {
        public var role: Embeddings.Role
        public var points: [Point]
        /// The Kullback-Leibler divergence, in nats, that is left between the neighbourhoods of the vectors and of
        /// the points.
        public var klDivergence: Double
        /// The perplexity that the panel was made with.
        public var perplexity: Double

        public init(role: Embeddings.Role, points: [Point], klDivergence: Double, perplexity: Double) {
            self.role = role
            self.points = points
            self.klDivergence = klDivergence
            self.perplexity = perplexity
        }
    }

    public var panels: [Panel]
    /// The perplexity that was asked for.
    public var perplexity: Double
    public var seed: UInt64
    public var patients: [String]
    /// `time`, `event`, `risk`, `fold` and the cohort's own columns, a row per patient.
    public var covariates: Table

    public init(panels: [Panel], perplexity: Double, seed: UInt64, patients: [String], covariates: Table) {
        precondition(covariates.rowCount == patients.count, "the covariates disagree with the patients in number")
        self.panels = panels
        self.perplexity = perplexity
        self.seed = seed
        self.patients = patients
        self.covariates = covariates
    }
}
