import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("The partial likelihood")
struct PartialLikelihoodTests {
    /// Value, score and information by their definition: every event time sums over its whole risk set, relative to
    /// the largest hazard in it.
    private func definition(
        _ outcome: Outcome, _ x: [[Double]], strata: [Int], ties: CoxModel.Ties, _ beta: [Double]
    ) -> (value: Double, score: [Double], information: [[Double]]) {
        let count = beta.count
        let eta = x.map { row in zip(row, beta).reduce(0) { $0 + $1.0 * $1.1 } }
        var value = 0.0
        var score = [Double](repeating: 0, count: count)
        var information = [[Double]](repeating: score, count: count)
        for stratum in Set(strata) {
            let members = strata.indices.filter { strata[$0] == stratum }
            for time in Set(members.filter { outcome.event[$0] }.map { outcome.time[$0] }) {
                let atRisk = members.filter { outcome.time[$0] >= time }
                let dead = atRisk.filter { outcome.time[$0] == time && outcome.event[$0] }
                let shift = atRisk.map { eta[$0] }.max() ?? 0
                for step in dead.indices {
                    let removed = ties == .efron ? Double(step) / Double(dead.count) : 0
                    func hazard(_ row: Int) -> Double {
                        exp(eta[row] - shift) * (dead.contains(row) ? 1 - removed : 1)
                    }
                    let sum = atRisk.reduce(0) { $0 + hazard($1) }
                    let mean = (0..<count).map { k in atRisk.reduce(0) { $0 + hazard($1) * x[$1][k] } / sum }
                    value += eta[dead[step]] - shift - log(sum)
                    for k in 0..<count {
                        score[k] += x[dead[step]][k] - mean[k]
                        for l in 0..<count {
                            information[k][l] += atRisk.reduce(0) {
                                $0 + hazard($1) * (x[$1][k] - mean[k]) * (x[$1][l] - mean[l]) / sum
                            }
                        }
                    }
                }
            }
        }
        return (value, score, information)
    }

    @Test(
        "and its derivatives are right, for hazards within and far beyond the range of a Double",
        arguments: [0.0, 1, 30, 2000])
    func derivatives(size: Double) throws {
        var random = SeededGenerator(seed: 21)
        let rows = 60
        let covariates = Matrix(rows: rows, columns: 5, values: (0..<rows * 5).map { _ in random.normal() })
        let outcome = try Outcome(
            time: (0..<rows).map { _ in Double(Int.random(in: 0...15, using: &random)) },
            event: (0..<rows).map { _ in random.uniform() < 0.7 })
        let strata = (0..<rows).map { _ in Int.random(in: 0...1, using: &random) }
        let beta = [0.3, -0.5, 0.2, 0.7, -0.1].map { $0 * size }
        let scaling = try CovariateScaling(covariates, names: ["a", "b", "c", "d", "e"])
        let x = (0..<rows).map { row in
            (0..<5).map { (covariates[row, $0] - scaling.mean[$0]) * scaling.scale[$0] }
        }
        for ties in CoxModel.Ties.allCases {
            let likelihood = try PartialLikelihood(
                RiskSets.sets(outcome, strata: strata), covariates: covariates, scaling: scaling, ties: ties)
            let point = likelihood.evaluate(beta)
            let expected = definition(outcome, x, strata: strata, ties: ties, beta)
            let place = "\(ties), size \(size):"
            expectClose(point.logLikelihood, expected.value, "\(place) value", tolerance: 1e-11)
            expectClose(point.score, expected.score, "\(place) score", tolerance: 1e-10, scale: 1)
            for row in 0..<5 {
                expectClose(
                    Array(point.information[row: row]), expected.information[row], "\(place) information",
                    tolerance: 1e-10, scale: 1)
            }
        }
    }
}
