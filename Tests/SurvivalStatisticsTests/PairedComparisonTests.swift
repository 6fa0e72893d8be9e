import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Paired comparison")
struct PairedComparisonTests {
    private struct Cases: Decodable {
        let cases: [Case]
        let fits: Fits
    }

    private struct Case: Decodable {
        let data: String
        let first: String
        let second: String
        let fold: [Int]
        let uno: Bool
        let horizon: Double?
        let folds: [Double]
        let foldErrors: [Double]
        let difference: Double
        let standardError: Double
        let firstError: Double
        let lower: Double
        let upper: Double
        let p: Double
        let influence: [Double]
    }

    private struct Fits: Decodable {
        let concordance: [Double]
        let covariance: [Double]
    }

    private func judged(_ r: Case, _ column: String, _ set: DataSet) throws -> [JudgedFold] {
        let risk = try set.numbers(column)
        return try Set(r.fold).sorted().map { fold in
            let rows = r.fold.indices.filter { r.fold[$0] == fold }
            let (outcome, risk) = (set.outcome[rows], rows.map { risk[$0] })
            return JudgedFold(
                try r.uno
                    ? unoInfluence(outcome, risk: risk, horizon: r.horizon) : concordanceInfluence(outcome, risk: risk))
        }
    }

    @Test("of concordances agrees with R's covariance of concordances, fold by fold")
    func concordances() throws {
        let data = try OracleData()
        for r in try Oracle.cases("paired", as: Cases.self).cases {
            let set = try data.set(r.data, needing: [r.first, r.second])
            let place = "\(r.first) and \(r.second) of \(r.data)\(r.uno ? ", Uno's" : ""):"
            let first = try judged(r, r.first, set)
            expectClose(first[0].deviations, r.influence, "\(place) influence", scale: 1e-3)
            let model = JudgedModel([first])
            expectClose(model.standardError, r.firstError, "\(place) error of the first")
            let result = try pairedDifference(model, JudgedModel([judged(r, r.second, set)]))
            expectClose(result.folds, r.folds, "\(place) folds", scale: 0.1)
            expectClose(result.foldErrors, r.foldErrors, "\(place) errors of folds")
            expectClose(result.difference, r.difference, "\(place) difference", scale: 0.1)
            expectClose(result.standardError, r.standardError, "\(place) standard error")
            expectClose(result.lower, r.lower, "\(place) lower", scale: 0.1)
            expectClose(result.upper, r.upper, "\(place) upper", scale: 0.1)
            expectClose(result.p, r.p, "\(place) p")
            #expect(result.isWithinSeedNoise == nil && result.seedError == nil)
        }
    }

    @Test("agrees with R's concordance of two fits")
    func fits() throws {
        let set = try OracleData().set("veteran")
        let r = try Oracle.cases("paired", as: Cases.self).fits
        // The fit's coefficient of karno is negative.
        let risks = try [set.numbers("karno").map { -$0 }, set.numbers("age")]
        let models = try risks.map {
            JudgedModel([[JudgedFold(try concordanceInfluence(set.outcome, risk: $0))]])
        }
        let result = try pairedDifference(models[0], models[1])
        expectClose(result.difference, r.concordance[0] - r.concordance[1], "difference")
        let variance = r.covariance[0] + r.covariance[3] - 2 * r.covariance[1]
        expectClose(result.standardError, variance.squareRoot(), "standard error")
    }

    @Test("of seeds adds their variance, and knows seed noise")
    func seeds() throws {
        func fold(_ value: Double, _ deviations: [Double]) -> JudgedFold {
            JudgedFold(value: value, deviations: deviations)
        }
        // Two folds; the first model has seeds with means 0.7 and 0.8, the second with 0.6, 0.7 and 0.65.
        let first = JudgedModel([
            [fold(0.6, [0.3, 0]), fold(0.8, [0.1])], [fold(0.8, [0.1, 0.2]), fold(0.8, [0.1])],
        ])
        let second = JudgedModel([
            [fold(0.6, [0, 0]), fold(0.6, [0])], [fold(0.7, [0.3, 0]), fold(0.7, [0])],
            [fold(0.65, [0, 0]), fold(0.65, [0])],
        ])
        expectClose(first.seedDeviation, 0.005.squareRoot(), "sd of the first")
        expectClose(second.seedDeviation, 0.05, "sd of the second")
        let result = try pairedDifference(first, second)
        expectClose(result.difference, 0.1, "difference")
        // Mean deviations 0.2 - 0.1, 0.1 and 0.1.
        expectClose(result.patientError, (0.03 / 4).squareRoot(), "patients")
        let (a, b) = (0.005 / 2, 0.0025 / 3)
        expectClose(result.seedError, (a + b).squareRoot(), "seeds")
        expectClose(result.standardError, (0.03 / 4 + a + b).squareRoot(), "standard error")
        // R: qt(0.975, (a + b)^2 / (a^2 / 1 + b^2 / 2)) is 7.10094… for 1.6842… degrees of freedom.
        let freedom = (a + b) * (a + b) / (a * a + b * b / 2)
        let noise = try #require(result.seedNoise)
        expectClose(
            noise, (a + b).squareRoot() * Distributions.studentQuantile(0.975, degreesOfFreedom: freedom), "noise")
        expectClose(Distributions.studentQuantile(0.975, degreesOfFreedom: 2), 4.302652729911275, "Student's quantile")
        #expect(result.isWithinSeedNoise == true)
    }

    @Test("of resampled values keeps what resamples share")
    func resampled() throws {
        let shared = (0..<40).map { Double($0 % 7) }
        let folds = try JudgedFold.folds([3, 4], resampled: shared.map { [$0, $0 + 1] })
        let result = { try pairedDifference(JudgedModel([[folds[0]]]), JudgedModel([[folds[1]]])) }
        #expect(throws: PairingError.noDifference(-1)) { try result() }
        let mean = shared.reduce(0, +) / 40
        let variance = shared.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 39
        expectClose(JudgedModel([[folds[0]]]).standardError, variance.squareRoot(), "standard error")
        #expect(throws: ResamplingError.tooFewResamples(3)) {
            try JudgedFold.folds([1], resampled: [[1], [2], [3]])
        }
        let holes = shared.enumerated().map { [$0.offset < 21 ? .nan : $0.element] }
        #expect(throws: ResamplingError.mostlyUndefined(undefined: 21, of: 40)) {
            try JudgedFold.folds([1], resampled: holes)
        }
    }

    private func predictions(_ patients: [String], time: [Double] = [1, 2, 3], fold: [Int] = [1, 1, 2]) throws
        -> Predictions
    {
        Predictions(
            patients: patients, outcome: try Outcome(time: time, event: [true, false, true]), risk: [1, 2, 3], grid: [],
            survival: Matrix(rows: 3, columns: 0, values: []), fold: fold, covariates: Table(rowCount: 3),
            run: Predictions.Run(model: "m", seed: 1, settings: []))
    }

    @Test("pairs patients by name, and names the first difference")
    func pairing() throws {
        let first = try predictions(["a", "b", "c"])
        let turned = try PairedPredictions(
            [first, predictions(["c", "b", "a"], time: [3, 2, 1], fold: [2, 1, 1])], names: ["p", "q"])
        #expect(turned.rows == [[0, 1, 2], [2, 1, 0]])
        func error(_ other: Predictions) -> String? {
            do {
                _ = try PairedPredictions([first, other], names: ["p", "q"])
                return nil
            } catch { return (error as? PairingError)?.errorDescription }
        }
        #expect(
            try error(predictions(["a", "x", "y"]))
                == "the patients differ: b is in p, but not in q (2 only in the former, 2 only in the latter)")
        #expect(
            try error(predictions(["a", "b", "c"], time: [1, 2, 4]))
                == "the outcomes differ: patient c has the event at 3.0 in p, but the event at 4.0 in q")
        #expect(
            try error(predictions(["a", "b", "c"], fold: [2, 1, 1]))
                == "the folds differ: patient a is in fold 1 of p, but in fold 2 of q; so it is for 2 patients")
        #expect(try error(predictions(["a", "b", "b"])) == "patient b is in q more than once")
    }
}
