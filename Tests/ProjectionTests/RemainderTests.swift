import Foundation
import Results
import Testing

@testable import Projection

/// Specific embeddings less what shared ones explain.
@Suite struct RemainderTests {
    /// What `Tests/Fixtures/projection/remainder.py` recorded; a vector that is no number is written as 1e300.
    private struct Recorded: Decodable {
        struct Part: Decodable {
            let rows: [Int]
            let vectors: [[Double]]
        }
        let shared: [String: Part]
        let specific: [[Double]]
        let fold: [Double]
        let remainder: [[Double]]

        static func load() throws -> Recorded {
            let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "Fixtures/projection/remainder.json")
            return try JSONDecoder().decode(Recorded.self, from: Data(contentsOf: file))
        }

        var embeddings: Embeddings {
            let count = specific.count
            var covariates = Table(rowCount: count)
            covariates["fold"] = .numbers(fold)
            let parts = shared.sorted { $0.key < $1.key }.map { name, part in
                Embeddings.Part(
                    modality: name, role: .shared, rows: part.rows,
                    vectors: Matrix(part.vectors.map { $0.map { $0 == 1e300 ? .nan : $0 } }))
            }
            return Embeddings(
                patients: (0..<count).map { "P\($0)" },
                parts: parts + [
                    Embeddings.Part(
                        modality: "a", role: .specific, rows: Array((0..<count).reversed()),
                        vectors: Matrix(specific.reversed()))
                ], covariates: covariates)
        }
    }

    @Test func agreesWithScikitLearn() throws {
        let recorded = try Recorded.load()
        let embeddings = recorded.embeddings
        let (remainder, untouched) = embeddings.withoutShared()
        #expect(untouched == 0)
        #expect(remainder.parts(.shared).map(\.rows) == embeddings.parts(.shared).map(\.rows))
        let part = remainder.parts[3]
        for (place, row) in part.rows.enumerated() {
            for (column, wanted) in recorded.remainder[row].enumerated() {
                expectClose(part.vectors[place, column], wanted, relative: 1e-9, absolute: 1e-9, "patient \(row)")
            }
        }
    }

    /// Turning and stretching either kind turns and stretches what is left, no more.
    @Test func coordinatesDoNotMatter() throws {
        let recorded = try Recorded.load()
        var turned = recorded.embeddings
        for index in turned.parts.indices {
            let (cosine, sine) = (cos(0.7), sin(0.7))
            for row in 0..<turned.parts[index].vectors.rows {
                let (x, y) = (turned.parts[index].vectors[row, 0], turned.parts[index].vectors[row, 1])
                turned.parts[index].vectors[row, 0] = cosine * x - sine * y
                turned.parts[index].vectors[row, 1] = sine * x + cosine * y
                for column in 0..<turned.parts[index].vectors.columns { turned.parts[index].vectors[row, column] *= 3 }
            }
        }
        let (plain, other) = (recorded.embeddings.withoutShared().remainder, turned.withoutShared().remainder)
        for row in 0..<recorded.specific.count {
            let (x, y) = (plain.parts[3].vectors[row, 0], plain.parts[3].vectors[row, 1])
            expectClose(
                other.parts[3].vectors[row, 0], 3 * (cos(0.7) * x - sin(0.7) * y), relative: 1e-9, absolute: 1e-9, "x")
            expectClose(
                other.parts[3].vectors[row, 1], 3 * (sin(0.7) * x + cos(0.7) * y), relative: 1e-9, absolute: 1e-9, "y")
        }
    }

    @Test func fewPatientsAndVectorsThatAreNoNumbersStayAsTheyAre() throws {
        let recorded = try Recorded.load()
        var embeddings = recorded.embeddings
        // Nine of the second fold are left, and one of the first has a vector that is no number.
        let lacking = embeddings.parts[3].rows.filter { recorded.fold[$0] == 2 }.prefix(6)
        let kept = embeddings.parts[3].rows.indices.filter { !lacking.contains(embeddings.parts[3].rows[$0]) }
        embeddings.parts[3] = Embeddings.Part(
            modality: "a", role: .specific, rows: kept.map { embeddings.parts[3].rows[$0] },
            vectors: embeddings.parts[3].vectors[rows: kept])
        let odd = try #require(embeddings.parts[3].rows.firstIndex { recorded.fold[$0] == 1 })
        embeddings.parts[3].vectors[odd, 1] = .infinity
        let (remainder, untouched) = embeddings.withoutShared()
        #expect(untouched == 9)
        for (place, row) in embeddings.parts[3].rows.enumerated() {
            let isAsItWas = remainder.parts[3].vectors[row: place].elementsEqual(
                embeddings.parts[3].vectors[row: place])
            #expect(isAsItWas == (recorded.fold[row] == 2 || place == odd))
        }
    }

    @Test func sharedEmbeddingsThatAreAllAlikeExplainNothing() {
        let rows = Array(0..<12)
        let own = Matrix(rows: 12, columns: 1, values: rows.map(Double.init))
        let embeddings = Embeddings(
            patients: rows.map(String.init),
            parts: [
                Embeddings.Part(
                    modality: "a", role: .shared, rows: rows,
                    vectors: Matrix(rows: 12, columns: 2, values: [Double](repeating: 4, count: 24))),
                Embeddings.Part(modality: "a", role: .specific, rows: rows, vectors: own),
            ], covariates: Table(rowCount: 12))
        #expect(embeddings.withoutShared().remainder == embeddings)
    }
}
