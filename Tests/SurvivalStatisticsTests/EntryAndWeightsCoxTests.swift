import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Cox regression, its tests and concordance with late entry and weights")
struct EntryAndWeightsCoxTests {
    /// R iterates, too.
    private let iterated = 1e-6

    @Test("agree with R's coxph, cox.zph, residuals and concordance")
    func agreesWithR() throws {
        let oracle = try EntryAndWeights.recorded()
        for r in try EntryAndWeights.regressions() {
            let place = "\(r.data) \(r.terms) weights \(r.weights) \(r.ties) strata \(r.strata) \(r.variance):"
            let set = try oracle.set(r.data)
            let (outcome, weights) = try (set.entered(), set.weights(r.weights))
            let covariates = try set.matrix(r.terms)
            let strata = r.strata ? try set.integers("stratum") : nil
            let clusters = try set.integers("cluster")
            let ties = try #require(CoxModel.Ties(rawValue: r.ties))
            let model = try CoxModel.fit(
                outcome, covariates: covariates, names: r.terms, ties: ties, strata: strata, weights: weights,
                variance: r.variance == "clustered" ? .clustered(clusters) : r.variance == "robust" ? .robust : .model)
            #expect(model.patients == r.patients && model.events == r.events && model.warnings.isEmpty, "\(place)")
            let size = r.terms.count
            for index in 0..<size {
                let what = "\(place) \(r.terms[index])"
                let error = r.modelVariance[index * size + index].squareRoot()
                expectClose(
                    model.terms[index].coefficient, r.coefficient[index], "\(what)", tolerance: iterated, scale: error)
                expectClose(
                    model.terms[index].modelStandardError, error, "\(what) model's error", tolerance: iterated)
                for other in 0..<size {
                    let scale = (r.covariance[index * size + index] * r.covariance[other * size + other]).squareRoot()
                    expectClose(
                        model.covariance[index, other], r.covariance[index * size + other],
                        "\(what) covariance with \(other)", tolerance: iterated, scale: scale)
                }
            }
            expectClose(model.means, r.means, "\(place) means", scale: 1)
            expectClose(model.nullLogLikelihood, r.logLikelihood[0], "\(place) null likelihood")
            expectClose(model.logLikelihood, r.logLikelihood[1], "\(place) likelihood")
            expectClose(model.score.chiSquare, r.score, "\(place) score test")
            expectClose(model.wald.chiSquare, r.wald, "\(place) Wald test", tolerance: iterated)
            if let robust = r.robustScore.first {
                expectClose(model.robustScore?.chiSquare ?? .nan, robust, "\(place) robust score", tolerance: iterated)
            }
            let concordance = try #require(model.concordance)
            expectClose(concordance.concordance, r.estimate[0], "\(place) concordance")
            expectClose(concordance.standardError, r.estimate[1], "\(place) error of the concordance")
            let counts = concordance.weighted.map {
                [$0.concordant, $0.discordant, $0.tiedRisk, $0.tiedTime, $0.tiedBoth]
            }
            let pairs = [
                concordance.concordant, concordance.discordant, concordance.tiedRisk, concordance.tiedTime,
                concordance.tiedBoth,
            ]
            expectClose(counts ?? pairs.map(Double.init), r.concordance, "\(place) pairs", scale: 1)
            let transform = try #require(ProportionalHazards.Transform(rawValue: r.transform))
            let test = try proportionalHazards(
                model, outcome, covariates: covariates, strata: strata, transform: transform)
            expectClose(
                (test.tests + [test.global]).map(\.chiSquare), r.zph, "\(place) zph", tolerance: iterated, scale: 0.1)
            // At R's own coefficients nothing is iterated.
            let sets = try RiskSets.sets(outcome, strata: strata, takesEntry: true)
            let residuals = ScoreResiduals(
                sets, covariates: covariates, means: model.means, predictor: r.predictor, ties: ties, weights: weights)
            expectClose(residuals.martingale, r.martingale, "\(place) martingale", scale: 1)
            for column in 0..<size {
                let expected = r.residuals[column]
                expectClose(
                    (0..<covariates.rows).map { residuals.score[$0, column] }, expected, "\(place) score residuals",
                    scale: expected.reduce(0) { max($0, abs($1)) })
            }
        }
    }

    @Test("give R's residuals, baselines and predicted curves")
    func afterTheFit() throws {
        let oracle = try EntryAndWeights.recorded()
        for r in try EntryAndWeights.regressions() {
            let place = "\(r.data) \(r.terms) weights \(r.weights) \(r.ties) strata \(r.strata) \(r.variance):"
            let set = try oracle.set(r.data)
            let (outcome, covariates) = try (set.entered(), set.matrix(r.terms))
            let strata = r.strata ? try set.integers("stratum") : nil
            let ties = try #require(CoxModel.Ties(rawValue: r.ties))
            let model = try CoxModel.fit(
                outcome, covariates: covariates, names: r.terms, ties: ties, strata: strata,
                weights: set.weights(r.weights),
                variance: r.variance == "clustered"
                    ? .clustered(set.integers("cluster")) : r.variance == "robust" ? .robust : .model)
            func residuals(_ kind: CoxResiduals.Kind) throws -> Matrix {
                try model.residuals(kind, outcome, covariates: covariates, strata: strata).values
            }
            try expectClose(
                residuals(.martingale).values, r.martingale, "\(place) martingale", tolerance: iterated, scale: 1)
            try expectClose(residuals(.deviance).values, r.deviance, "\(place) deviance", tolerance: iterated, scale: 1)
            for (kind, expected) in [(CoxResiduals.Kind.dfbeta, r.dfbeta), (.schoenfeld, r.schoenfeld)] {
                let found = try residuals(kind)
                for (column, expected) in expected.enumerated() {
                    let values = (0..<found.rows).map { found[$0, column] }
                    let largest = expected.reduce(0) { max($0, abs($1)) }
                    // Events of one time stand in another order.
                    if kind == .schoenfeld {
                        expectClose(
                            values.sorted(), expected.sorted(), "\(place) \(kind)", tolerance: iterated, scale: largest)
                    } else {
                        expectClose(values, expected, "\(place) \(kind)", tolerance: iterated, scale: largest)
                    }
                }
            }
            let profiles = (strata.map { Set($0).sorted().map(Optional.some) } ?? [nil]).map {
                CoxModel.Profile(covariates: r.terms.map { _ in 1 }, stratum: $0)
            }
            let curves = try model.curves(outcome, covariates: covariates, strata: strata, of: profiles)
            let baselines = try model.baseline(outcome, strata: strata)
            for (index, expected) in r.curves.enumerated() {
                let curve = curves[index]
                let seen = curve.time.indices.filter { curve.eventCount[$0] > 0 }
                expectClose(seen.map { curve.time[$0] }, expected.time, "\(place) times")
                expectClose(
                    seen.map { curve.survival[$0] }, expected.survival, "\(place) survival", tolerance: iterated)
                expectClose(
                    seen.map { curve.standardError[$0] }, expected.standardError, "\(place) error", tolerance: iterated)
                for place in seen {
                    let hazard = exp(curve.linearPredictor + baselines[index].logCumulativeHazard[place])
                    expectClose(exp(-hazard), curve.survival[place], "baseline", tolerance: 1e-12)
                }
            }
        }
    }

    @Test("whole weights are numbers of like patients under Breslow's rule")
    func likePatients() throws {
        let set = try EntryAndWeights.recorded().set("made")
        let (outcome, weights) = try (set.entered(), set.numbers("whole"))
        let covariates = try set.matrix(["x", "y"])
        let rows = weights.indices.flatMap { row in Array(repeating: row, count: Int(weights[row])) }
        let repeated = Matrix(
            rows: rows.count, columns: 2, values: rows.flatMap { Array(covariates[row: $0]) })
        let one = try CoxModel.fit(
            outcome, covariates: covariates, names: ["x", "y"], ties: .breslow, weights: weights)
        let other = try CoxModel.fit(outcome[rows], covariates: repeated, names: ["x", "y"], ties: .breslow)
        expectClose(one.logLikelihood, other.logLikelihood, "likelihood")
        for (a, b) in zip(one.terms, other.terms) {
            expectClose(a.coefficient, b.coefficient, a.name, tolerance: iterated)
            expectClose(a.standardError, b.standardError, a.name, tolerance: iterated)
        }
        let (weighted, plain) = try (#require(one.concordance?.weighted), #require(other.concordance))
        expectClose(weighted.concordant, Double(plain.concordant), "concordant")
        expectClose(weighted.discordant, Double(plain.discordant), "discordant")
    }

    @Test("unit weights and entries before all times change nothing")
    func nothing() throws {
        let set = try EntryAndWeights.recorded().set("lung")
        let covariates = try set.matrix(["x", "y", "z"])
        let time = set.outcome.time
        let early = try Outcome(time: time, event: set.outcome.event, entry: time.map { _ in -1 })
        func fit(_ outcome: Outcome, _ weights: [Double]?) throws -> CoxModel {
            try CoxModel.fit(
                outcome, covariates: covariates, names: ["x", "y", "z"], weights: weights,
                variance: .clustered(set.integers("cluster")))
        }
        let plain = try fit(set.outcome, nil)
        for model in try [fit(early, nil), fit(set.outcome, time.map { _ in 1 }), fit(early, time.map { _ in 1 })] {
            expectClose(model.logLikelihood, plain.logLikelihood, "likelihood", tolerance: 1e-13)
            for (a, b) in zip(model.terms, plain.terms) {
                expectClose(a.coefficient, b.coefficient, a.name, tolerance: 1e-10)
                expectClose(a.standardError, b.standardError, a.name, tolerance: 1e-10)
            }
            let (a, b) = try (#require(model.concordance), #require(plain.concordance))
            #expect(a.concordant == b.concordant && a.discordant == b.discordant && a.tiedRisk == b.tiedRisk)
            #expect(a.tiedTime == b.tiedTime && a.tiedBoth == b.tiedBoth)
            expectClose(a.standardError, b.standardError, "error of the concordance", tolerance: 1e-12)
        }
    }

    /// A patient with a hazard of e^60 comes and goes; what is left must be as if only those at risk had been summed.
    @Test("a large hazard that enters late leaves nothing behind", arguments: [60.0, 300, 800])
    func cancellation(_ size: Double) throws {
        let time: [Double] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
        let event = [true, true, true, true, true, false, true, true, true, true]
        let entry: [Double] = [0, 0, 0, 0, 0, 5.5, 0, 0, 6.5, 0]
        let predictor: [Double] = [0.3, -0.2, 0.1, 0.5, -0.4, 0.2, size, 0.1, -size, 0]
        let late = try Outcome(
            time: time, event: event, entry: entry.enumerated().map { $0.offset == 6 ? 5.2 : $0.element })
        let sets = try RiskSets.sets(late, strata: nil, takesEntry: true)
        let x: [Double] = [1, 2, 0, 3, 1, 0, 2, 5, 1, 2]
        let residuals = ScoreResiduals(
            sets, covariates: Matrix(rows: 10, columns: 1, values: x), means: [0], predictor: predictor, ties: .efron)
        let entries = try #require(late.entry)
        for row in 0..<10 {
            var (martingale, score) = (event[row] ? 1.0 : 0, 0.0)
            for k in 0..<10 where event[k] && entries[row] < time[k] && time[row] >= time[k] {
                let atRisk = (0..<10).filter { entries[$0] < time[k] && time[$0] >= time[k] }
                let top = atRisk.map { predictor[$0] }.max()!
                let sum = atRisk.reduce(0) { $0 + exp(predictor[$1] - top) }
                let mean = atRisk.reduce(0) { $0 + x[$1] * exp(predictor[$1] - top) } / sum
                let share = exp(predictor[row] - top) / sum
                martingale -= share
                score -= share * (x[row] - mean)
                if k == row { score += x[row] - mean }
            }
            expectClose(residuals.martingale[row], martingale, "martingale \(row)", scale: 1)
            expectClose(residuals.score[row, 0], score, "score \(row)", scale: 1)
        }
        // The same sums in the likelihood, with the predictor as its one covariate.
        let covariate = Matrix(rows: 10, columns: 1, values: predictor)
        let scaling = try CovariateScaling(covariate, names: ["a"])
        let point = PartialLikelihood(sets, covariates: covariate, scaling: scaling, ties: .efron)
            .evaluate([1 / scaling.scale[0]])
        var (logLikelihood, information) = (0.0, 0.0)
        for k in 0..<10 where event[k] {
            let atRisk = (0..<10).filter { entries[$0] < time[k] && time[$0] >= time[k] }
            let top = atRisk.map { predictor[$0] }.max()!
            let shares = atRisk.map { exp(predictor[$0] - top) }
            let sum = shares.reduce(0, +)
            logLikelihood += predictor[k] - top - log(sum)
            let mean = zip(atRisk, shares).reduce(0) { $0 + predictor[$1.0] * $1.1 } / sum
            information += zip(atRisk, shares).reduce(0) { $0 + pow(predictor[$1.0] - mean, 2) * $1.1 } / sum
        }
        expectClose(point.logLikelihood, logLikelihood, "likelihood", scale: size)
        expectClose(
            point.information[0, 0], information * scaling.scale[0] * scaling.scale[0], "information",
            scale: 1)
    }

    @Test("the log-rank test with late entry is what its definition gives, and Cox's score test without ties")
    func logRankTests() throws {
        let oracle = try EntryAndWeights.recorded()
        for r in oracle.logRank {
            let set = try oracle.set(r.data)
            let test = try logRank(
                set.entered(), groups: set.labels("group"),
                weights: r.rho == 0 ? .logRank : .flemingHarrington(rho: r.rho, gamma: 0),
                strata: r.strata ? set.integers("stratum") : nil)
            expectClose(test.groups.map(\.observed), r.observed, "\(r.data) observed")
            expectClose(test.groups.map(\.expected), r.expected, "\(r.data) expected")
            expectClose(test.chiSquare, r.chiSquare, r.data)
        }
    }

    @Test("bad weights are refused")
    func badInput() throws {
        let outcome = try Outcome(time: [1, 2, 3], event: [true, true, false])
        let covariate = Matrix(rows: 3, columns: 1, values: [1, 0, 2])
        let zero = CaseWeightError.notPositive(0, row: 1)
        #expect(throws: zero) {
            try CoxModel.fit(outcome, covariates: covariate, names: ["a"], weights: [1, 0, 1])
        }
        #expect(zero.errorDescription == "the weight of patient 2 is 0; a Cox regression needs weights above 0")
        #expect(throws: CaseWeightError.invalid(-2, row: 0)) {
            try concordance(outcome, risk: [1, 2, 3], weights: [-2, 1, 1])
        }
        #expect(throws: StatisticsError.lengthsDiffer(what: "clusters", count: 2, patients: 3)) {
            try concordance(outcome, risk: [1, 2, 3], clusters: [1, 2])
        }
    }
}
