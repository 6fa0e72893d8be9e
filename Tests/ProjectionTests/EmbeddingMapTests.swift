import Results
import Testing

@testable import Projection

@Suite struct EmbeddingMapTests {
    /// Thirty patients; patient 4 has no genomics.
    private func embeddings(_ change: (inout [Embeddings.Part]) -> Void = { _ in }) -> Embeddings {
        var stream = Stream(11)
        let all = Array(0..<30)
        let some = all.filter { $0 != 4 }
        var parts = [
            Embeddings.Part(modality: "histology", role: .shared, rows: all, vectors: stream.matrix(30, 3)),
            Embeddings.Part(modality: "genomics", role: .shared, rows: some, vectors: stream.matrix(29, 3)),
            Embeddings.Part(modality: "histology", role: .specific, rows: all, vectors: stream.matrix(30, 6)),
            Embeddings.Part(modality: "genomics", role: .specific, rows: some, vectors: stream.matrix(29, 6)),
        ]
        change(&parts)
        var covariates = Table(rowCount: 30)
        covariates["age"] = .numbers(all.map(Double.init))
        return Embeddings(patients: all.map { "P\($0)" }, parts: parts, covariates: covariates)
    }

    @Test func eachRoleIsLaidOutOnItsOwn() throws {
        let whole = embeddings()
        let map = try EmbeddingMap(whole, perplexity: 8, seed: 3) { _ in }
        #expect(map.panels.map(\.role) == [.shared, .specific])
        #expect(map.perplexity == 8 && map.seed == 3 && map.patients == whole.patients)
        #expect(map.covariates == whole.covariates)
        for panel in map.panels {
            let expected = whole.parts(panel.role).flatMap { part in part.rows.map { "\($0) \(part.modality)" } }
            #expect(panel.points.map { "\($0.patient) \($0.modality)" } == expected)
            #expect(panel.perplexity == 8 && panel.klDivergence > 0)
        }
        let alone = try EmbeddingMap(embeddings { $0.removeFirst(2) }, perplexity: 8, seed: 3) { _ in }
        #expect(alone.panels == [map.panels[1]])
    }

    @Test func badInputIsNamed() throws {
        let broken = embeddings { $0[3].vectors[7, 2] = .nan }
        let error = try #require(throws: ProjectionError.self) {
            try EmbeddingMap(broken, perplexity: 8, seed: 1) { _ in }
        }
        #expect(
            error.errorDescription
                == "the vector of P8 (genomics, specific) contains nan; finite numbers are needed")
        #expect(throws: ProjectionError.noVectors) {
            try EmbeddingMap(embeddings { $0 = [] }, perplexity: 8, seed: 1) { _ in }
        }
        #expect(throws: ProjectionError.tooFewPoints(59, perplexity: 30)) {
            try EmbeddingMap(embeddings(), perplexity: 30, seed: 1) { _ in }
        }
    }
}
