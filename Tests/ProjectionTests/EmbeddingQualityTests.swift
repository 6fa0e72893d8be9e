import Results
import Testing

@testable import Projection

@Suite struct EmbeddingQualityTests {
    private func embeddings(_ quality: Oracle.Quality) throws -> Embeddings {
        var covariates = Table(rowCount: quality.fold.count)
        covariates["fold"] = .numbers(quality.fold)
        return Embeddings(
            patients: quality.fold.indices.map { "P\($0)" },
            parts: try quality.parts.map { part in
                Embeddings.Part(
                    modality: part.modality, role: try #require(Embeddings.Role(rawValue: part.role)),
                    rows: part.rows, vectors: Matrix(part.vectors))
            }, covariates: covariates)
    }

    @Test func everyEntryAgreesWithNumPy() throws {
        let oracle = try Oracle.load().quality
        let quality = try EmbeddingQuality(embeddings(oracle)) { _ in }
        #expect(quality.patientCount == oracle.complete && quality.foldCount == 3)
        #expect(quality.incompleteCount == oracle.fold.count - oracle.complete && quality.smallFoldCount == 0)
        #expect(Set(quality.entries.map { "\($0.measure): \($0.subject)" }) == Set(oracle.entries.keys))
        #expect(quality.entries.count == oracle.entries.count)
        for entry in quality.entries {
            let name = "\(entry.measure): \(entry.subject)"
            let expected = try #require(oracle.entries[name])
            expectClose(entry.value ?? .nan, expected.value, relative: 1e-10, name)
            if let chance = expected.chance {
                // The oracle shuffles where we have a formula.
                let isShuffled = ["linear CKA", "HSIC"].contains(entry.measure)
                expectClose(
                    entry.chance ?? .nan, chance, relative: isShuffled ? 0.01 : 1e-12, absolute: 1e-15,
                    "the chance level of \(name)")
            } else {
                #expect(entry.chance == nil)
            }
        }
    }

    @Test func withoutFoldsAllPatientsAreOneGroup() throws {
        let oracle = try Oracle.load().quality
        var whole = try embeddings(oracle)
        whole.covariates["fold"] = nil
        #expect(try EmbeddingQuality(whole) { _ in }.foldCount == 1)
        whole.covariates["fold"] = .numbers(oracle.fold.map { _ in 0 })
        #expect(try EmbeddingQuality(whole) { _ in }.foldCount == 1)
    }

    @Test func smallFoldsAreLeftOutAndCounted() throws {
        let oracle = try Oracle.load().quality
        var whole = try embeddings(oracle)
        whole.covariates["fold"] = .numbers(oracle.fold.indices.map { $0 < 3 ? 2 : 1 })
        let quality = try EmbeddingQuality(whole) { _ in }
        #expect(quality.foldCount == 1 && quality.smallFoldCount == 3)
        #expect(quality.patientCount == oracle.complete - 3)
        whole.covariates["fold"] = .numbers(oracle.fold.indices.map { Double($0 / 3 + 1) })
        #expect(throws: ProjectionError.tooFewPatients(complete: oracle.complete, all: 60)) {
            try EmbeddingQuality(whole) { _ in }
        }
    }

    @Test func oneModalityHasNoAlignment() throws {
        var whole = try embeddings(Oracle.load().quality)
        whole.parts.removeAll { $0.modality == "genomics" }
        let quality = try EmbeddingQuality(whole) { _ in }
        #expect(
            quality.entries.map { "\($0.measure) \($0.subject)" } == [
                "HSIC histology shared, specific", "effective rank shared histology",
                "effective rank specific histology",
            ])
    }

    @Test func collapsedVectorsAreAtChanceOrUndefined() throws {
        let rows = Array(0..<12)
        let constant = Matrix(rows: 12, columns: 3, values: [Double](repeating: 0.3, count: 36))
        let parts = ["a", "b"].flatMap { modality in
            Embeddings.Role.allCases.map {
                Embeddings.Part(modality: modality, role: $0, rows: rows, vectors: constant)
            }
        }
        let whole = Embeddings(patients: rows.map(String.init), parts: parts, covariates: Table(rowCount: 12))
        for entry in try EmbeddingQuality(whole, progress: { _ in }).entries {
            switch entry.measure {
            case "recall@1", "recall@5", "median rank":
                expectClose(entry.value ?? .nan, entry.chance ?? .nan, relative: 1e-12, entry.measure)
            case "silhouette": #expect(entry.value == 0)
            default: #expect(entry.value == nil, "\(entry.measure)")
            }
        }
    }

    @Test func nonFiniteVectorsAreNamed() throws {
        var whole = try embeddings(Oracle.load().quality)
        whole.parts[1].vectors[5, 0] = .infinity
        #expect(throws: ProjectionError.notFinite(.infinity, name: "P5 (genomics, shared)")) {
            try EmbeddingQuality(whole) { _ in }
        }
    }

    @Test func silhouetteAgreesWithScikitLearn() throws {
        let oracle = try Oracle.load().silhouettes
        expectClose(silhouette(of: oracle.clusters.map { Matrix($0) }), oracle.value, relative: 1e-12, "the silhouette")
    }

    @Test func effectiveRankCountsEvenDirections() throws {
        // A centred cross: three directions, equally long.
        let cross = Matrix(
            rows: 6, columns: 4,
            values: (0..<6).flatMap { i in (0..<4).map { $0 == i / 2 ? (i % 2 == 0 ? 2.0 : -2) : 0 } })
        expectClose(try #require(effectiveRank(of: cross)), 3, relative: 1e-12, "the effective rank")
    }
}
