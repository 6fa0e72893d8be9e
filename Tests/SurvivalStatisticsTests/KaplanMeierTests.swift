import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Kaplan-Meier curves")
struct KaplanMeierTests {
    private struct Case: Decodable {
        let data: String
        let by: String
        let type: String
        let level: Double
        let curves: [Curve]
    }

    private struct Curve: Decodable {
        let name: String
        let patients: Int
        let events: Int
        let time: [Double]
        let atRisk: [Int]
        let eventCount: [Int]
        let censoredCount: [Int]
        let survival: [Double]
        let standardError: [Double?]
        let lower: [Double?]
        let upper: [Double?]
        let median: Double?
        let medianLower: Double?
        let medianUpper: Double?
        let probabilities: [Double]
        let quantiles: [Double?]
        let quantileLower: [Double?]
        let quantileUpper: [Double?]
    }

    @Test("agree with R's survfit")
    func agreesWithR() throws {
        let data = try OracleData()
        for expected in try Oracle.cases("kaplanMeier", as: [Case].self) {
            let set = try data.set(expected.data)
            let interval = try #require(SurvivalInterval(rawValue: expected.type))
            let curves =
                expected.by.isEmpty
                ? [try kaplanMeier(set.outcome, name: "1", level: expected.level, interval: interval)]
                : try kaplanMeier(
                    set.outcome, groups: set.labels(expected.by), level: expected.level, interval: interval)
            #expect(curves.map(\.name) == expected.curves.map(\.name))
            for (curve, r) in zip(curves, expected.curves) {
                try compare(curve, r, "\(expected.data) by \(expected.by), \(expected.type), group \(r.name):")
            }
        }
    }

    private func compare(_ curve: KaplanMeierCurve, _ r: Curve, _ place: String) throws {
        #expect(curve.patients == r.patients && curve.events == r.events, "\(place) counts")
        #expect(curve.atRisk == r.atRisk, "\(place) at risk")
        #expect(curve.eventCount == r.eventCount, "\(place) events")
        #expect(curve.censoredCount == r.censoredCount, "\(place) censored")
        #expect(curve.time == r.time, "\(place) times")
        expectClose(curve.survival, r.survival, "\(place) survival")
        expectClose(curve.standardError, r.standardError, "\(place) standard error")
        expectClose(curve.lower, r.lower, "\(place) lower bound")
        expectClose(curve.upper, r.upper, "\(place) upper bound")
        expectClose(curve.median, r.median, "\(place) median")
        expectClose(curve.medianLower, r.medianLower, "\(place) lower bound of the median")
        expectClose(curve.medianUpper, r.medianUpper, "\(place) upper bound of the median")
        for (index, probability) in r.probabilities.enumerated() {
            let quantile = try curve.quantile(probability)
            expectClose(quantile.time, r.quantiles[index], "\(place) quantile \(probability)")
            expectClose(quantile.lower, r.quantileLower[index], "\(place) lower bound of quantile \(probability)")
            expectClose(quantile.upper, r.quantileUpper[index], "\(place) upper bound of quantile \(probability)")
        }
    }

    @Test("are the empirical survival when nobody is censored")
    func empirical() throws {
        var random = SeededGenerator(seed: 4)
        let time = (0..<500).map { _ in Double(Int.random(in: 0...60, using: &random)) }
        let curve = try kaplanMeier(Outcome(time: time, event: time.map { _ in true }))
        for (moment, survival) in zip(curve.time, curve.survival) {
            let share = Double(time.filter { $0 > moment }.count) / 500
            expectClose(survival, share, "survival at \(moment)", tolerance: 1e-12, scale: 1)
        }
    }

    @Test("give the value of the last step at any time")
    func lookup() throws {
        let curve = try kaplanMeier(Outcome(time: [1, 2, 4, 4], event: [true, false, true, false]))
        #expect(curve.survival(at: 0) == 1)
        #expect(curve.survival(at: 0.999) == 1)
        #expect(curve.survival(at: 1) == 0.75)
        #expect(curve.survival(at: 3.9) == 0.75)
        #expect(curve.survival(at: 4) == 0.375)
        #expect(curve.survival(at: 1e9) == 0.375)
    }

    @Test("order groups as numbers, or as text")
    func groupOrder() throws {
        let outcome = try Outcome(time: [1, 2, 3], event: [true, true, false])
        #expect(try kaplanMeier(outcome, groups: ["10", "9", "-2"]).map(\.name) == ["-2", "9", "10"])
        #expect(try kaplanMeier(outcome, groups: ["b", "9", "a"]).map(\.name) == ["9", "a", "b"])
    }

    @Test("refuse what they cannot be made of")
    func badInput() throws {
        let outcome = try Outcome(time: [1, 2], event: [true, false])
        let nobody = try Outcome(time: [], event: [])
        #expect(throws: StatisticsError.noPatients) { try kaplanMeier(nobody) }
        #expect(throws: StatisticsError.noPatients) { try kaplanMeier(nobody, groups: []) }
        #expect(throws: StatisticsError.invalidLevel(1)) { try kaplanMeier(outcome, level: 1) }
        #expect(throws: StatisticsError.self) { try kaplanMeier(outcome, level: .nan) }
        #expect(throws: StatisticsError.lengthsDiffer(what: "group labels", count: 1, patients: 2)) {
            try kaplanMeier(outcome, groups: ["a"])
        }
        #expect(throws: StatisticsError.invalidProbability(1.5)) { try kaplanMeier(outcome).quantile(1.5) }
    }
}
