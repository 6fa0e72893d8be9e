import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Cumulative hazard, restricted mean and follow-up")
struct CurveSummaryTests {
    private struct HazardCase: Decodable {
        struct Curve: Decodable {
            let time: [Double]
            let cumulativeHazard: [Double]
            let standardError: [Double]
            let lower: [Double?]
            let upper: [Double?]
        }

        let data: String
        let by: String
        let curves: [Curve]
    }

    @Test("Nelson-Aalen agrees with R's survfit")
    func hazard() throws {
        let data = try OracleData()
        for r in try Oracle.cases("nelsonAalen", as: [HazardCase].self) {
            let set = try data.set(r.data)
            let curves = try nelsonAalen(set.outcome, groups: set.labels(r.by))
            #expect(curves.count == r.curves.count)
            for (curve, expected) in zip(curves, r.curves) {
                let place = "\(r.data), group \(curve.name ?? ""):"
                #expect(curve.time == expected.time)
                expectClose(curve.cumulativeHazard, expected.cumulativeHazard, "\(place) hazard")
                expectClose(curve.standardError, expected.standardError, "\(place) standard error")
                expectClose(curve.lower, expected.lower, "\(place) lower")
                expectClose(curve.upper, expected.upper, "\(place) upper")
            }
        }
    }

    private struct MeanCase: Decodable {
        let data: String
        let by: String
        let horizon: Double
        let mean: [Double]
        let standardError: [Double]
        let lower: [Double]
        let upper: [Double]
        let difference: [Double]
        let ratio: [Double]
    }

    @Test("restricted means agree with R's survfit, their contrasts with the normal theory")
    func restrictedMeans() throws {
        let data = try OracleData()
        for r in try Oracle.cases("restrictedMean", as: [MeanCase].self) {
            let set = try data.set(r.data)
            let means = try restrictedMean(set.outcome, groups: set.labels(r.by), horizon: r.horizon)
            let place = "\(r.data) to \(r.horizon):"
            expectClose(means.map(\.mean), r.mean, "\(place) mean")
            expectClose(means.map(\.standardError), r.standardError, "\(place) standard error")
            expectClose(means.map(\.lower), r.lower, "\(place) lower")
            expectClose(means.map(\.upper), r.upper, "\(place) upper")
            let difference = try means[1].difference(from: means[0])
            let ratio = try means[1].ratio(to: means[0])
            for (contrast, expected) in [(difference, r.difference), (ratio, r.ratio)] {
                expectClose(contrast.estimate, expected[0], "\(place) contrast", scale: 1)
                expectClose(contrast.lower, expected[1], "\(place) lower bound of the contrast")
                expectClose(contrast.upper, expected[2], "\(place) upper bound of the contrast")
                expectClose(contrast.p, expected[3], "\(place) p")
            }
        }
    }

    private struct FollowUpCase: Decodable {
        let data: String
        let survival: [Double]
        let median: Double?
        let lower: Double?
        let upper: Double?
    }

    @Test("follow-up agrees with R's survfit of the time to censoring")
    func reversed() throws {
        let data = try OracleData()
        for r in try Oracle.cases("followUp", as: [FollowUpCase].self) {
            let curve = try followUp(data.set(r.data).outcome)
            expectClose(curve.survival, r.survival, "\(r.data) survival")
            expectClose(curve.median, r.median, "\(r.data) median")
            expectClose(curve.medianLower, r.lower, "\(r.data) lower bound")
            expectClose(curve.medianUpper, r.upper, "\(r.data) upper bound")
        }
    }

    @Test("refuse what they cannot be made of")
    func badInput() throws {
        let outcome = try Outcome(time: [1, 2, 3], event: [true, false, false])
        let nobody = try Outcome(time: [], event: [])
        #expect(throws: StatisticsError.noPatients) { try nelsonAalen(nobody) }
        #expect(throws: StatisticsError.noPatients) { try followUp(nobody) }
        #expect(throws: StatisticsError.noPatients) { try restrictedMean(nobody, horizon: 1) }
        #expect(throws: StatisticsError.invalidLevel(0)) { try nelsonAalen(outcome, level: 0) }
        #expect(throws: StatisticsError.lengthsDiffer(what: "group labels", count: 1, patients: 3)) {
            try restrictedMean(outcome, groups: ["a"], horizon: 1)
        }
        for horizon in [0, -1, 3.5, .infinity] {
            #expect(throws: StatisticsError.horizon(horizon, last: 3, group: nil)) {
                try restrictedMean(outcome, horizon: horizon)
            }
        }
        #expect(throws: StatisticsError.horizon(2.5, last: 2, group: "b")) {
            try restrictedMean(outcome, groups: ["a", "b", "a"], horizon: 2.5)
        }
        let early = try restrictedMean(outcome, horizon: 0.5)
        #expect(early.mean == 0.5 && early.standardError == 0)
        #expect(throws: StatisticsError.noVarianceOfMeans) { try early.difference(from: early) }
        // A curve that has reached 0 stays there.
        #expect(try restrictedMean(Outcome(time: [1, 3], event: [true, true]), horizon: 50).mean == 2)
    }
}
