import Results

/// Whether embeddings keep the three promises of the method: that shared vectors of different modalities align, that
/// specific vectors are distinct, and that neither collapses.
///
/// Judged over the patients who have every modality. Each fold is a model of its own, whose coordinates mean nothing
/// to another's; so everything is computed within each fold (the covariate `fold`, where above 0) and averaged over
/// the folds.
public struct EmbeddingQuality: Sendable, Equatable {
    public enum Aspect: String, Sendable, CaseIterable {
        case alignment, distinctiveness, collapse
    }

    public struct Entry: Sendable, Equatable {
        public var aspect: Aspect
        /// Such as `recall@1` or `effective rank`.
        public var measure: String
        /// What was measured, such as `shared histology → genomics`.
        public var subject: String
        /// The mean over folds; nil where no fold defines it (all vectors equal).
        public var value: Double?
        /// The value without any relation: for retrieval in random order, for dependence with the patients of one
        /// side shuffled, 0 for the silhouette. Nil where there is no such thing.
        public var chance: Double?
        /// The best possible value; nil where what is best depends on the data.
        public var best: Double?
    }

    /// Below this a fold says nothing.
    static let fewestPatients = 4

    public let entries: [Entry]
    /// Patients with every modality, in the folds that count.
    public let patientCount: Int
    /// Patients left out because a modality is absent.
    public let incompleteCount: Int
    /// Patients left out because fewer than four complete patients are in their fold.
    public let smallFoldCount: Int
    /// Folds averaged over; 1 where there are none.
    public let foldCount: Int

    /// - Parameter progress: told the fraction done; what it throws ends the work.
    /// - Throws: `ProjectionError.noVectors`, `.notFinite`, `.tooFewPatients`.
    ///
    /// O(n²·d) time per fold and modality, and O(n²) memory, for n patients in the fold.
    public init(_ embeddings: Embeddings, progress: (Double) throws -> Void) throws {
        guard embeddings.parts.contains(where: { !$0.rows.isEmpty }) else { throw ProjectionError.noVectors }
        try Self.checkFinite(embeddings)
        let complete = embeddings.completePatients
        let folds = Self.folds(of: complete, embeddings.covariates)
        let counted = folds.filter { $0.count >= Self.fewestPatients }
        guard !counted.isEmpty else {
            throw ProjectionError.tooFewPatients(complete: complete.count, all: embeddings.patients.count)
        }

        var perFold: [[Entry]] = []
        for fold in counted {
            perFold.append(FoldQuality(embeddings, patients: fold).entries)
            try progress(Double(perFold.count) / Double(counted.count))
        }
        entries = perFold[0].indices.map { k in
            var entry = perFold[0][k]
            entry.value = Self.mean(perFold.map { $0[k].value })
            entry.chance = Self.mean(perFold.map { $0[k].chance })
            entry.best = Self.mean(perFold.map { $0[k].best })
            return entry
        }
        patientCount = counted.reduce(0) { $0 + $1.count }
        incompleteCount = embeddings.patients.count - complete.count
        smallFoldCount = complete.count - patientCount
        foldCount = counted.count
    }

    private static func mean(_ values: [Double?]) -> Double? {
        let present = values.compactMap { $0 }
        return present.isEmpty ? nil : present.reduce(0, +) / Double(present.count)
    }

    static func checkFinite(_ embeddings: Embeddings) throws {
        for part in embeddings.parts {
            if let position = part.vectors.values.firstIndex(where: { !$0.isFinite }) {
                let patient = embeddings.patients[part.rows[position / part.vectors.columns]]
                throw ProjectionError.notFinite(
                    part.vectors.values[position], name: "\(patient) (\(part.modality), \(part.role.rawValue))")
            }
        }
    }

    /// The patients by their fold, from the first; all together where no fold is above 0.
    static func folds(of patients: [Int], _ covariates: Table) -> [[Int]] {
        guard case .numbers(let fold)? = covariates["fold"], fold.contains(where: { $0 > 0 }) else {
            return [patients]
        }
        return Dictionary(grouping: patients) { fold[$0] }.filter { $0.key > 0 }.sorted { $0.key < $1.key }.map(\.value)
    }
}

extension Embeddings {
    /// The modalities, in the order of the parts.
    var modalities: [String] {
        var seen: Set<String> = []
        return parts.map(\.modality).filter { seen.insert($0).inserted }
    }

    /// Those who have a vector in every part.
    fileprivate var completePatients: [Int] {
        parts.reduce(Set(patients.indices)) { $0.intersection($1.rows) }.sorted()
    }

    /// The vectors of some patients, in their order; nil where there is no such part.
    ///
    /// - Precondition: the part has all these patients.
    func vectors(_ role: Role, _ modality: String, of patients: [Int]) -> Matrix? {
        guard let part = parts.first(where: { $0.role == role && $0.modality == modality }) else { return nil }
        let positions = Dictionary(uniqueKeysWithValues: zip(part.rows, part.rows.indices))
        return part.vectors[rows: patients.map { positions[$0]! }]
    }
}
