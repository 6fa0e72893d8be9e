import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Calibration")
struct CalibrationTests {
    private struct Case: Decodable {
        let data: String
        let survival: [Double]
        let horizon: Double
        let groups: Int
        let level: Double
        let patients: [Int]
        let events: [Int]
        let predicted: [Double]
        let observed: [Double?]
        let lower: [Double?]
        let upper: [Double?]
        let curve: [Double]
        let index: Double
        let median: Double
        let ninetieth: Double
        let largest: Double
        let slope: Double
        let slopeError: Double
        let observedToExpected: Double
    }

    @Test("by group agrees with R's Kaplan-Meier")
    func groups() throws {
        let data = try OracleData()
        for r in try Oracle.cases("calibration", as: [Case].self) {
            let outcome = try data.set(r.data).outcome
            let result = try calibration(
                outcome, survival: r.survival, horizon: r.horizon, groups: r.groups, level: r.level)
            #expect(result.groups.map(\.patients) == r.patients && result.groups.map(\.events) == r.events)
            expectClose(result.groups.map(\.predicted), r.predicted, "\(r.data) predicted")
            expectClose(result.groups.map(\.observed), r.observed, "\(r.data) observed")
            for (group, bounds) in zip(result.groups, zip(r.lower, r.upper)) where group.observed < 1 {
                expectClose(group.lower, bounds.0, "\(r.data) lower")
                expectClose(group.upper, bounds.1, "\(r.data) upper")
            }
            expectClose(result.observedToExpected, r.observedToExpected, "\(r.data) observed to expected")
        }
    }

    @Test("by spline agrees with R's coxph and rms")
    func smooth() throws {
        let data = try OracleData()
        for r in try Oracle.cases("calibration", as: [Case].self) {
            let result = try smoothCalibration(
                data.set(r.data).outcome, survival: r.survival, horizon: r.horizon, level: r.level)
            // Newton's steps end at a relative change of 1e-9 of the likelihood.
            expectClose(result.observed, r.curve, "\(r.data) curve", tolerance: 1e-6)
            expectClose(result.index, r.index, "\(r.data) index", tolerance: 1e-6)
            expectClose(result.median, r.median, "\(r.data) median", tolerance: 1e-6)
            expectClose(result.ninetieth, r.ninetieth, "\(r.data) 90th percentile", tolerance: 1e-6)
            expectClose(result.largest, r.largest, "\(r.data) largest", tolerance: 1e-6)
            expectClose(result.slope, r.slope, "\(r.data) slope", tolerance: 1e-6)
            expectClose(result.slopeError, r.slopeError, "\(r.data) error of the slope", tolerance: 1e-6)
        }
    }

    @Test("refuses what it cannot see")
    func badInput() throws {
        let outcome = try Outcome(time: [1, 2, 3, 4, 5, 6], event: [true, true, false, true, true, false])
        let spread = [0.1, 0.3, 0.5, 0.6, 0.8, 0.9]
        #expect(throws: CalibrationError.horizon(6, last: 6)) {
            try calibration(outcome, survival: spread, horizon: 6)
        }
        #expect(throws: CalibrationError.horizon(0, last: 6)) {
            try smoothCalibration(outcome, survival: spread, horizon: 0)
        }
        #expect(throws: CalibrationError.self) { try calibration(outcome, survival: spread, horizon: .nan) }
        #expect(throws: CalibrationError.notAProbability(1.5, row: 1)) {
            try calibration(outcome, survival: [0.5, 1.5, 0, 0, 0, 0], horizon: 2)
        }
        #expect(throws: CalibrationError.certain(patients: 2, of: 6)) {
            try smoothCalibration(outcome, survival: [0, 1, 0.5, 0.5, 0.4, 0.3], horizon: 2)
        }
        #expect(throws: CalibrationError.tooFewDistinct(2)) {
            try smoothCalibration(outcome, survival: [0.5, 0.5, 0.5, 0.6, 0.6, 0.6], horizon: 2)
        }
        #expect(throws: StatisticsError.lengthsDiffer(what: "predictions", count: 1, patients: 6)) {
            try calibration(outcome, survival: [0.5], horizon: 2)
        }
        #expect(CalibrationError.horizon(6, last: 6).recoverySuggestion == "use a horizon above 0 and below 6")
    }
}
