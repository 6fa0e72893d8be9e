import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Cox regression with exact ties")
struct CoxExactTests {
    private struct Recording: Decodable {
        let heavy: [String: [Double?]]
        let cases: [Case]
    }

    private struct Case: Decodable {
        let data: String
        let covariates: [String]
        let strata: String
        let coefficient: [Double]
        let standardError: [Double]
        let p: [Double]
        let covariance: [Double]
        let logLikelihood: [Double]
        let likelihoodRatio: [Double]
        let wald: [Double]
        let score: [Double]
        let concordance: [Double]
        let martingale: [Double]
        let deviance: [Double]
        let survival: [Double]
        let error: [Double]
    }

    private func recording() throws -> Recording {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appending(path: "Fixtures/statistics/coxExact.json")
        return try JSONDecoder().decode(Recording.self, from: Data(contentsOf: file))
    }

    @Test("agrees with R's coxph")
    func agreesWithR() throws {
        let data = try OracleData()
        let recording = try recording()
        #expect(recording.cases.count == 12)
        for r in recording.cases {
            let place = "\(r.covariates) of \(r.data), strata \(r.strata):"
            let set =
                r.data == "heavy"
                ? try DataSet(columns: recording.heavy)
                : try data.set(r.data, needing: r.covariates + (r.strata.isEmpty ? [] : [r.strata]))
            let strata = r.strata.isEmpty ? nil : try set.integers(r.strata)
            let covariates = try set.matrix(r.covariates)
            var model = try CoxModel.fit(
                set.outcome, covariates: covariates, names: r.covariates, ties: .exact, strata: strata)
            #expect(model.warnings.isEmpty, "\(place) \(model.warnings)")
            expectClose(model.nullLogLikelihood, r.logLikelihood[0], "\(place) null log likelihood")
            expectClose(model.logLikelihood, r.logLikelihood[1], "\(place) log likelihood")
            let size = r.covariates.count
            // Both stop at a relative change of the likelihood; the last step differs.
            for (index, term) in model.terms.enumerated() {
                let what = "\(place) \(term.name)"
                let error = r.standardError[index]
                expectClose(term.coefficient, r.coefficient[index], what, tolerance: 1e-6, scale: error)
                expectClose(term.standardError, error, "\(what) error", tolerance: 1e-6)
                expectClose(term.p, r.p[index], "\(what) p", tolerance: 1e-5)
                for other in 0..<size {
                    expectClose(
                        model.covariance[index, other], r.covariance[index * size + other], "\(what) covariance",
                        tolerance: 1e-6, scale: error * r.standardError[other])
                }
            }
            for (test, expected, name) in [
                (model.likelihoodRatio, r.likelihoodRatio, "likelihood ratio"), (model.score, r.score, "score"),
            ] {
                expectClose(test.chiSquare, expected[0], "\(place) \(name)", tolerance: 1e-7)
                #expect(Double(test.degreesOfFreedom) == expected[1])
                expectClose(test.p, expected[2], "\(place) \(name) p", tolerance: 1e-6)
            }
            // R rounds this one to two decimals.
            #expect(abs(model.wald.chiSquare - r.wald[0]) <= 0.005 + 1e-6, "\(place) Wald")
            let concordance = try #require(model.concordance)
            expectClose(concordance.concordance, r.concordance[0], "\(place) concordance")
            // At R's own coefficients nothing is iterated.
            model.use(coefficients: r.coefficient, covariance: r.covariance, covariates)
            for (kind, expected) in [(CoxResiduals.Kind.martingale, r.martingale), (.deviance, r.deviance)] {
                let residuals = try model.residuals(kind, set.outcome, covariates: covariates, strata: strata)
                expectClose(residuals.values.values, expected, "\(place) \(kind)", scale: 1)
            }
            let profiles = CoxModel.numbers(strata).map { CoxModel.Profile(covariates: model.means, stratum: $0) }
            let curves = try model.curves(set.outcome, covariates: covariates, strata: strata, of: profiles)
            expectClose(curves.flatMap(\.survival), r.survival, "\(place) survival")
            expectClose(curves.flatMap(\.standardError), r.error, "\(place) error")
        }
    }

    /// Value, score and information by their definition: a sum over all sets of patients.
    private func definition(
        _ outcome: Outcome, _ x: [[Double]], strata: [Int], _ beta: [Double]
    ) -> (value: Double, score: [Double], information: [[Double]]) {
        let count = beta.count
        var (value, score) = (0.0, [Double](repeating: 0, count: count))
        var information = [[Double]](repeating: score, count: count)
        for stratum in Set(strata) {
            let members = strata.indices.filter { strata[$0] == stratum }
            for time in Set(members.filter { outcome.event[$0] }.map { outcome.time[$0] }) {
                let atRisk = members.filter { outcome.time[$0] >= time }
                let dead = atRisk.filter { outcome.time[$0] == time && outcome.event[$0] }
                func sum(_ set: [Int]) -> [Double] { (0..<count).map { k in set.reduce(0) { $0 + x[$1][k] } } }
                func eta(_ sum: [Double]) -> Double { zip(sum, beta).reduce(0) { $0 + $1.0 * $1.1 } }
                let sums = (0..<(1 << atRisk.count)).filter { $0.nonzeroBitCount == dead.count }.map { bits in
                    sum(atRisk.indices.filter { bits & (1 << $0) != 0 }.map { atRisk[$0] })
                }
                let shift = sums.map(eta).max()!
                let weights = sums.map { exp(eta($0) - shift) }
                let total = weights.reduce(0, +)
                let mean = (0..<count).map { k in zip(weights, sums).reduce(0) { $0 + $1.0 * $1.1[k] } / total }
                let own = sum(dead)
                value += eta(own) - shift - log(total)
                for k in 0..<count {
                    score[k] += own[k] - mean[k]
                    for l in 0..<count {
                        information[k][l] += zip(weights, sums).reduce(0) {
                            $0 + $1.0 * ($1.1[k] - mean[k]) * ($1.1[l] - mean[l]) / total
                        }
                    }
                }
            }
        }
        return (value, score, information)
    }

    @Test(
        "likelihood and derivatives are right, for hazards within and far beyond the range of a Double",
        arguments: [0.0, 1, 30, 2000])
    func derivatives(size: Double) throws {
        var random = SeededGenerator(seed: 21)
        let rows = 26
        let covariates = Matrix(rows: rows, columns: 3, values: (0..<rows * 3).map { _ in random.normal() })
        let outcome = try Outcome(
            time: (0..<rows).map { _ in Double(Int.random(in: 0...3, using: &random)) },
            event: (0..<rows).map { _ in random.uniform() < 0.7 })
        let strata = (0..<rows).map { _ in Int.random(in: 0...1, using: &random) }
        let beta = [0.3, -0.5, 0.2].map { $0 * size }
        let scaling = try CovariateScaling(covariates, names: ["a", "b", "c"])
        let x = (0..<rows).map { row in
            (0..<3).map { (covariates[row, $0] - scaling.mean[$0]) * scaling.scale[$0] }
        }
        var shares: [Double] = []
        let point = try ExactLikelihood(
            RiskSets.sets(outcome, strata: strata), covariates: covariates, scaling: scaling
        ).evaluate(beta) { shares.append($0) }
        let expected = definition(outcome, x, strata: strata, beta)
        #expect(point.isFinite)
        expectClose(point.logLikelihood, expected.value, "value", tolerance: 1e-12, scale: size)
        expectClose(point.score, expected.score, "score", tolerance: 1e-11, scale: 1)
        for row in 0..<3 {
            expectClose(
                Array(point.information[row: row]), expected.information[row], "row \(row)", tolerance: 1e-11, scale: 1)
        }
    }

    @Test("without ties is the ordinary fit")
    func withoutTies() throws {
        let set = try OracleData().set("smooth")
        let covariates = try set.matrix(["risk"])
        let exact = try CoxModel.fit(set.outcome, covariates: covariates, names: ["risk"], ties: .exact)
        let efron = try CoxModel.fit(set.outcome, covariates: covariates, names: ["risk"])
        expectClose(exact.logLikelihood, efron.logLikelihood, "log likelihood", tolerance: 1e-12)
        expectClose(exact.terms[0].coefficient, efron.terms[0].coefficient, "coefficient", tolerance: 1e-9)
    }

    @Test("thousands of ties overflow nothing, and the fit can be interrupted")
    func manyTies() throws {
        var random = SeededGenerator(seed: 5)
        let rows = 4000
        let x = (0..<rows).map { _ in random.normal() }
        let outcome = try Outcome(
            time: x.map { min((5 * exp(-$0) * -log(random.uniform())).rounded(.up), 6) },
            event: x.map { _ in random.uniform() < 0.8 })
        let covariates = Matrix(rows: rows, columns: 1, values: x)
        let model = try CoxModel.fit(outcome, covariates: covariates, names: ["x"], ties: .exact)
        #expect(model.warnings.isEmpty && model.terms[0].coefficient.isFinite)
        // Grouped times make the odds of a discrete logistic model, which are steeper than hazards.
        #expect((0.9...1.6).contains(model.terms[0].coefficient))
        struct Stop: Error {}
        var calls = 0
        #expect(throws: Stop.self) {
            _ = try CoxModel.fit(outcome, covariates: covariates, names: ["x"], ties: .exact) { _ in
                calls += 1
                if calls == 2 { throw Stop() }
            }
        }
        #expect(calls == 2)
    }

    @Test("refuses what it cannot give")
    func refusals() throws {
        let set = try OracleData().set("ties")
        let covariates = try set.matrix(["x", "y"])
        for variance in [CoxModel.Variance.robust, .clustered(Array(0..<set.outcome.count))] {
            #expect(throws: ExactTiesError.noRobustVariance) {
                _ = try CoxModel.fit(
                    set.outcome, covariates: covariates, names: ["x", "y"], ties: .exact, variance: variance)
            }
        }
        let model = try CoxModel.fit(set.outcome, covariates: covariates, names: ["x", "y"], ties: .exact)
        for kind in CoxResiduals.Kind.allCases where kind != .martingale && kind != .deviance {
            #expect(throws: ExactTiesError.noResiduals(kind.rawValue)) {
                _ = try model.residuals(kind, set.outcome, covariates: covariates)
            }
        }
        #expect(throws: ExactTiesError.noTestOfProportionalHazards) {
            _ = try proportionalHazards(model, set.outcome, covariates: covariates)
        }
        #expect(throws: CoxError.dependentColumn("twice", of: ["x"])) {
            let x = try set.numbers("x")
            _ = try CoxModel.fit(
                set.outcome, covariates: Matrix(rows: x.count, columns: 2, values: x.flatMap { [$0, 2 * $0 + 1] }),
                names: ["x", "twice"], ties: .exact)
        }
    }

    @Test("says when a covariate separates")
    func separated() throws {
        let set = try OracleData().set("separated")
        let model = try CoxModel.fit(set.outcome, covariates: set.matrix(["x", "y"]), names: ["x", "y"], ties: .exact)
        #expect(model.warnings.first == .infiniteCoefficient("x"))
    }
}

extension CoxModel {
    /// Puts other coefficients, and what follows from them, in place of the model's.
    mutating func use(
        coefficients: [Double], covariance: [Double], modelCovariance: [Double]? = nil, _ covariates: Matrix
    ) {
        let size = coefficients.count
        self.covariance = Matrix(rows: size, columns: size, values: covariance)
        self.modelCovariance = Matrix(rows: size, columns: size, values: modelCovariance ?? covariance)
        for index in terms.indices {
            terms[index].coefficient = coefficients[index]
            terms[index].modelStandardError = self.modelCovariance[index, index].squareRoot()
        }
        linearPredictor = (0..<covariates.rows).map { row in
            (0..<size).reduce(0) { $0 + (covariates[row, $1] - means[$1]) * coefficients[$1] }
        }
    }
}
