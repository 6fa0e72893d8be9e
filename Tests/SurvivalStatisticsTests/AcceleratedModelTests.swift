import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Accelerated failure time")
struct AcceleratedModelTests {
    private struct Case: Decodable {
        let data: String
        let distribution: String
        let terms: [String]
        let strata: String
        let coefficient: [Double]
        let scale: [Double]
        let covariance: [Double]
        let logLikelihood: Double
        let nullLogLikelihood: Double
        let predictor: [Double]
        let at: [Double]
        let survival: [Double]
        let quantiles: [Double]
    }

    /// Both sides iterate.
    private let tolerance = 1e-6

    private func set(_ name: String, needing terms: [String]) throws -> DataSet {
        let sets = try Oracle.cases("acceleratedData", as: [String: [String: [Double?]]].self)
        let columns = try #require(sets[name], "no data set \(name)")
        let rows = try #require(columns["time"]).indices.filter { row in
            terms.allSatisfy { columns[$0]?[row] != nil }
        }
        return try DataSet(columns: columns.mapValues { column in rows.map { column[$0] } })
    }

    /// A likelihood of several maxima, and its highest from many starts.
    private struct Edges: Decodable {
        struct Scales: Decodable {
            let time: [Double]
            let event: [Int]
            let x: [Double]
            let z: [String]
            let stratum: [String]
            let logLikelihood: Double
            let scale: [Double]
        }

        let scales: Scales
    }

    @Test("finds the highest of several maxima that strata bring")
    func severalMaxima() throws {
        let r = try Oracle.cases("edges", as: Edges.self).scales
        let columns = r.x.indices.map { [r.x[$0], r.z[$0] == "b" ? 1 : 0, r.z[$0] == "c" ? 1 : 0] }
        let model = try AcceleratedModel.fit(
            Outcome(time: r.time, event: r.event.map { $0 == 1 }),
            covariates: Matrix(rows: r.x.count, columns: 3, values: columns.flatMap { $0 }), names: ["x", "zb", "zc"],
            distribution: .weibull, strata: r.stratum.map { $0 == "u" ? 1 : 2 })
        expectClose(model.logLikelihood, r.logLikelihood, "log likelihood", tolerance: 1e-8)
        expectClose(model.scales.map(\.scale), r.scale, "scales", tolerance: 1e-4)
    }

    @Test("agrees with R's survreg")
    func agreesWithR() throws {
        for r in try Oracle.cases("accelerated", as: [Case].self) {
            let place = "\(r.distribution) of \(r.terms) in \(r.data), strata \(r.strata):"
            let set = try set(r.data, needing: r.terms)
            let strata = r.strata.isEmpty ? nil : try set.integers(r.strata)
            let model = try AcceleratedModel.fit(
                set.outcome, covariates: set.matrix(r.terms), names: r.terms,
                distribution: #require(AcceleratedDistribution(rawValue: r.distribution)), strata: strata)
            #expect(model.warnings.isEmpty, "\(place) \(model.warnings)")
            let found = [model.intercept] + model.terms.map(\.coefficient)
            let size = model.covariance.rows
            #expect(r.covariance.count == size * size, "\(place)")
            let errors = (0..<size).map { r.covariance[$0 * size + $0].squareRoot() }
            for (index, value) in found.enumerated() {
                expectClose(
                    value, r.coefficient[index], "\(place) coefficient \(index)", tolerance: tolerance,
                    scale: errors[index])
            }
            expectClose(model.scales.map(\.scale), r.scale, "\(place) scale", tolerance: tolerance)
            for row in 0..<size {
                for column in 0..<size {
                    expectClose(
                        model.covariance[row, column], r.covariance[row * size + column],
                        "\(place) covariance \(row) \(column)", tolerance: tolerance,
                        scale: errors[row] * errors[column])
                }
            }
            expectClose(model.interceptError, errors[0], "\(place) error of the intercept", tolerance: tolerance)
            for (index, term) in model.terms.enumerated() {
                expectClose(term.standardError, errors[index + 1], "\(place) error", tolerance: tolerance)
                #expect(term.lower < term.timeRatio && term.timeRatio < term.upper)
            }
            expectClose(model.logLikelihood, r.logLikelihood, "\(place) likelihood", tolerance: 1e-9)
            expectClose(model.nullLogLikelihood, r.nullLogLikelihood, "\(place) null", tolerance: 1e-9)
            if let test = model.likelihoodRatio {
                expectClose(
                    test.chiSquare, 2 * (r.logLikelihood - r.nullLogLikelihood), "\(place) ratio",
                    tolerance: tolerance, scale: 1e-3)
                #expect(test.degreesOfFreedom == r.terms.count)
            } else {
                #expect(r.terms.isEmpty)
            }
            expectClose(
                Array(model.linearPredictor.prefix(5)), r.predictor, "\(place) predictor", tolerance: tolerance,
                scale: 1)
            var scale = 0
            if let strata { scale = try #require(model.strata?.firstIndex(of: strata[0])) }
            for (index, time) in r.at.enumerated() {
                let predictor = model.linearPredictor[0]
                expectClose(
                    model.survival(at: time, linearPredictor: predictor, scale: scale), r.survival[index],
                    "\(place) survival at \(time)", tolerance: 1e-5, scale: 1e-3)
                expectClose(
                    try model.quantile([0.1, 0.5, 0.9][index], linearPredictor: predictor, scale: scale),
                    r.quantiles[index], "\(place) quantile", tolerance: 1e-5)
            }
        }
    }

    @Test("hazard ratios are those of the same model as one of hazards, with the delta method's interval")
    func hazardRatios() throws {
        let set = try set("veteran", needing: [])
        let covariates = try set.matrix(["trt", "karno"])
        func fit(_ distribution: AcceleratedDistribution, strata: [Int]? = nil) throws -> AcceleratedModel {
            try AcceleratedModel.fit(
                set.outcome, covariates: covariates, names: ["trt", "karno"], distribution: distribution,
                strata: strata)
        }
        let weibull = try fit(.weibull)
        let (scale, term) = (weibull.scales[0], weibull.terms[1])
        let ratio = try #require(term.hazardRatio)
        expectClose(ratio.value, exp(-term.coefficient / scale.scale), "ratio", tolerance: 1e-12)
        // d(−β/σ) = −dβ/σ + β/σ d log σ
        let covariance = weibull.covariance
        let gradient = [-1 / scale.scale, term.coefficient / scale.scale]
        let places = [2, 3]
        var variance = 0.0
        for a in 0..<2 {
            for b in 0..<2 { variance += gradient[a] * gradient[b] * covariance[places[a], places[b]] }
        }
        expectClose(
            log(ratio.upper / ratio.lower), 2 * 1.959963984540054 * variance.squareRoot(), "width", tolerance: 1e-9)
        let exponential = try #require(try fit(.exponential).terms.first)
        let inverse = try #require(exponential.hazardRatio)
        expectClose(inverse.lower, 1 / exponential.upper, "exponential", tolerance: 1e-12)
        #expect(try fit(.logNormal).terms[0].hazardRatio == nil)
        #expect(try fit(.weibull, strata: set.integers("cell")).terms[0].hazardRatio == nil)
    }

    @Test("another unit of time moves the intercept alone")
    func timeScale() throws {
        let set = try set("lung", needing: ["age", "ecog"])
        for distribution in AcceleratedDistribution.allCases {
            func fit(_ factor: Double) throws -> AcceleratedModel {
                try AcceleratedModel.fit(
                    Outcome(time: set.outcome.time.map { factor * $0 }, event: set.outcome.event),
                    covariates: set.matrix(["age", "ecog"]), names: ["age", "ecog"], distribution: distribution)
            }
            let (a, b) = (try fit(1), try fit(1000))
            expectClose(b.terms.map(\.coefficient), a.terms.map(\.coefficient), "\(distribution)")
            expectClose(b.terms.map(\.standardError), a.terms.map(\.standardError), "\(distribution)")
            expectClose(b.intercept, a.intercept + log(1000), "\(distribution)")
            #expect(b.terms[1].coefficient < 0, "more symptoms, shorter survival")
        }
    }

    @Test("the derivatives are those of the likelihood")
    func derivatives() throws {
        let set = try set("ties", needing: [])
        let covariates = try set.matrix(["x", "y"])
        let scaling = try CovariateScaling(covariates, names: ["x", "y"])
        for distribution in AcceleratedDistribution.allCases {
            let strata = distribution.hasScale ? try set.integers("site").map { $0 - 1 } : nil
            let likelihood = AcceleratedLikelihood(
                set.outcome, covariates: covariates, scaling: scaling, distribution: distribution, scaleOf: strata,
                scaleCount: strata == nil ? 1 : 3)
            let at = [0.9, 0.2, -0.3] + (distribution.hasScale ? [0.1, -0.4, 0.3] : [])
            let point = likelihood.evaluate(at)
            for index in at.indices {
                func moved(_ step: Double) -> LikelihoodPoint {
                    var parameters = at
                    parameters[index] += step
                    return likelihood.evaluate(parameters)
                }
                let (up, down) = (moved(1e-5), moved(-1e-5))
                expectClose(
                    point.gradient[index], (up.value - down.value) / 2e-5, "\(distribution) gradient",
                    tolerance: 1e-6, scale: 1)
                for other in at.indices {
                    expectClose(
                        point.information[other, index], -(up.gradient[other] - down.gradient[other]) / 2e-5,
                        "\(distribution) information \(other) \(index)", tolerance: 1e-6, scale: 10)
                }
            }
        }
    }

    @Test("refuses what cannot be fitted, and says so when a coefficient is infinite")
    func badInput() throws {
        func fit(
            _ time: [Double], _ event: [Bool], _ x: [[Double]], _ distribution: AcceleratedDistribution = .weibull,
            strata: [Int]? = nil
        ) throws -> AcceleratedModel {
            let columns = x.count
            return try AcceleratedModel.fit(
                Outcome(time: time, event: event),
                covariates: Matrix(
                    rows: time.count, columns: columns, values: time.indices.flatMap { row in x.map { $0[row] } }),
                names: Array(["a", "b", "c"].prefix(columns)), distribution: distribution, strata: strata)
        }
        let (time, event) = ([1.0, 2, 3, 4, 5, 7], [true, true, false, true, true, true])
        let x: [Double] = [1, 0, 2, 1, 3, 1]
        #expect(throws: AcceleratedError.zeroTimes(rows: [0, 2])) { try fit([0, 2, 0, 1, 1, 1], event, [x]) }
        #expect(
            AcceleratedError.zeroTimes(rows: [0, 2]).errorDescription
                == "the times of patients 1, 3 are 0, which has no logarithm")
        #expect(
            AcceleratedError.zeroTimes(rows: Array(0..<7)).errorDescription
                == "the times of patients 1, 2, 3, 4, 5 and 2 more are 0, which has no logarithm")
        #expect(
            AcceleratedError.zeroTimes(rows: [4]).errorDescription
                == "the time of patient 5 is 0, which has no logarithm")
        #expect(throws: StatisticsError.noEvents) { try fit(time, event.map { _ in false }, [x]) }
        #expect(throws: AcceleratedError.dependentColumn("c", of: ["a", "b"])) {
            try fit(time, event, [x, [1, 2, 3, 4, 5, 5], zip(x, [1, 2, 3, 4, 5, 5]).map { $0 + 2 * $1 }])
        }
        #expect(throws: CoxError.constantColumns(["a"])) { try fit(time, event, [[2, 2, 2, 2, 2, 2]]) }
        #expect(throws: StatisticsError.notANumber(what: "a", row: 1)) {
            try fit(time, event, [[2, .nan, 2, 2, 2, 2]])
        }
        #expect(throws: AcceleratedError.fixedScaleWithStrata) {
            try fit(time, event, [x], .exponential, strata: [1, 1, 1, 2, 2, 2])
        }
        #expect(throws: AcceleratedError.stratumWithoutEvents(7)) {
            try fit(time, event, [x], strata: [1, 1, 7, 2, 2, 2])
        }
        for distribution in AcceleratedDistribution.allCases where distribution.hasScale {
            #expect(throws: AcceleratedError.vanishingScale) {
                try fit([3, 3, 3], [true, true, true], [], distribution)
            }
            #expect(throws: AcceleratedError.vanishingScale) {
                try fit([2, 5], [true, true], [[0, 1]], distribution)
            }
        }
        #expect(throws: StatisticsError.noPatients) { try fit([], [], []) }
        // Nobody with a = 1 has an event.
        let separated: [Double] = [0, 0, 1, 0, 0, 0]
        for distribution in AcceleratedDistribution.allCases {
            let model = try fit(time, event, [separated], distribution)
            #expect(model.warnings == [.infiniteCoefficient("a")], "\(distribution)")
            #expect(model.terms[0].coefficient > 3)
        }
        let one = try fit([4], [true], [], .exponential)
        expectClose(one.intercept, log(4), "one patient")
        // A time far out does not overflow.
        let far = try fit([1, 1.1, 0.9, 1e290], [true, true, true, true], [])
        #expect(far.warnings.isEmpty && far.logLikelihood.isFinite)
        #expect(throws: StatisticsError.invalidProbability(1)) { try one.quantile(1, linearPredictor: 0) }
        #expect(one.survival(at: 0, linearPredictor: 0) == 1)
    }
}
