import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Residuals of Cox regression")
struct CoxResidualTests {
    private struct Case: Decodable {
        let data: String
        let covariates: [String]
        let ties: String
        let strata: String
        let cluster: String
        let coefficient: [Double]
        let covariance: [Double]
        let modelCovariance: [Double]
        let martingale: [[Double]]
        let deviance: [[Double]]
        let schoenfeld: [[Double]]
        let schoenfeldTime: [Double]
        let scaledSchoenfeld: [[Double]]
        let score: [[Double]]
        let dfbeta: [[Double]]
        let dfbetas: [[Double]]
    }

    @Test("agree with R's residuals")
    func agreesWithR() throws {
        let data = try OracleData()
        let cases = try Oracle.cases("coxResiduals", as: [Case].self)
        #expect(cases.count == 13)
        for r in cases {
            let place = "\(r.covariates) of \(r.data), \(r.ties), strata \(r.strata), cluster \(r.cluster):"
            let set = try data.set(r.data, needing: r.covariates + [r.strata, r.cluster].filter { !$0.isEmpty })
            let strata = r.strata.isEmpty ? nil : try set.integers(r.strata)
            let covariates = try set.matrix(r.covariates)
            var model = try CoxModel.fit(
                set.outcome, covariates: covariates, names: r.covariates,
                ties: #require(CoxModel.Ties(rawValue: r.ties)), strata: strata,
                variance: r.cluster.isEmpty ? .model : .clustered(set.integers(r.cluster)))
            for index in r.covariates.indices {
                expectClose(
                    model.modelCovariance[index, index], r.modelCovariance[index * (r.covariates.count + 1)],
                    "\(place) variance", tolerance: 1e-6)
            }
            // R iterates further; at its coefficients nothing is iterated.
            model.use(
                coefficients: r.coefficient, covariance: r.covariance, modelCovariance: r.modelCovariance, covariates)
            for (kind, expected) in [
                (CoxResiduals.Kind.martingale, r.martingale), (.deviance, r.deviance), (.schoenfeld, r.schoenfeld),
                (.scaledSchoenfeld, r.scaledSchoenfeld), (.score, r.score), (.dfbeta, r.dfbeta),
                (.dfbetas, r.dfbetas),
            ] {
                let residuals = try model.residuals(kind, set.outcome, covariates: covariates, strata: strata)
                #expect(residuals.values.columns == expected.count && residuals.values.rows == residuals.patients.count)
                for (column, values) in expected.enumerated() {
                    let largest = values.reduce(0) { max($0, abs($1)) }
                    expectClose(
                        (0..<residuals.values.rows).map { residuals.values[$0, column] }, values,
                        "\(place) \(kind) \(column)", scale: largest)
                }
                if kind == .schoenfeld {
                    // Of nearly equal times R names the first.
                    expectClose(
                        residuals.patients.map { set.outcome.time[$0] }, r.schoenfeldTime, "\(place) times",
                        tolerance: 1e-7)
                    #expect(residuals.patients.allSatisfy { set.outcome.event[$0] })
                } else if kind != .scaledSchoenfeld {
                    #expect(residuals.patients == Array(0..<set.outcome.count))
                }
            }
        }
    }

    @Test("martingale residuals sum to nothing in each stratum, and deviances have their sign")
    func properties() throws {
        let set = try OracleData().set("ties")
        let (covariates, strata) = try (set.matrix(["x", "z"]), set.integers("group"))
        for ties in [CoxModel.Ties.efron, .breslow] {
            let model = try CoxModel.fit(
                set.outcome, covariates: covariates, names: ["x", "z"], ties: ties, strata: strata)
            let martingale = try model.residuals(
                .martingale, set.outcome, covariates: covariates, strata: strata
            ).values.values
            for stratum in Set(strata) {
                let sum = strata.indices.filter { strata[$0] == stratum }.reduce(0) { $0 + martingale[$1] }
                #expect(abs(sum) <= 1e-10, "\(ties), stratum \(stratum): \(sum)")
            }
            let deviance = try model.residuals(.deviance, set.outcome, covariates: covariates, strata: strata)
            for (row, value) in deviance.values.values.enumerated() {
                // sign(M) √(−2 (M + δ ln(δ − M))), Therneau et al. 1990.
                let residual = martingale[row]
                let logarithm = set.outcome.event[row] ? log(1 - residual) : 0
                let size = max(0, -2 * (residual + logarithm)).squareRoot()
                #expect(abs(value - (residual < 0 ? -size : size)) <= 1e-9, "\(ties), row \(row)")
            }
            // At the maximum the scores cancel.
            let score = try model.residuals(.score, set.outcome, covariates: covariates, strata: strata).values
            for column in 0..<2 {
                #expect(abs((0..<score.rows).reduce(0) { $0 + score[$1, column] }) <= 1e-4)
            }
        }
    }

    @Test("a deviance near 0 keeps its digits, and one of an event that nobody expected is finite")
    func extremes() throws {
        let x: [Double] = [0.3, -900, 0.1, 2, 1, 0.7, 3, 0.2]
        let outcome = try Outcome(
            time: [3, 1, 5, 2, 4, 2, 6, 7], event: [true, true, false, true, true, true, true, false])
        let covariates = Matrix(rows: 8, columns: 1, values: x)
        var model = try CoxModel.fit(outcome, covariates: covariates, names: ["x"])
        model.linearPredictor = x
        let deviance = try model.residuals(.deviance, outcome, covariates: covariates).values.values
        #expect(deviance.allSatisfy { $0.isFinite })
        // −2 (1 + log e): e is exp(−900) over the sum of the others, about exp(−903.7).
        let sum = x.map { exp($0) }.reduce(0, +)
        expectClose(deviance[1], (-2 * (1 - 900 - log(sum))).squareRoot(), "deviance", tolerance: 1e-12)
    }

    @Test("lengths are checked")
    func badInput() throws {
        let set = try OracleData().set("ties")
        let covariates = try set.matrix(["x"])
        let model = try CoxModel.fit(set.outcome, covariates: covariates, names: ["x"])
        let fewer = set.outcome[Array(0..<100)]
        #expect(throws: StatisticsError.lengthsDiffer(what: "rows of covariates", count: 240, patients: 100)) {
            _ = try model.residuals(.score, fewer, covariates: covariates)
        }
        #expect(throws: StatisticsError.lengthsDiffer(what: "strata", count: 3, patients: 240)) {
            _ = try model.baseline(set.outcome, strata: [1, 2, 3])
        }
        #expect(throws: StatisticsError.lengthsDiffer(what: "linear predictors", count: 240, patients: 100)) {
            _ = try model.baseline(fewer)
        }
    }
}
