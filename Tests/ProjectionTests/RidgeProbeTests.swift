import Foundation
import Results
import Testing

@testable import Projection

@Suite struct RidgeProbeTests {
    /// What `Tests/Fixtures/projection/probe.py` recorded.
    private struct Recorded: Decodable {
        let x: [[Double]]
        let y: [[Double]]
        let folds: [Int]
        let predictions: [[Double]]
        let penalties: [[Double]]

        static func load() throws -> Recorded {
            let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "Fixtures/projection/probe.json")
            return try JSONDecoder().decode(Recorded.self, from: Data(contentsOf: file))
        }
    }

    @Test func agreesWithScikitLearn() throws {
        let recorded = try Recorded.load()
        let probe = RidgeProbe(Matrix(recorded.x), targets: Matrix(recorded.y), folds: recorded.folds)
        for (found, wanted) in zip(probe.penalties.joined(), recorded.penalties.joined()) {
            expectClose(found, wanted, relative: 1e-12, "the penalty")
        }
        for (row, wanted) in recorded.predictions.enumerated() {
            for target in wanted.indices {
                expectClose(
                    probe.predictions[row, target], wanted[target], relative: 1e-8, absolute: 1e-9, "row \(row)")
            }
        }
    }

    private func embeddings(folds: [Double]?) -> (Embeddings, [(name: String, values: [Double])]) {
        var stream = Stream(9)
        let x = stream.matrix(120, 3)
        var covariates = Table(rowCount: 120)
        if let folds { covariates["fold"] = .numbers(folds) }
        let told = (0..<120).map { 2 * x[$0, 0] - x[$0, 2] }
        let noise = (0..<120).map { _ in stream.next() }
        let half = Array(0..<60)
        let parts = [
            Embeddings.Part(modality: "a", role: .shared, rows: Array(0..<120), vectors: x),
            Embeddings.Part(modality: "b", role: .specific, rows: half, vectors: x[rows: half]),
        ]
        return (
            Embeddings(patients: (0..<120).map { "P\($0)" }, parts: parts, covariates: covariates),
            [("told", told), ("noise", noise), ("constant", [Double](repeating: 1, count: 120))]
        )
    }

    @Test func findsWhatIsThereAndNothingElse() throws {
        let (embeddings, columns) = embeddings(folds: nil)
        let entries = try EmbeddingProbe(embeddings, columns: columns, folds: 5, seed: 1).entries
        #expect(entries.count == 6 && entries.map(\.patients) == [120, 120, 120, 60, 60, 60])
        for entry in entries {
            switch entry.column {
            case "told": #expect(try #require(entry.rSquared) > 0.999)
            case "noise": #expect(try #require(entry.rSquared) < 0.15)
            default: #expect(entry.rSquared == nil)
            }
        }
        // Missing values and small folds have no part.
        var some = columns
        some[0].values[7] = .nan
        #expect(try EmbeddingProbe(embeddings, columns: [some[0]], folds: 5, seed: 1).entries[0].patients == 119)
    }

    /// Each fold has coordinates of its own: a rule over all of them would fail where one within each succeeds.
    @Test func foldsAreProbedWithin() throws {
        var (embeddings, columns) = embeddings(folds: (0..<120).map { $0 < 10 ? 3 : $0 % 2 == 0 ? 1 : 2 })
        for row in 0..<120 where row % 2 == 0 {
            for column in 0..<3 { embeddings.parts[0].vectors[row, column] *= -1 }
        }
        let within = try EmbeddingProbe(embeddings, columns: [columns[0]], folds: 5, seed: 1).entries[0]
        #expect(within.patients == 110)
        #expect(try #require(within.rSquared) > 0.999)
        embeddings.covariates["fold"] = nil
        let across = try EmbeddingProbe(embeddings, columns: [columns[0]], folds: 5, seed: 1).entries[0]
        #expect(try #require(across.rSquared) < 0.2)
    }
}
