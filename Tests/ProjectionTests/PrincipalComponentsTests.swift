import Results
import Testing

@testable import Projection

@Suite struct PrincipalComponentsTests {
    @Test(arguments: ["tall", "wide"]) func agreeWithNumPy(_ name: String) throws {
        let expected = try #require(Oracle.load().principalComponents[name])
        let ours = PrincipalComponents(of: Matrix(expected.x), count: 3)
        try #require(ours.variances.count == expected.variances.count)
        for (a, b) in zip(ours.variances, expected.variances) {
            expectClose(a, b, relative: 1e-10, absolute: 1e-12 * expected.variances[0], "a variance")
        }
        for c in 0..<3 {
            let sign: Double = ours.scores[0, c] * expected.scores[0][c] < 0 ? -1 : 1
            for i in expected.scores.indices {
                expectClose(sign * ours.scores[i, c], expected.scores[i][c], absolute: 1e-10, "a score")
            }
        }
    }

    @Test(arguments: [1, 2, 3, 30, 97]) func eigenvectorsRebuildTheMatrix(_ size: Int) {
        var stream = Stream(UInt64(size))
        // Rank deficient: eigenvalue 0 is repeated.
        let matrix = stream.matrix(size, max(1, size / 2)).gram
        let eigen = SymmetricEigen(matrix)
        #expect(eigen.values == eigen.values.sorted(by: >))
        for i in 0..<size {
            #expect(eigen.vectors[row: i].max { abs($0) < abs($1) }! > 0)
            for j in 0..<size {
                let product = dot(eigen.vectors[row: i], eigen.vectors[row: j])
                expectClose(product, i == j ? 1 : 0, absolute: 1e-13 * Double(size), "a product of eigenvectors")
                let rebuilt = (0..<size).reduce(0) {
                    $0 + eigen.values[$1] * eigen.vectors[$1, i] * eigen.vectors[$1, j]
                }
                expectClose(rebuilt, matrix[i, j], absolute: 1e-13 * Double(size), "an entry")
            }
        }
    }

    @Test func equalRowsHaveNoVariance() {
        let constant = Matrix(rows: 7, columns: 3, values: [Double](repeating: 0.1, count: 21))
        #expect(PrincipalComponents(of: constant, count: 2).variances == [0, 0, 0])
    }
}
