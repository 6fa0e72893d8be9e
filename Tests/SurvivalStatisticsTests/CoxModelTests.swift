import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Cox regression")
struct CoxModelTests {
    private struct Case: Decodable {
        let data: String
        let covariates: [String]
        let ties: String
        let strata: String
        let level: Double
        let coefficient: [Double]
        let standardError: [Double]
        let z: [Double]
        let p: [Double]
        let hazardRatio: [Double]
        let lower: [Double]
        let upper: [Double?]
        let covariance: [Double]
        let means: [Double]
        let linearPredictor: [Double]
        let logLikelihood: [Double]
        let likelihoodRatio: [Double]
        let wald: [Double]
        let score: [Double]
        let concordance: [Double]
        let iterations: Int
        let warnings: [String]
        let baselineTime: [Double]
        let baselineHazard: [Double]

        var place: String { "\(covariates) of \(data), \(ties), strata \(strata):" }
    }

    private func fits() throws -> [(r: Case, set: DataSet, model: CoxModel)] {
        let data = try OracleData()
        return try Oracle.cases("cox", as: [Case].self).map { r in
            let set = try data.set(r.data, needing: r.covariates + (r.strata.isEmpty ? [] : [r.strata]))
            let model = try CoxModel.fit(
                set.outcome, covariates: set.matrix(r.covariates), names: r.covariates,
                ties: #require(CoxModel.Ties(rawValue: r.ties)),
                strata: r.strata.isEmpty ? nil : set.integers(r.strata), level: r.level)
            return (r, set, model)
        }
    }

    @Test("agrees with R's coxph")
    func agreesWithR() throws {
        for (r, _, model) in try fits() where r.warnings.isEmpty {
            #expect(model.warnings.isEmpty)
            #expect(model.terms.map(\.name) == r.covariates)
            for (index, term) in model.terms.enumerated() {
                let place = "\(r.place) \(term.name)"
                let error = r.standardError[index]
                expectClose(term.coefficient, r.coefficient[index], "\(place) coefficient")
                expectClose(term.standardError, error, "\(place) standard error")
                expectClose(term.z, r.z[index], "\(place) z")
                expectClose(term.p, r.p[index], "\(place) p")
                expectClose(term.hazardRatio, r.hazardRatio[index], "\(place) hazard ratio")
                expectClose(term.lower, r.lower[index], "\(place) lower")
                expectClose(term.upper, r.upper[index], "\(place) upper")
                for other in model.terms.indices {
                    expectClose(
                        model.covariance[index, other], r.covariance[index * model.terms.count + other],
                        "\(place) covariance with \(other)", scale: error * r.standardError[other])
                }
            }
            expectClose(model.means, r.means, "\(r.place) means")
            let largest = r.linearPredictor.reduce(0) { max($0, abs($1)) }
            expectClose(model.linearPredictor, r.linearPredictor, "\(r.place) linear predictor", scale: largest)
            expectClose(model.nullLogLikelihood, r.logLikelihood[0], "\(r.place) null log likelihood")
            expectClose(model.logLikelihood, r.logLikelihood[1], "\(r.place) log likelihood")
            #expect(model.iterations == r.iterations, "\(r.place)")
        }
    }

    @Test("has R's tests and concordance")
    func tests() throws {
        for (r, _, model) in try fits() where r.warnings.isEmpty {
            for (test, expected, name) in [
                (model.likelihoodRatio, r.likelihoodRatio, "likelihood ratio"), (model.wald, r.wald, "Wald"),
                (model.score, r.score, "score"),
            ] {
                expectClose(test.chiSquare, expected[0], "\(r.place) \(name) chi-square")
                #expect(Double(test.degreesOfFreedom) == expected[1])
                expectClose(test.p, expected[2], "\(r.place) \(name) p")
            }
            let concordance = try #require(model.concordance)
            expectClose(concordance.concordance, r.concordance[0], "\(r.place) concordance")
            expectClose(concordance.standardError, r.concordance[1], "\(r.place) error of the concordance")
        }
    }

    @Test("says which coefficient is infinite")
    func separation() throws {
        let separated = try fits().filter { !$0.r.warnings.isEmpty }
        #expect(separated.count == 1)
        for (r, _, model) in separated {
            #expect(model.warnings == [.infiniteCoefficient("x")])
            #expect(model.warnings.map(\.description).joined().contains("coefficient of x"))
            expectClose(model.logLikelihood, r.logLikelihood[1], "log likelihood")
            expectClose(model.terms[1].coefficient, r.coefficient[1], "the other coefficient", tolerance: 1e-6)
            #expect(model.terms[0].standardError > 1000)
        }
    }

    @Test("has Breslow's baseline hazard as R's basehaz")
    func baseline() throws {
        let cases = try fits().filter { !$0.r.baselineTime.isEmpty }
        #expect(cases.count >= 4)
        for (r, set, model) in cases {
            let baseline = try breslowBaseline(set.outcome, linearPredictor: model.linearPredictor)
            #expect(baseline.time == r.baselineTime, "\(r.place)")
            expectClose(baseline.cumulativeHazard, r.baselineHazard, "\(r.place) baseline hazard")
        }
    }

    @Test("does not depend on the order of patients, the unit of time or the scale of covariates")
    func invariance() throws {
        let set = try OracleData().set("ties")
        let names = ["x", "y", "z"]
        let covariates = try set.matrix(names)
        let model = try CoxModel.fit(set.outcome, covariates: covariates, names: names)
        var random = SeededGenerator(seed: 5)
        let rows = Array(set.outcome.time.indices).shuffled(using: &random)
        let shuffled = set.outcome[rows]
        let scale = [1e-6, 3, 2e5]
        let other = try CoxModel.fit(
            Outcome(time: shuffled.time.map { $0 * 365.25 }, event: shuffled.event),
            covariates: Matrix(
                rows: covariates.rows, columns: 3,
                values: rows.flatMap { row in (0..<3).map { covariates[row, $0] * scale[$0] + 7 } }),
            names: names)
        for index in 0..<3 {
            expectClose(other.terms[index].coefficient * scale[index], model.terms[index].coefficient, "coefficient")
            expectClose(other.terms[index].z, model.terms[index].z, "z")
        }
        expectClose(other.logLikelihood, model.logLikelihood, "log likelihood", tolerance: 1e-12)
        #expect(other.concordance?.concordant == model.concordance?.concordant)
    }

    @Test("does not overflow on extreme covariates")
    func extremes() throws {
        var random = SeededGenerator(seed: 6)
        var x = (0..<200).map { _ in random.normal() }
        x[17] = 5000
        let outcome = try Outcome(
            time: x.map { _ in -log(random.uniform()) }, event: x.map { _ in random.uniform() < 0.8 })
        let model = try CoxModel.fit(outcome, covariates: Matrix(rows: 200, columns: 1, values: x), names: ["x"])
        #expect(model.terms[0].coefficient.isFinite && model.logLikelihood.isFinite)
        let baseline = try breslowBaseline(outcome, linearPredictor: x)
        #expect(!baseline.logCumulativeHazard.contains { !$0.isFinite })
        #expect(baseline.survival(at: 100, linearPredictor: 5000) < 1)
        #expect(baseline.survival(at: 100, linearPredictor: -5000) == 1)
    }

    @Test("refuses what it cannot estimate, and names it")
    func badInput() throws {
        let outcome = try Outcome(time: [1, 2, 3, 4, 5, 6], event: [true, true, false, true, true, false])
        func fit(_ columns: [[Double]], _ names: [String], strata: [Int]? = nil) throws -> CoxModel {
            let rows = columns[0].count
            return try CoxModel.fit(
                outcome,
                covariates: Matrix(
                    rows: rows, columns: columns.count,
                    values: (0..<rows).flatMap { row in columns.map { $0[row] } }),
                names: names, strata: strata)
        }
        let (a, b): ([Double], [Double]) = ([1, 5, 2, 2, 7, 3], [0, 1, 1, 0, 1, 0])
        let sum = zip(a, b).map { 2 * $0 - 3 * $1 + 1 }
        #expect(throws: CoxError.constantColumns(["c", "d"])) {
            try fit([a, [4, 4, 4, 4, 4, 4], [0, 0, 0, 0, 0, 0]], ["a", "c", "d"])
        }
        #expect(throws: CoxError.dependentColumn("sum", of: ["a", "b"])) { try fit([a, b, sum], ["a", "b", "sum"]) }
        #expect(throws: CoxError.dependentColumn("first", of: [])) {
            try fit([[0, 0, 0, 0, 0, 1]], ["first"], strata: [1, 1, 1, 1, 1, 2])
        }
        #expect(throws: StatisticsError.notANumber(what: "b", row: 2)) {
            try fit([a, [0, 1, .nan, 0, 1, 0]], ["a", "b"])
        }
        #expect(throws: StatisticsError.infinite(what: "b", value: .infinity, row: 3)) {
            try fit([a, [0, 1, 0, .infinity, 1, 0]], ["a", "b"])
        }
        #expect(throws: StatisticsError.lengthsDiffer(what: "rows of covariates", count: 5, patients: 6)) {
            try fit([[1, 2, 3, 4, 5]], ["a"])
        }
        #expect(throws: StatisticsError.lengthsDiffer(what: "strata", count: 1, patients: 6)) {
            try fit([a], ["a"], strata: [1])
        }
        let nothing = Matrix(rows: 6, columns: 0, values: [])
        #expect(throws: CoxError.noCovariates) { try CoxModel.fit(outcome, covariates: nothing, names: []) }
        let censored = try Outcome(time: [1, 2], event: [false, false])
        let column = Matrix(rows: 2, columns: 1, values: [1, 2])
        #expect(throws: StatisticsError.noEvents) { try CoxModel.fit(censored, covariates: column, names: ["a"]) }
        #expect(throws: StatisticsError.noEvents) { try breslowBaseline(censored, linearPredictor: [0, 0]) }
        #expect(throws: StatisticsError.notANumber(what: "the linear predictor", row: 1)) {
            try breslowBaseline(Outcome(time: [1, 2], event: [true, false]), linearPredictor: [0, .nan])
        }
    }

    @Test("stops when its progress does")
    func interruption() throws {
        struct Interrupted: Error {}
        let set = try OracleData().set("ties")
        #expect(throws: Interrupted.self) {
            try CoxModel.fit(set.outcome, covariates: set.matrix(["x"]), names: ["x"]) { _ in throw Interrupted() }
        }
    }
}
