import Results
import Testing
import Torch

@testable import TogetherApart

@Suite struct SharedExplanationTests {
    private let patients = 50

    private func matrices() throws -> (shared: Matrix, specific: Matrix) {
        var generator = SeededGenerator(seed: 3)
        func normal() -> Double { generator.normal() }
        let s = Matrix(rows: patients, columns: 3, values: (0..<patients * 3).map { _ in normal() + 2 })
        var r = Matrix(rows: patients, columns: 4, values: (0..<patients * 4).map { _ in normal() })
        for row in 0..<patients { for column in 0..<4 { r[row, column] += Double(column) * s[row, column % 3] } }
        return (s, r)
    }

    private func tensor(_ matrix: Matrix) throws -> Tensor {
        try Tensor(matrix.values.map(Float.init), shape: [matrix.rows, matrix.columns])
    }

    /// Least squares: what is left has no covariance with what was taken.
    @Test func theRemainderIsUncorrelatedWithTheShared() throws {
        let (s, r) = try matrices()
        let explanation = try #require(try SharedExplanation(of: r, by: s))
        let rest = try explanation.remainder(of: tensor(r), given: tensor(s)).doubles()
        for i in 0..<3 {
            for j in 0..<4 {
                let mean = (0..<patients).reduce(0) { $0 + s[$1, i] } / Double(patients)
                let product = (0..<patients).reduce(0) { $0 + (s[$1, i] - mean) * rest[$1 * 4 + j] }
                #expect(abs(product) / Double(patients) <= 1e-5)
            }
        }
        // Nothing but the shared part was taken: the means stay.
        for j in 0..<4 {
            let (before, after) = (0..<patients).reduce((0, 0)) { ($0.0 + r[$1, j], $0.1 + rest[$1 * 4 + j]) }
            #expect(abs(before - after) <= 1e-3)
        }
    }

    @Test func collinearSharedEmbeddingsAreHarmless() throws {
        var (s, r) = try matrices()
        for row in 0..<patients { s[row, 2] = s[row, 0] }
        let explanation = try #require(try SharedExplanation(of: r, by: s))
        #expect(try explanation.remainder(of: tensor(r), given: tensor(s)).doubles().allSatisfy { abs($0) < 50 })
        // One patient's vector is no number: the others decide.
        r[4, 1] = .nan
        #expect(try SharedExplanation(of: r, by: s) != nil)
        // Fewer patients than directions explain everything and nothing.
        let few = Matrix(rows: 4, columns: 3, values: Array(s.values.prefix(12)))
        #expect(try SharedExplanation(of: Matrix(rows: 4, columns: 1, values: [1, 2, 3, 4]), by: few) == nil)
    }

    @Test func patientsMeansAreOverWhatTheyHave() {
        let parts = [
            Embeddings.Part(
                modality: "a", role: .shared, rows: [0, 2], vectors: Matrix(rows: 2, columns: 2, values: [1, 2, 3, 4])),
            Embeddings.Part(
                modality: "b", role: .shared, rows: [2, 1], vectors: Matrix(rows: 2, columns: 2, values: [5, 8, 7, 9])),
        ]
        let means = PatientMeans(parts)
        #expect(means.of([2, 0, 1])?.values == [4, 6, 1, 2, 7, 9])
        #expect(means.of([3]) == nil)
    }
}
