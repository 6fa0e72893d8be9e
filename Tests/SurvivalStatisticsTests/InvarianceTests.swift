import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Estimates stay the same")
struct InvarianceTests {
    private let outcome: Outcome
    private let groups: [String]
    private let risk: [Double]
    /// The same patients in another order, and their times in another unit.
    private let rows: [Int]
    private let scaled: Outcome

    init() throws {
        let set = try OracleData().set("ties")
        outcome = set.outcome
        groups = try set.labels("group")
        risk = try set.numbers("x")
        var random = SeededGenerator(seed: 12)
        rows = Array(risk.indices).shuffled(using: &random)
        let shuffled = outcome[rows]
        scaled = try Outcome(time: shuffled.time.map { $0 / 12 }, event: shuffled.event)
    }

    @Test("for Kaplan-Meier")
    func curves() throws {
        let before = try kaplanMeier(outcome, groups: groups)
        let after = try kaplanMeier(scaled, groups: rows.map { groups[$0] })
        #expect(before.map(\.name) == after.map(\.name))
        for (a, b) in zip(before, after) {
            #expect(a.survival == b.survival && a.atRisk == b.atRisk && a.standardError == b.standardError)
            expectClose(b.time, a.time.map { $0 / 12 }, "times", tolerance: 1e-14)
            expectClose(b.median, a.median.map { $0 / 12 }, "median")
        }
    }

    @Test("for the log-rank test")
    func logRankTest() throws {
        let before = try logRank(outcome, groups: groups)
        let after = try logRank(scaled, groups: rows.map { groups[$0] })
        #expect(before.chiSquare == after.chiSquare && before.p == after.p)
    }

    @Test("for concordance")
    func concordances() throws {
        let before = try concordance(outcome, risk: risk)
        let after = try concordance(scaled, risk: rows.map { risk[$0] })
        expectClose(after.standardError, before.standardError, "standard error", tolerance: 1e-12)
        #expect(before.concordance == after.concordance && before.tiedBoth == after.tiedBoth)
    }
}
