import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Metrics weighted for censoring")
struct PredictionTests {
    private struct UnoCase: Decodable {
        let data: String
        let risk: String
        let horizon: Double?
        let concordance: Double
        let standardError: Double
    }

    private struct BrierCase: Decodable {
        let data: String
        let times: [Double]
        let score: [Double]
        let integrated: Double
    }

    private struct AUCCase: Decodable {
        let data: String
        let risk: String
        let times: [Double]
        let auc: [Double]
        let mean: Double
    }

    private struct Peer: Decodable {
        let times: [Double]
        let brier: [Double]
        let integrated: Double
        let auc: [Double]
        let meanAUC: Double
        let horizons: [Double]
        let uno: [Double]
    }

    /// S(t) = exp(−t / scale), the prediction that the oracles judge.
    private func prediction(_ set: DataSet, _ times: [Double]) throws -> Matrix {
        let scale = try set.numbers("scale")
        return Matrix(
            rows: scale.count, columns: times.count, values: scale.flatMap { scale in times.map { exp(-$0 / scale) } })
    }

    @Test("Uno's concordance agrees with R")
    func uno() throws {
        let data = try OracleData()
        for r in try Oracle.cases("uno", as: [UnoCase].self) {
            let set = try data.set(r.data)
            let result = try unoConcordance(set.outcome, risk: set.numbers(r.risk), horizon: r.horizon)
            let place = "\(r.risk) of \(r.data) to \(r.horizon ?? .infinity):"
            expectClose(result.concordance, r.concordance, "\(place) concordance")
            expectClose(result.standardError, r.standardError, "\(place) standard error")
        }
    }

    @Test("the Brier score agrees with its definition")
    func brier() throws {
        let data = try OracleData()
        for r in try Oracle.cases("brier", as: [BrierCase].self) {
            let set = try data.set(r.data)
            let result = try brierScore(set.outcome, survival: prediction(set, r.times), times: r.times)
            expectClose(result.score, r.score, "\(r.data) score")
            expectClose(result.integrated, r.integrated, "\(r.data) integral")
        }
    }

    @Test("the dynamic AUC agrees with its definition")
    func auc() throws {
        let data = try OracleData()
        for r in try Oracle.cases("auc", as: [AUCCase].self) {
            let set = try data.set(r.data)
            let result = try dynamicAUC(set.outcome, risk: set.numbers(r.risk), times: r.times)
            expectClose(result.auc, r.auc, "\(r.risk) of \(r.data), area")
            expectClose(result.mean, r.mean, "\(r.risk) of \(r.data), mean")
        }
    }

    @Test("all agree with scikit-survival where no times are tied")
    func peer() throws {
        let set = try OracleData().set("smooth")
        let peer = try Oracle.cases("scikit-survival", as: Peer.self)
        let result = try brierScore(set.outcome, survival: prediction(set, peer.times), times: peer.times)
        expectClose(result.score, peer.brier, "score")
        expectClose(result.integrated, peer.integrated, "integral")
        let auc = try dynamicAUC(set.outcome, risk: set.numbers("risk"), times: peer.times)
        expectClose(auc.auc, peer.auc, "AUC")
        expectClose(auc.mean, peer.meanAUC, "mean AUC")
        for (horizon, expected) in zip(peer.horizons, peer.uno) {
            let uno = try unoConcordance(set.outcome, risk: set.numbers("risk"), horizon: horizon)
            expectClose(uno.concordance, expected, "Uno's concordance to \(horizon)")
        }
    }

    @Test("refuse what they cannot judge, and name the usable range")
    func badInput() throws {
        let outcome = try Outcome(time: [1, 2, 3], event: [true, false, true])
        func brier(_ times: [Double], rows: Int = 3, fill: Double = 0.5) throws -> BrierScore {
            let values = [Double](repeating: fill, count: rows * times.count)
            return try brierScore(
                outcome, survival: Matrix(rows: rows, columns: times.count, values: values), times: times)
        }
        #expect(throws: StatisticsError.evaluationTime(3, last: 3)) { try brier([1, 3]) }
        #expect(throws: StatisticsError.evaluationTime(-1, last: 3)) { try brier([-1, 2]) }
        #expect(throws: StatisticsError.timesNotIncreasing) { try brier([1]) }
        #expect(throws: StatisticsError.timesNotIncreasing) { try brier([2, 1]) }
        #expect(throws: StatisticsError.timesNotIncreasing) { try brier([1, .nan]) }
        #expect(throws: StatisticsError.notAProbability(1.5, row: 0, time: 1)) { try brier([1, 2], fill: 1.5) }
        #expect(throws: StatisticsError.self) { try brier([1, 2], fill: .nan) }
        #expect(throws: StatisticsError.lengthsDiffer(what: "predicted curves", count: 2, patients: 3)) {
            try brier([1, 2], rows: 2)
        }
        #expect(try brier([1, 2], fill: 0).score.count == 2)
        #expect(throws: StatisticsError.noCases(0.5, first: 1)) {
            try dynamicAUC(outcome, risk: [1, 2, 3], times: [0.5, 2])
        }
        #expect(throws: StatisticsError.evaluationTime(3, last: 3)) {
            try dynamicAUC(outcome, risk: [1, 2, 3], times: [2, 3])
        }
        #expect(throws: StatisticsError.timesNotIncreasing) { try dynamicAUC(outcome, risk: [1, 2, 3], times: []) }
        #expect(throws: StatisticsError.notANumber(what: "the risk", row: 0)) {
            try dynamicAUC(outcome, risk: [.nan, 2, 3], times: [2])
        }
        let censored = try Outcome(time: [1, 2], event: [false, false])
        #expect(throws: StatisticsError.noEvents) { try dynamicAUC(censored, risk: [1, 2], times: [1]) }
        let message = StatisticsError.evaluationTime(3, last: 3)
        #expect(message.recoverySuggestion == "use times from 0 to below 3")
        #expect(throws: StatisticsError.notANumber(what: "the risk", row: 2)) {
            try unoConcordance(outcome, risk: [1, 2, .nan])
        }
        #expect(throws: StatisticsError.noComparablePair) {
            try unoConcordance(outcome, risk: [1, 2, 3], horizon: 0.5)
        }
        #expect(throws: StatisticsError.lengthsDiffer(what: "risks", count: 1, patients: 3)) {
            try unoConcordance(outcome, risk: [1])
        }
    }
}
