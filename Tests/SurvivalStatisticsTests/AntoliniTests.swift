import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Antolini's concordance")
struct AntoliniTests {
    private struct Case: Decodable {
        let data: String
        let rows: [Int]
        let grid: [Double]
        let survival: [[Double]]
        let horizon: Double?
        let strata: String
        let concordance: Double
        let standardError: Double
        let influence: [Double]
        let concordant: Int
        let discordant: Int
        let tied: Int
    }

    @Test("agrees with its definition, pair by pair")
    func definition() throws {
        let data = try OracleData()
        for r in try Oracle.cases("antolini", as: [Case].self) {
            let set = try data.set(r.data)
            let strata = r.strata.isEmpty ? nil : try r.rows.map { try set.integers(r.strata)[$0] }
            let result = try antoliniConcordance(
                set.outcome[r.rows],
                survival: Matrix(rows: r.rows.count, columns: r.grid.count, values: r.survival.flatMap { $0 }),
                grid: r.grid, horizon: r.horizon, strata: strata)
            #expect(result.concordant == r.concordant && result.discordant == r.discordant && result.tied == r.tied)
            expectClose(result.concordance, r.concordance, "\(r.data) concordance")
            expectClose(result.standardError, r.standardError, "\(r.data) standard error")
            expectClose(result.influence, r.influence, "\(r.data) influence", scale: 1e-3)
        }
    }

    private struct Peer: Decodable {
        let data: String
        let rows: Int
        let grid: [Double]
        let survival: [[Double]]
        let concordant: Double
    }

    @Test("agrees with pycox at the times of the grid")
    func peer() throws {
        let data = try OracleData()
        for r in try Oracle.cases("pycox", as: [Peer].self) {
            let outcome = try data.set(r.data).outcome[Array(0..<r.rows)]
            let result = try antoliniConcordance(
                outcome, survival: Matrix(rows: r.rows, columns: r.grid.count, values: r.survival.flatMap { $0 }),
                grid: r.grid)
            expectClose(
                Double(result.concordant) / Double(result.comparablePairs), r.concordant, "concordant of \(r.data)")
        }
    }

    @Test("is Harrell's where curves do not cross")
    func harrell() throws {
        let set = try OracleData().set("ties")
        let risk = try set.numbers("x")
        let grid = [0.0, 3, 12]
        let survival = risk.flatMap { risk in grid.map { exp(-$0 * exp(risk) / 20) } }
        let result = try antoliniConcordance(
            set.outcome, survival: Matrix(rows: risk.count, columns: 3, values: survival), grid: grid)
        let harrell = try concordance(set.outcome, risk: risk)
        // At time 0 every survival is 1, so all pairs of events there are ties.
        #expect(result.comparablePairs == harrell.comparablePairs)
        let later = set.outcome.time.indices.filter { set.outcome.time[$0] > 0 }
        let positive = try antoliniConcordance(
            set.outcome[later],
            survival: Matrix(
                rows: later.count, columns: 3, values: later.flatMap { Array(survival[3 * $0..<3 * $0 + 3]) }),
            grid: grid)
        let same = try concordance(set.outcome[later], risk: later.map { risk[$0] })
        #expect(positive.concordant == same.concordant && positive.tied == same.tiedRisk)
        expectClose(positive.standardError, same.standardError, "standard error")
    }

    @Test("refuses what it cannot judge")
    func badInput() throws {
        let outcome = try Outcome(time: [1, 2, 3], event: [true, true, false])
        func judge(_ values: [Double], _ grid: [Double], horizon: Double? = nil) throws -> AntoliniConcordance {
            try antoliniConcordance(
                outcome, survival: Matrix(rows: values.count / grid.count, columns: grid.count, values: values),
                grid: grid, horizon: horizon)
        }
        let good = [1, 0.5, 1, 0.6, 1, 0.7]
        #expect(throws: PredictedSurvivalError.eventBeyondGrid(2, last: 1.5)) { try judge(good, [0, 1.5]) }
        #expect(try judge(good, [0, 1.5], horizon: 1.5).comparablePairs == 2)
        #expect(throws: PredictedSurvivalError.gridNotIncreasing) { try judge(good, [1, 5]) }
        #expect(throws: PredictedSurvivalError.gridNotIncreasing) { try judge(good, [0, 0]) }
        #expect(throws: StatisticsError.notAProbability(1.2, row: 2, time: 5)) {
            try judge([1, 0.5, 1, 0.6, 1, 1.2], [0, 5])
        }
        #expect(throws: StatisticsError.lengthsDiffer(what: "predicted curves", count: 2, patients: 3)) {
            try judge([1, 0.5, 1, 0.6], [0, 5])
        }
        #expect(throws: StatisticsError.noComparablePair) { try judge(good, [0, 5], horizon: 0.5) }
        #expect(
            PredictedSurvivalError.eventBeyondGrid(2, last: 1.5).recoverySuggestion
                == "count events up to 1.5 only, with a horizon")
    }
}
