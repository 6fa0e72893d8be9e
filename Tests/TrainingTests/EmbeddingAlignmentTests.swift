import Foundation
import Results
import Testing

@testable import Training

@Suite struct EmbeddingAlignmentTests {
    /// Points that were rotated, scaled and shifted come back; each role has a transformation of its own.
    @Test func undoesASimilarity() throws {
        func part(_ role: Embeddings.Role, _ modality: String, _ offset: Double, _ map: (Double, Double) -> [Double])
            -> Embeddings.Part
        {
            var points: [Double] = []
            for i in 0..<7 {
                let number = Double(i)
                points += map(offset + cos(number), offset * number - number * number / 9)
            }
            return Embeddings.Part(
                modality: modality, role: role, rows: Array(0..<7), vectors: Matrix(rows: 7, columns: 2, values: points)
            )
        }
        let parts: [(Embeddings.Role, String, Double)] = [(.shared, "a", 0.3), (.shared, "b", 1), (.specific, "a", -2)]
        let reference = parts.map { part($0.0, $0.1, $0.2) { [$0, $1] } }
        let moved = parts.map { item in
            part(item.0, item.1, item.2) { x, y in
                item.0 == .shared
                    ? [3 * (0.6 * x - 0.8 * y) + 5, 3 * (0.8 * x + 0.6 * y) - 1] : [-0.5 * y, 0.5 * x + 2]
            }
        }
        for (found, wanted) in zip(try alignedParts(moved, to: reference), reference) {
            for (x, y) in zip(found.vectors.values, wanted.vectors.values) { #expect(abs(x - y) <= 1e-9) }
        }
    }
}
