import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Cut point")
struct CutpointTests {
    private struct Case: Decodable {
        let data: String
        let column: String
        let share: Double
        let cut: Double
        let statistic: Double
        let statistics: [Double]
        let cuts: [Double]
        let lau94: Double
        let lau92: Double
        let permutation: Double
    }

    private func search(
        _ r: Case, _ set: DataSet, _ correction: MaximallySelectedLogRank.Correction = .lau94, seed: UInt64 = 1
    ) throws -> MaximallySelectedLogRank {
        var generator = SeededGenerator(seed: seed)
        return try maximallySelectedLogRank(
            set.outcome, values: set.numbers(r.column), share: r.share, correction: correction, permutations: 4000,
            using: &generator)
    }

    @Test("agrees with R's maxstat")
    func maxstat() throws {
        let data = try OracleData()
        for r in try Oracle.cases("cutpoint", as: [Case].self) {
            let set = try data.set(r.data, needing: [r.column])
            let place = "\(r.column) of \(r.data):"
            let found = try search(r, set)
            expectClose(found.cuts.map { abs($0.z) }, r.statistics, "\(place) statistics", scale: 1)
            expectClose(found.cuts.map(\.value), r.cuts, "\(place) cuts", tolerance: 1e-14)
            expectClose(found.best.value, r.cut, "\(place) cut", tolerance: 1e-14)
            expectClose(abs(found.best.z), r.statistic, "\(place) statistic")
            // R takes the tail as 1 less the middle, and loses what is below 1e-16.
            expectClose(found.p, r.lau94, "\(place) p of 1994", scale: 1e-7)
            expectClose(try search(r, set, .lau92).p, r.lau92, "\(place) p of 1992", tolerance: 1e-7)
            let drawn = try search(r, set, .permutation)
            let error = (r.permutation * (1 - r.permutation) / 4000).squareRoot()
            #expect(abs(drawn.p - r.permutation) <= 4 * error + 1.0 / 4000, "\(place) \(drawn.p) by permutation")
            #expect(try search(r, set, .permutation) == drawn)
            #expect(found.uncorrectedP < found.p)
        }
    }

    @Test("refuses what cannot be cut")
    func badInput() throws {
        let outcome = try Outcome(time: [1, 2, 3, 4], event: [true, true, false, true])
        func search(_ values: [Double], share: Double = 0.1, _ outcome: Outcome) throws -> MaximallySelectedLogRank {
            var generator = SeededGenerator(seed: 1)
            return try maximallySelectedLogRank(outcome, values: values, share: share, using: &generator)
        }
        #expect(throws: CutpointError.invalidShare(0.5)) { try search([1, 2, 3, 4], share: 0.5, outcome) }
        #expect(throws: CutpointError.invalidShare(0)) { try search([1, 2, 3, 4], share: 0, outcome) }
        #expect(throws: CutpointError.noCut(share: 0.1, distinct: 1)) { try search([2, 2, 2, 2], outcome) }
        #expect(throws: CutpointError.noCut(share: 0.4, distinct: 2)) {
            try search(
                [1, 2, 2, 2, 2], share: 0.4, Outcome(time: [1, 2, 3, 4, 5], event: [true, true, true, true, true]))
        }
        #expect(throws: CutpointError.noVariance) {
            try search([1, 2, 3, 4], Outcome(time: [1, 1, 1, 1], event: [true, true, true, true]))
        }
        #expect(throws: StatisticsError.noEvents) {
            try search([1, 2], Outcome(time: [1, 2], event: [false, false]))
        }
        #expect(throws: StatisticsError.notANumber(what: "the value", row: 1)) { try search([1, .nan, 2, 3], outcome) }
        #expect(throws: StatisticsError.lengthsDiffer(what: "values", count: 1, patients: 4)) {
            try search([1], outcome)
        }
    }
}
