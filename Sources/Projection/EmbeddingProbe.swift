import Foundation
import Results

/// What can be read off embeddings by a linear rule: the R² of columns, by modality and role, on patients whom the rule
/// has not seen (see `RidgeProbe`).
///
/// Embeddings of cross-validation are probed within each of its folds, whose coordinates differ, and R² is pooled:
/// 1 − Σ (y − ŷ)² / Σ (y − ȳ)², ȳ the mean of the fold. Below 0 the rule does worse than the mean.
public struct EmbeddingProbe: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        public var modality: String
        public var role: Embeddings.Role
        public var column: String
        public var patients: Int
        /// Nil where no fold has enough patients or the column does not vary.
        public var rSquared: Double?
    }

    /// Fewer patients in a fold are not probed.
    public static let fewestPatients = 20

    public let entries: [Entry]

    /// - Parameters:
    ///   - columns: numbers per patient of the embeddings; those that are NaN have no part.
    ///   - folds: how many parts the patients are divided into; each is predicted from the others.
    /// - Throws: `ProjectionError.noVectors`, `.notFinite`; what `progress` throws.
    public init(
        _ embeddings: Embeddings, columns: [(name: String, values: [Double])], folds: Int, seed: UInt64,
        progress: (Double) throws -> Void = { _ in }
    ) throws {
        guard embeddings.parts.contains(where: { !$0.rows.isEmpty }) else { throw ProjectionError.noVectors }
        try EmbeddingQuality.checkFinite(embeddings)
        let groups = EmbeddingQuality.folds(of: Array(embeddings.patients.indices), embeddings.covariates)
        var entries: [Entry] = []
        for (number, part) in embeddings.parts.enumerated() {
            let place = Dictionary(uniqueKeysWithValues: part.rows.enumerated().map { ($1, $0) })
            for column in columns {
                var (errors, spread, patients) = (0.0, 0.0, 0)
                var generator = SeededGenerator(seed: seed)
                for group in groups {
                    let rows = group.filter { place[$0] != nil && !column.values[$0].isNaN }
                        .shuffled(using: &generator)
                    guard rows.count >= max(Self.fewestPatients, folds) else { continue }
                    let y = rows.map { column.values[$0] }
                    let probe = RidgeProbe(
                        part.vectors[rows: rows.compactMap { place[$0] }],
                        targets: Matrix(rows: y.count, columns: 1, values: y), folds: y.indices.map { $0 % folds })
                    let mean = y.reduce(0, +) / Double(y.count)
                    for (value, predicted) in zip(y, probe.predictions.values) {
                        errors += (value - predicted) * (value - predicted)
                        spread += (value - mean) * (value - mean)
                    }
                    patients += rows.count
                }
                entries.append(
                    Entry(
                        modality: part.modality, role: part.role, column: column.name, patients: patients,
                        rSquared: spread > 0 ? 1 - errors / spread : nil))
            }
            try progress(Double(number + 1) / Double(embeddings.parts.count))
        }
        self.entries = entries
    }
}
