import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Baseline hazards and predicted curves of Cox regression")
struct CoxCurveTests {
    private struct Baseline: Decodable {
        let time: [Double]
        let centred: [Double]
        let atZero: [Double]
    }

    private struct Curve: Decodable {
        let interval: String
        let time: [Double]
        let atRisk: [Double]
        let events: [Double]
        let censored: [Double]
        let hazard: [Double]
        let survival: [Double]
        let error: [Double]
        let lower: [Double?]
        let upper: [Double?]
        let median: [Double?]
        let medianLower: [Double?]
        let medianUpper: [Double?]
    }

    private struct Case: Decodable {
        let data: String
        let covariates: [String]
        let ties: String
        let strata: String
        let cluster: String
        let coefficient: [Double]
        let covariance: [Double]
        let level: Double
        let baseline: Baseline
        let means: [Double]
        let atMeans: [Curve]
        let rows: [Int]
        let profiles: [[Curve]]
    }

    private func expect(_ curves: [PredictedCurve], _ r: Curve, _ place: String) {
        expectClose(curves.flatMap(\.time), r.time, "\(place) time", tolerance: 1e-7)
        #expect(curves.flatMap(\.atRisk).map(Double.init) == r.atRisk, "\(place) at risk")
        #expect(curves.flatMap(\.eventCount).map(Double.init) == r.events, "\(place) events")
        #expect(curves.flatMap(\.censoredCount).map(Double.init) == r.censored, "\(place) censored")
        expectClose(curves.flatMap(\.cumulativeHazard), r.hazard, "\(place) hazard")
        expectClose(curves.flatMap(\.survival), r.survival, "\(place) survival")
        expectClose(curves.flatMap(\.standardError), r.error, "\(place) error")
        expectClose(curves.flatMap(\.lower), r.lower, "\(place) lower")
        expectClose(curves.flatMap(\.upper), r.upper, "\(place) upper")
        for (index, curve) in curves.enumerated() {
            expectClose(curve.median, r.median[index], "\(place) median")
            expectClose(curve.medianLower, r.medianLower[index], "\(place) lower median")
            expectClose(curve.medianUpper, r.medianUpper[index], "\(place) upper median")
        }
    }

    @Test("agree with R's basehaz and survfit")
    func agreesWithR() throws {
        let data = try OracleData()
        let cases = try Oracle.cases("coxCurves", as: [Case].self)
        #expect(cases.count == 11)
        for r in cases {
            let place = "\(r.covariates) of \(r.data), \(r.ties), strata \(r.strata), cluster \(r.cluster):"
            let set = try data.set(r.data, needing: r.covariates + [r.strata, r.cluster].filter { !$0.isEmpty })
            let strata = r.strata.isEmpty ? nil : try set.integers(r.strata)
            let covariates = try set.matrix(r.covariates)
            var model = try CoxModel.fit(
                set.outcome, covariates: covariates, names: r.covariates,
                ties: #require(CoxModel.Ties(rawValue: r.ties)), strata: strata,
                variance: r.cluster.isEmpty ? .model : .clustered(set.integers(r.cluster)))
            expectClose(model.means, r.means, "\(place) means")
            model.use(coefficients: r.coefficient, covariance: r.covariance, covariates)
            let centred = try model.baseline(set.outcome, strata: strata)
            let atZero = try model.baseline(set.outcome, strata: strata, centred: false)
            expectClose(centred.flatMap(\.time), r.baseline.time, "\(place) baseline time", tolerance: 1e-7)
            expectClose(centred.flatMap(\.cumulativeHazard), r.baseline.centred, "\(place) baseline")
            expectClose(atZero.flatMap(\.cumulativeHazard), r.baseline.atZero, "\(place) baseline at 0")
            expectClose(
                centred.flatMap(\.survival), r.baseline.centred.map { exp(-$0) }, "\(place) baseline survival")
            for (kind, expected) in r.atMeans.enumerated() {
                let interval = try #require(SurvivalInterval(rawValue: expected.interval))
                let means = CoxModel.numbers(strata).map { CoxModel.Profile(covariates: model.means, stratum: $0) }
                expect(
                    try model.curves(
                        set.outcome, covariates: covariates, strata: strata, of: means, level: r.level,
                        interval: interval), expected, "\(place) at means, \(interval)")
                let profiles = r.rows.map {
                    CoxModel.Profile(covariates: Array(covariates[row: $0]), stratum: strata?[$0])
                }
                let curves = try model.curves(
                    set.outcome, covariates: covariates, strata: strata, of: profiles, level: r.level,
                    interval: interval)
                for (index, curve) in curves.enumerated() {
                    expect([curve], r.profiles[index][kind], "\(place) row \(r.rows[index]), \(interval)")
                    #expect(curve.stratum == strata?[r.rows[index]])
                }
            }
        }
    }

    @Test("read between their times, and far risks do not overflow")
    func lookup() throws {
        let x: [Double] = [0.3, 800, 0.1, 2, 1, 0.7, 3, 0.2]
        let outcome = try Outcome(
            time: [3, 1, 5, 2, 4, 2, 6, 7], event: [true, true, false, true, true, true, true, false])
        let covariates = Matrix(rows: 8, columns: 1, values: x)
        var model = try CoxModel.fit(outcome, covariates: covariates, names: ["x"])
        model.means = [0]
        model.terms[0].coefficient = 1
        model.linearPredictor = x
        let baseline = try model.baseline(outcome)[0]
        #expect(baseline.logCumulativeHazard.allSatisfy { $0.isFinite })
        expectClose(baseline.logCumulativeHazard[0], -800, "log hazard")
        #expect(baseline.survival(at: 0.5) == 1 && baseline.survival(at: 1) == 1)
        expectClose(baseline.survival(at: 1.5, linearPredictor: 800), exp(-1), "survival")
        // Two events at 2, of hazards a and b among all that are left: Efron's second step sees half of both.
        let (others, own) = ([0.3, 0.1, 1, 3, 0.2].reduce(0) { $0 + exp($1) }, exp(2.0) + exp(0.7))
        let expected = 1 / (others + own) + 1 / (others + own / 2)
        expectClose(baseline.survival(at: 2.9), exp(-expected), "survival at 2.9")
        let curves = try model.curves(
            outcome, covariates: covariates, of: [800, -800, 0].map { CoxModel.Profile(covariates: [$0]) })
        for curve in curves { #expect(curve.survival.allSatisfy { (0...1).contains($0) }) }
        #expect(curves[1].survival.allSatisfy { $0 == 1 })
        #expect(throws: StatisticsError.invalidLevel(1)) {
            _ = try model.curves(outcome, covariates: covariates, of: [], level: 1)
        }
    }
}
