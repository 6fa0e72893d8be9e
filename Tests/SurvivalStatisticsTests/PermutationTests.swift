import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite struct PermutationTests {
    /// What `Tests/Fixtures/statistics/permutation.py` recorded.
    private struct Recorded: Decodable {
        let strata: [Int]
        let inside: [Bool]
        let values: [[Double?]]
        let standardised: [Double]
        let p: [Double]
        let adjustedP: [Double]
        let scores: [Double]
        let marks: [Bool]
        let area: Double

        static func load() throws -> Recorded {
            let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "Fixtures/statistics/permutation.json")
            return try JSONDecoder().decode(Recorded.self, from: Data(contentsOf: file))
        }

        var measurements: [GroupMeasurement] {
            values.map { values in
                let rows = values.indices.filter { values[$0] != nil }
                return GroupMeasurement(rows: rows, values: rows.compactMap { values[$0] })
            }
        }
    }

    /// Random divisions come within five standard errors of all divisions.
    @Test func agreesWithAllDivisions() throws {
        let recorded = try Recorded.load()
        var generator = SeededGenerator(seed: 2)
        let count = 20_000
        let found = try groupDifferences(
            recorded.measurements, inside: recorded.inside, strata: recorded.strata, permutations: count,
            using: &generator)
        for (index, difference) in found.enumerated() {
            #expect(abs(difference.standardised - recorded.standardised[index]) <= 1e-12)
            for (p, exact) in [(difference.p, recorded.p[index]), (difference.adjustedP, recorded.adjustedP[index])] {
                let error: Double = (exact * (1 - exact) / Double(count)).squareRoot()
                #expect(abs(p - exact) <= 5 * error + 1 / Double(count))
            }
        }
    }

    @Test func degenerateMeasurementsAreHarmless() throws {
        var generator = SeededGenerator(seed: 1)
        let found = try groupDifferences(
            [
                GroupMeasurement(rows: [0, 1, 2, 3], values: [7, 7, 7, 7]),
                GroupMeasurement(rows: [0, 1], values: [1, 2]),
                GroupMeasurement(rows: [], values: []),
            ], inside: [false, false, true, true], strata: [0, 0, 1, 1], permutations: 99, using: &generator)
        #expect(found[0].standardised == 0 && found[0].p == 1 && found[0].adjustedP == 1)
        #expect(found[1].p.isNaN && found[1].adjustedP.isNaN && found[2].p.isNaN)
    }

    @Test func rankAreaAgreesWithScikitLearn() throws {
        let recorded = try Recorded.load()
        let area = try #require(rankArea(recorded.scores, marked: recorded.marks))
        #expect(abs(area - recorded.area) <= 1e-12)
        #expect(rankArea([1, 2], marked: [true, true]) == nil)
        #expect(rankArea([], marked: []) == nil)
    }
}
