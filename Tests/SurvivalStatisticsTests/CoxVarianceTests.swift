import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Robust and clustered variance of Cox regression")
struct CoxVarianceTests {
    private struct Case: Decodable {
        let data: String
        let covariates: [String]
        let ties: String
        let strata: String
        let cluster: String
        let level: Double
        let clusters: Int
        let coefficient: [Double]
        let standardError: [Double]
        let modelStandardError: [Double]
        let z: [Double]
        let p: [Double]
        let lower: [Double]
        let upper: [Double]
        let covariance: [Double]
        let wald: [Double]
        let robustScore: [Double]
        let martingale: [Double]
        let score: [[Double]]
    }

    /// R iterates to the maximum; with the ordinary rule to stop, its sums at the end differ by the last step.
    private let tolerance = 1e-6

    @Test("agrees with R's coxph")
    func agreesWithR() throws {
        let data = try OracleData()
        for r in try Oracle.cases("coxVariance", as: [Case].self) {
            let place = "\(r.covariates) of \(r.data), \(r.ties), strata \(r.strata), cluster \(r.cluster):"
            let set = try data.set(r.data, needing: r.covariates + [r.strata, r.cluster].filter { !$0.isEmpty })
            let ties = try #require(CoxModel.Ties(rawValue: r.ties))
            let strata = r.strata.isEmpty ? nil : try set.integers(r.strata)
            let covariates = try set.matrix(r.covariates)
            let model = try CoxModel.fit(
                set.outcome, covariates: covariates, names: r.covariates, ties: ties, strata: strata,
                variance: r.cluster.isEmpty ? .robust : .clustered(set.integers(r.cluster)), level: r.level)
            #expect(model.clusters == r.clusters)
            let size = r.covariates.count
            for (index, term) in model.terms.enumerated() {
                let what = "\(place) \(term.name)"
                for (actual, expected) in [
                    (term.coefficient, r.coefficient[index]), (term.standardError, r.standardError[index]),
                    (term.modelStandardError, r.modelStandardError[index]), (term.z, r.z[index]), (term.p, r.p[index]),
                    (term.lower, r.lower[index]), (term.upper, r.upper[index]),
                ] {
                    expectClose(actual, expected, what, tolerance: tolerance)
                }
                for other in 0..<size {
                    expectClose(
                        model.covariance[index, other], r.covariance[index * size + other],
                        "\(what) covariance with \(other)", tolerance: tolerance,
                        scale: r.standardError[index] * r.standardError[other])
                }
            }
            let robustScore = try #require(model.robustScore)
            for (test, expected, name) in [(model.wald, r.wald, "Wald"), (robustScore, r.robustScore, "score")] {
                expectClose(test.chiSquare, expected[0], "\(place) \(name)", tolerance: tolerance)
                #expect(Double(test.degreesOfFreedom) == expected[1])
                expectClose(test.p, expected[2], "\(place) \(name) p", tolerance: tolerance)
            }
            // At R's own coefficients nothing is iterated.
            let predictor = (0..<covariates.rows).map { row in
                (0..<size).reduce(0) { $0 + covariates[row, $1] * r.coefficient[$1] }
            }
            let residuals = try ScoreResiduals(
                RiskSets.sets(set.outcome, strata: strata), covariates: covariates, means: model.means,
                predictor: predictor, ties: ties)
            expectClose(residuals.martingale, r.martingale, "\(place) martingale", scale: 1)
            for column in 0..<size {
                let expected = r.score[column]
                let largest = expected.reduce(0) { max($0, abs($1)) }
                expectClose(
                    (0..<covariates.rows).map { residuals.score[$0, column] }, expected,
                    "\(place) score of \(r.covariates[column])", scale: largest)
            }
        }
    }

    @Test("one patient per cluster is the robust variance, whatever the numbers of the clusters")
    func singletons() throws {
        let set = try OracleData().set("ties")
        let (covariates, names) = try (set.matrix(["x", "y"]), ["x", "y"])
        let robust = try CoxModel.fit(set.outcome, covariates: covariates, names: names, variance: .robust)
        let single = try CoxModel.fit(
            set.outcome, covariates: covariates, names: names,
            variance: .clustered((0..<covariates.rows).map { 1000 - 3 * $0 }))
        for (a, b) in zip(robust.terms, single.terms) {
            expectClose(a.standardError, b.standardError, a.name, tolerance: 1e-12)
        }
        let model = try CoxModel.fit(set.outcome, covariates: covariates, names: names)
        #expect(model.robustScore == nil && model.clusters == nil)
        #expect(model.terms.map(\.standardError) == robust.terms.map(\.modelStandardError))
        #expect(model.terms.map(\.coefficient) == robust.terms.map(\.coefficient))
        #expect(model.likelihoodRatio == robust.likelihoodRatio)
    }

    @Test("does not overflow on extreme covariates")
    func extremes() throws {
        let x: [Double] = [0.3, 5000, 0.1, 2, 1, 0.7, 3, 0.2]
        let outcome = try Outcome(
            time: [3, 1, 5, 2, 4, 2, 6, 7], event: [true, true, false, true, true, true, true, false])
        let residuals = try ScoreResiduals(
            RiskSets.sets(outcome, strata: nil), covariates: Matrix(rows: 8, columns: 1, values: x), means: [0],
            predictor: x, ties: .efron)
        #expect(!residuals.score.values.contains { !$0.isFinite })
        #expect(abs(residuals.martingale.reduce(0, +)) < 1e-12)
    }

    @Test("refuses clusters that cannot give a variance")
    func badInput() throws {
        let outcome = try Outcome(time: [1, 2, 3, 4, 5, 6], event: [true, true, false, true, true, false])
        let column = Matrix(rows: 6, columns: 1, values: [1, 5, 2, 2, 7, 3])
        func fit(_ clusters: [Int]) throws -> CoxModel {
            try CoxModel.fit(outcome, covariates: column, names: ["a"], variance: .clustered(clusters))
        }
        #expect(throws: CoxError.tooFewClusters(1, covariates: 1)) { try fit([4, 4, 4, 4, 4, 4]) }
        #expect(throws: StatisticsError.lengthsDiffer(what: "clusters", count: 2, patients: 6)) { try fit([1, 2]) }
        #expect(try fit([1, 1, 1, 2, 2, 2]).clusters == 2)
    }
}
