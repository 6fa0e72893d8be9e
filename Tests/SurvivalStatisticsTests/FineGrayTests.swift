import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Subdistribution hazards")
struct FineGrayTests {
    private struct Case: Decodable {
        let data: String
        let terms: [String]
        let cause: Int
        let coefficient: [Double]
        let covariance: [Double]
        let logLikelihood: Double
        let nullLogLikelihood: Double
        let expandedCoefficient: [Double]
        let expandedError: [Double]
    }

    @Test("agrees with R's crr, and nearly with coxph on the data of finegray")
    func agreesWithR() throws {
        let data = try CompetingData()
        for r in try Oracle.cases("fineGray", as: [Case].self) {
            let place = "\(r.terms) in \(r.data), cause \(r.cause):"
            let set = try data.set(r.data, needing: r.terms)
            let model = try FineGrayModel.fit(
                set.outcome, cause: #require(set.causes.firstIndex(of: r.cause)), covariates: set.matrix(r.terms),
                names: r.terms)
            #expect(model.warnings.isEmpty, "\(place) \(model.warnings)")
            let size = r.terms.count
            let errors = (0..<size).map { r.covariance[$0 * size + $0].squareRoot() }
            for (index, term) in model.terms.enumerated() {
                expectClose(
                    term.coefficient, r.coefficient[index], "\(place) \(term.name)", tolerance: 1e-6,
                    scale: errors[index])
                expectClose(term.standardError, errors[index], "\(place) error of \(term.name)", tolerance: 1e-6)
                for other in 0..<size {
                    expectClose(
                        model.covariance[index, other], r.covariance[index * size + other],
                        "\(place) covariance", tolerance: 1e-6, scale: errors[index] * errors[other])
                }
                // Without ties the weights are the same; with them finegray's differ by its rule.
                let isContinuous = r.data == "continuous"
                expectClose(
                    term.coefficient, r.expandedCoefficient[index], "\(place) expanded \(term.name)",
                    tolerance: isContinuous ? 1e-6 : 0.1, scale: errors[index])
                #expect(abs(term.standardError / r.expandedError[index] - 1) < 0.1, "\(place) expanded error")
            }
            expectClose(model.logLikelihood, r.logLikelihood, "\(place) likelihood")
            expectClose(model.nullLogLikelihood, r.nullLogLikelihood, "\(place) null likelihood")
            expectClose(
                model.likelihoodRatio.chiSquare, 2 * (r.logLikelihood - r.nullLogLikelihood), "\(place) ratio",
                tolerance: 1e-6)
            #expect(model.events == set.outcome.cause.count { $0.map { set.causes[$0] } == r.cause })
            #expect(model.events + model.competingEvents + model.censored == model.patients)
            #expect(model.wald.degreesOfFreedom == size)
        }
    }

    @Test("without competing events is Cox regression with Breslow's ties and the robust variance")
    func withoutCompetition() throws {
        let set = try OracleData().set("ties")
        let covariates = try set.matrix(["x", "y", "z"])
        let cox = try CoxModel.fit(
            set.outcome, covariates: covariates, names: ["x", "y", "z"], ties: .breslow, variance: .robust)
        let outcome = try CompetingOutcome(
            time: set.outcome.time, cause: set.outcome.event.map { $0 ? 0 : nil }, causes: ["death", "other"])
        let model = try FineGrayModel.fit(outcome, cause: 0, covariates: covariates, names: ["x", "y", "z"])
        for (a, b) in zip(model.terms, cox.terms) {
            expectClose(a.coefficient, b.coefficient, a.name, tolerance: 1e-7)
            expectClose(a.standardError, b.standardError, a.name, tolerance: 1e-7)
        }
        expectClose(model.logLikelihood, cox.logLikelihood, "likelihood", tolerance: 1e-10)
        expectClose(model.wald.chiSquare, cox.wald.chiSquare, "Wald", tolerance: 1e-6)
    }

    @Test("gradient and information are those of the likelihood")
    func derivatives() throws {
        let set = try CompetingData().set("ties")
        let covariates = try set.matrix(["x", "y"])
        let likelihood = FineGrayLikelihood(
            FineGrayRiskSets(set.outcome, cause: 0), covariates: covariates,
            scaling: try CovariateScaling(covariates, names: ["x", "y"]))
        let at = [0.4, -0.7]
        let point = likelihood.evaluate(at)
        for index in at.indices {
            func moved(_ step: Double) -> LikelihoodPoint {
                var parameters = at
                parameters[index] += step
                return likelihood.evaluate(parameters)
            }
            let (up, down) = (moved(1e-5), moved(-1e-5))
            expectClose(
                point.gradient[index], (up.value - down.value) / 2e-5, "gradient", tolerance: 1e-6, scale: 1)
            for other in at.indices {
                expectClose(
                    point.information[other, index], -(up.gradient[other] - down.gradient[other]) / 2e-5,
                    "information", tolerance: 1e-6, scale: 1)
            }
        }
    }

    @Test("does not depend on order, units and the scale of time")
    func invariance() throws {
        let set = try CompetingData().set("pbc")
        let covariates = try set.matrix(["age", "bili"])
        let model = try FineGrayModel.fit(set.outcome, cause: 1, covariates: covariates, names: ["age", "bili"])
        let rows = Array((0..<covariates.rows).reversed())
        let turned = try FineGrayModel.fit(
            CompetingOutcome(
                time: rows.map { set.outcome.time[$0] / 365 }, cause: rows.map { set.outcome.cause[$0] },
                causes: set.outcome.causes),
            cause: 1,
            covariates: Matrix(
                rows: rows.count, columns: 2, values: rows.flatMap { [covariates[$0, 0] * 1e6, covariates[$0, 1] - 7] }),
            names: ["age", "bili"])
        expectClose(turned.terms[0].coefficient * 1e6, model.terms[0].coefficient, "age")
        expectClose(turned.terms[1].coefficient, model.terms[1].coefficient, "bili")
        expectClose(turned.terms.map(\.z), model.terms.map(\.z), "z")
    }

    @Test("refuses what cannot be fitted, and says so when a coefficient is infinite")
    func badInput() throws {
        let outcome = try CompetingOutcome(
            time: [1, 2, 3, 4, 5, 6], cause: [0, 1, 0, nil, 1, nil], causes: ["a", "b", "c"])
        func fit(_ cause: Int, _ x: [Double], columns: Int = 1) throws -> FineGrayModel {
            try FineGrayModel.fit(
                outcome, cause: cause, covariates: Matrix(rows: x.count / columns, columns: columns, values: x),
                names: Array(["x", "y"].prefix(columns)))
        }
        let x: [Double] = [3, 1, 2, 5, 4, 1]
        #expect(throws: CompetingRisksError.noEvents(cause: "c")) { try fit(2, x) }
        #expect(throws: CompetingRisksError.noSuchCause(3, count: 3)) { try fit(3, x) }
        #expect(throws: CoxError.constantColumns(["x"])) { try fit(0, [1, 1, 1, 1, 1, 1]) }
        #expect(throws: StatisticsError.lengthsDiffer(what: "rows of covariates", count: 2, patients: 6)) {
            try fit(0, [1, 2])
        }
        #expect(throws: StatisticsError.notANumber(what: "x", row: 5)) { try fit(0, [3, 1, 2, 5, 4, .nan]) }
        #expect(throws: CoxError.dependentColumn("y", of: ["x"])) {
            try fit(0, x.flatMap { [$0, 2 * $0 + 1] }, columns: 2)
        }
        let separated = try fit(0, [1, 0, 1, 0, 0, 0])
        #expect(separated.warnings == [.infiniteCoefficient("x")] && separated.terms[0].coefficient > 5)
    }
}
