import Results

extension EmbeddingMap {
    /// Lays out all shared vectors together and all specific vectors together, each by exact t-SNE.
    ///
    /// A role that no part has gets no panel.
    ///
    /// - Parameter progress: told the fraction done; what it throws ends the work.
    /// - Throws: `ProjectionError`: no vectors at all, a perplexity that does not fit the number of points, a value
    ///   that is not finite (named by patient and modality).
    public init(
        _ embeddings: Embeddings, perplexity: Double, seed: UInt64, progress: (Double) throws -> Void
    ) throws {
        let tsne = try TSNE(perplexity: perplexity)
        let roles = Embeddings.Role.allCases.filter { role in embeddings.parts(role).contains { !$0.rows.isEmpty } }
        guard !roles.isEmpty else { throw ProjectionError.noVectors }

        var panels: [Panel] = []
        for role in roles {
            let done = Double(panels.count)
            // Each panel starts anew from the seed, so that leaving one out does not change the other.
            var generator = SeededGenerator(seed: seed)
            panels.append(
                try Panel(embeddings, role, tsne, using: &generator) {
                    try progress((done + $0) / Double(roles.count))
                })
        }
        self.init(
            panels: panels, perplexity: perplexity, seed: seed, patients: embeddings.patients,
            covariates: embeddings.covariates)
    }
}

extension EmbeddingMap.Panel {
    fileprivate init(
        _ embeddings: Embeddings, _ role: Embeddings.Role, _ tsne: TSNE,
        using generator: inout SeededGenerator, progress: (Double) throws -> Void
    ) throws {
        let parts = embeddings.parts(role).filter { !$0.rows.isEmpty }
        let width = parts[0].vectors.columns
        precondition(parts.allSatisfy { $0.vectors.columns == width }, "the parts of one role differ in width")
        let sources = parts.flatMap { part in part.rows.map { (patient: $0, modality: part.modality) } }
        let vectors = Matrix(rows: sources.count, columns: width, values: parts.flatMap(\.vectors.values))
        let names = sources.map { "\(embeddings.patients[$0.patient]) (\($0.modality), \(role.rawValue))" }

        let layout = try tsne.layout(vectors, names: names, using: &generator, progress: progress)
        let points = sources.indices.map { i in
            EmbeddingMap.Point(
                patient: sources[i].patient, modality: sources[i].modality, x: layout.points[i, 0],
                y: layout.points[i, 1])
        }
        self.init(
            role: role, points: points, klDivergence: layout.klDivergence, perplexity: tsne.perplexity)
    }
}
