import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Cox regression with Firth's penalty")
struct FirthTests {
    private struct Fit: Decodable {
        let data: String
        let covariates: [String]
        let ties: String
        let strata: String
        let level: Double
        let coefficient: [Double]
        let standardError: [Double]
        let lower: [Double]
        let upper: [Double]
        let chiSquare: [Double]
        let p: [Double]
        let logLikelihood: Double
        let penalised: Double
        let null: Double
        let likelihoodRatio: Double
        let wald: Double
    }

    private struct Recorded: Decodable {
        let fits: [Fit]
        let data: [String: [String: [Double?]]]
    }

    @Test("agrees with the penalised likelihood maximised in R")
    func agreesWithR() throws {
        let recorded = try Oracle.cases("firth", as: Recorded.self)
        let data = try OracleData()
        for r in recorded.fits {
            let place = "\(r.covariates) of \(r.data), \(r.ties), strata \(r.strata):"
            let set = try recorded.data[r.data].map { try DataSet(columns: $0) } ?? data.set(r.data)
            let ties = try #require(CoxModel.Ties(rawValue: r.ties))
            let model = try CoxModel.fitFirth(
                set.outcome, covariates: set.matrix(r.covariates), names: r.covariates, ties: ties,
                strata: r.strata.isEmpty ? nil : set.integers(r.strata), level: r.level)
            let firth = try #require(model.firth)
            #expect(model.warnings.isEmpty, "\(place) \(model.warnings)")
            expectClose(model.terms.map(\.coefficient), r.coefficient, "\(place) coefficient", tolerance: 1e-6)
            expectClose(model.terms.map(\.standardError), r.standardError, "\(place) error", tolerance: 1e-6)
            expectClose(model.terms.map { log($0.lower) }, r.lower, "\(place) lower", tolerance: 1e-6, scale: 0.1)
            expectClose(model.terms.map { log($0.upper) }, r.upper, "\(place) upper", tolerance: 1e-6, scale: 0.1)
            expectClose(firth.chiSquares, r.chiSquare, "\(place) chi-square", tolerance: 1e-6, scale: 1e-3)
            expectClose(model.terms.map(\.p), r.p, "\(place) p", tolerance: 1e-6)
            expectClose(model.logLikelihood, r.logLikelihood, "\(place) likelihood", tolerance: 1e-8)
            expectClose(firth.penalisedLogLikelihood, r.penalised, "\(place) penalised", tolerance: 1e-8)
            expectClose(firth.nullPenalisedLogLikelihood, r.null, "\(place) null", tolerance: 1e-8)
            expectClose(model.likelihoodRatio.chiSquare, r.likelihoodRatio, "\(place) LR", tolerance: 1e-6)
            expectClose(model.wald.chiSquare, r.wald, "\(place) Wald", tolerance: 1e-6)
            let multiplier = try Distributions.normalMultiplier(level: r.level)
            for (term, wald) in zip(model.terms, firth.wald) {
                expectClose(
                    log(wald.upper), term.coefficient + multiplier * term.standardError, "\(place) Wald limit")
            }
        }
    }

    @Test("gradient of the penalised likelihood against differences", arguments: [CoxModel.Ties.efron, .breslow])
    func gradient(ties: CoxModel.Ties) throws {
        let set = try OracleData().set("ties", needing: ["x", "z"])
        let covariates = try set.matrix(["x", "z"])
        let likelihood = FirthLikelihood(
            try RiskSets.sets(set.outcome, strata: set.integers("site")), covariates: covariates,
            scaling: try CovariateScaling(covariates, names: ["x", "z"]), ties: ties)
        let (at, step) = ([0.3, -0.7], 1e-4)
        let score = likelihood.evaluate(at).score
        for index in at.indices {
            var (low, high) = (at, at)
            low[index] -= step
            high[index] += step
            let slope = (likelihood.evaluate(high).penalised - likelihood.evaluate(low).penalised) / (2 * step)
            expectClose(score[index], slope, "slope \(index)", tolerance: 1e-6, scale: 1)
        }
    }

    @Test("finite where covariates separate, and free of the order of patients and the unit of covariates")
    func separated() throws {
        let outcome = try Outcome(
            time: [1, 2, 3, 4, 5, 6, 7, 8], event: [true, true, true, true] + .init(repeating: false, count: 4))
        let x: [Double] = [1, 1, 1, 1, 0, 0, 0, 0]
        let names = ["x"]
        let ordinary = try CoxModel.fit(
            outcome, covariates: Matrix(rows: 8, columns: 1, values: x), names: names)
        #expect(ordinary.warnings.contains(.infiniteCoefficient("x")))
        #expect(ordinary.warnings[0].description.hasSuffix("Firth's penalty, firth=true, keeps it finite"))
        let firth = try CoxModel.fitFirth(outcome, covariates: Matrix(rows: 8, columns: 1, values: x), names: names)
        let term = firth.terms[0]
        #expect(term.coefficient > 0 && term.coefficient < 10 && term.lower > 0 && term.lower < term.hazardRatio)
        let rows = [5, 2, 7, 0, 1, 6, 3, 4]
        let other = try CoxModel.fitFirth(
            outcome[rows], covariates: Matrix(rows: 8, columns: 1, values: rows.map { 1000 * x[$0] + 3 }), names: names)
        expectClose(1000 * other.terms[0].coefficient, term.coefficient, "coefficient", tolerance: 1e-8)
        expectClose(1000 * log(other.terms[0].lower), log(term.lower), "lower", tolerance: 1e-8)
        expectClose(other.terms[0].p, term.p, "p", tolerance: 1e-7)
        #expect(throws: CoxError.constantColumns(["x"])) {
            _ = try CoxModel.fitFirth(
                outcome, covariates: Matrix(rows: 8, columns: 1, values: .init(repeating: 2, count: 8)), names: names)
        }
    }
}
