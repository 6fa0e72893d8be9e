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
        /// Patients with a value and an embedding whose fold is too small to be probed.
        public var inSmallFolds: Int
        /// Nil where no fold has enough patients or the column does not vary.
        public var rSquared: Double?
    }

    private struct Sums {
        var errors = 0.0
        var spread = 0.0
        var patients = 0
        var inSmallFolds = 0

        mutating func add(_ targets: Matrix, _ predictions: Matrix, column: Int) {
            let values = (0..<targets.rows).map { targets[$0, column] }
            // Of differences from the first value, so that equal values have no spread, whatever rounding says.
            let mean = values.reduce(0) { $0 + ($1 - values[0]) } / Double(values.count)
            for (row, value) in values.enumerated() {
                let error = value - predictions[row, column]
                let distance = value - values[0] - mean
                errors += error * error
                spread += distance * distance
            }
            patients += values.count
        }
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
            var sums = columns.map { _ in Sums() }
            // Columns that the same patients have share the work.
            for (known, members) in Dictionary(grouping: columns.indices, by: { columns[$0].values.map(\.isNaN) }) {
                var generator = SeededGenerator(seed: seed)
                for group in groups {
                    let rows = group.filter { place[$0] != nil && !known[$0] }.shuffled(using: &generator)
                    guard rows.count >= max(Self.fewestPatients, folds) else {
                        for member in members { sums[member].inSmallFolds += rows.count }
                        continue
                    }
                    let targets = Matrix(
                        rows: rows.count, columns: members.count,
                        values: rows.flatMap { row in members.map { columns[$0].values[row] } })
                    let probe = RidgeProbe(
                        part.vectors[rows: rows.compactMap { place[$0] }], targets: targets,
                        folds: rows.indices.map { $0 % folds })
                    for (target, member) in members.enumerated() {
                        sums[member].add(targets, probe.predictions, column: target)
                    }
                }
            }
            entries += zip(columns, sums).map { column, sums in
                Entry(
                    modality: part.modality, role: part.role, column: column.name, patients: sums.patients,
                    inSmallFolds: sums.inSmallFolds, rSquared: sums.spread > 0 ? 1 - sums.errors / sums.spread : nil)
            }
            try progress(Double(number + 1) / Double(embeddings.parts.count))
        }
        self.entries = entries
    }
}
