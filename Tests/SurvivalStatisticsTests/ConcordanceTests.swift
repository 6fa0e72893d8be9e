import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Concordance")
struct ConcordanceTests {
    private struct Case: Decodable {
        let data: String
        let risk: String
        let strata: String
        let concordance: Double
        let standardError: Double
        let concordant: Int
        let discordant: Int
        let tiedRisk: Int
        let tiedTime: Int
        let tiedBoth: Int
    }

    @Test("agrees with R's concordance")
    func agreesWithR() throws {
        let data = try OracleData()
        for r in try Oracle.cases("concordance", as: [Case].self) {
            let set = try data.set(r.data, needing: [r.risk] + (r.strata.isEmpty ? [] : [r.strata]))
            let strata = r.strata.isEmpty ? nil : try set.integers(r.strata)
            let result = try concordance(set.outcome, risk: set.numbers(r.risk), strata: strata)
            let place = "\(r.risk) of \(r.data) in strata \(r.strata):"
            expectClose(result.concordance, r.concordance, "\(place) concordance")
            expectClose(result.standardError, r.standardError, "\(place) standard error")
            #expect(result.concordant == r.concordant, "\(place) concordant")
            #expect(result.discordant == r.discordant, "\(place) discordant")
            #expect(result.tiedRisk == r.tiedRisk, "\(place) tied risk")
            #expect(result.tiedTime == r.tiedTime, "\(place) tied time")
            #expect(result.tiedBoth == r.tiedBoth, "\(place) tied both")
            #expect(result.comparablePairs == r.concordant + r.discordant + r.tiedRisk)
        }
    }

    @Test("of a risk and of its opposite sum to 1")
    func opposite() throws {
        var random = SeededGenerator(seed: 2)
        let time = (0..<3000).map { _ in Double(Int.random(in: 0...400, using: &random)) }
        let outcome = try Outcome(time: time, event: time.map { _ in random.uniform() < 0.6 })
        let risk = time.map { _ in random.normal() }
        let forward = try concordance(outcome, risk: risk)
        let backward = try concordance(outcome, risk: risk.map { -$0 })
        expectClose(forward.concordance + backward.concordance, 1, "sum", tolerance: 1e-14)
        #expect(forward.concordant == backward.discordant)
        expectClose(forward.standardError, backward.standardError, "standard error", tolerance: 1e-12)
    }

    @Test("counts what comparing every pair counts")
    func everyPair() throws {
        var random = SeededGenerator(seed: 3)
        let time = (0..<2500).map { _ in Double(Int.random(in: 0...300, using: &random)) }
        let event = time.map { _ in random.uniform() < 0.5 }
        let risk = time.map { _ in Double(Int.random(in: -40...40, using: &random)) }
        var (concordant, discordant, tied) = (0, 0, 0)
        for early in time.indices where event[early] {
            for late in time.indices
            where time[early] < time[late] || time[early] == time[late] && !event[late] {
                if risk[early] > risk[late] {
                    concordant += 1
                } else if risk[early] < risk[late] {
                    discordant += 1
                } else {
                    tied += 1
                }
            }
        }
        let result = try concordance(Outcome(time: time, event: event), risk: risk)
        #expect(result.concordant == concordant && result.discordant == discordant && result.tiedRisk == tied)
    }

    @Test("treats 0 and −0 as equal risks, and infinite risks as the largest")
    func unusualRisks() throws {
        let outcome = try Outcome(time: [1, 2, 3], event: [true, true, false])
        #expect(try concordance(outcome, risk: [0, -0.0, 0]).tiedRisk == 3)
        #expect(try concordance(outcome, risk: [.infinity, 5, -.infinity]).concordance == 1)
    }

    @Test("refuses what it cannot judge")
    func badInput() throws {
        let outcome = try Outcome(time: [1, 2, 3], event: [true, true, false])
        let censored = try Outcome(time: [1, 2], event: [false, false])
        let tied = try Outcome(time: [2, 2], event: [true, true])
        #expect(throws: StatisticsError.notANumber(what: "the risk", row: 1)) {
            try concordance(outcome, risk: [1, .nan, 2])
        }
        #expect(throws: StatisticsError.lengthsDiffer(what: "risks", count: 2, patients: 3)) {
            try concordance(outcome, risk: [1, 2])
        }
        #expect(throws: StatisticsError.lengthsDiffer(what: "strata", count: 1, patients: 3)) {
            try concordance(outcome, risk: [1, 2, 3], strata: [1])
        }
        #expect(throws: StatisticsError.noComparablePair) { try concordance(censored, risk: [1, 2]) }
        #expect(throws: StatisticsError.noComparablePair) { try concordance(tied, risk: [1, 2]) }
        #expect(throws: StatisticsError.noComparablePair) {
            try concordance(outcome, risk: [1, 2, 3], strata: [1, 2, 3])
        }
        #expect(throws: StatisticsError.noPatients) { try concordance(Outcome(time: [], event: []), risk: []) }
    }
}
