import Results
import Testing

@testable import SurvivalStatistics

@Suite("The test of proportional hazards")
struct ProportionalHazardsTests {
    private struct Case: Decodable {
        let data: String
        let covariates: [String]
        let factors: String
        let transform: String
        let ties: String
        let strata: String
        let chiSquare: [Double]
        let degreesOfFreedom: [Int]
        let p: [Double]
    }

    @Test("agrees with R's cox.zph")
    func agreesWithR() throws {
        let data = try OracleData()
        for r in try Oracle.cases("proportionalHazards", as: [Case].self) {
            let place = "\(r.covariates) \(r.factors) of \(r.data), \(r.transform), \(r.ties), strata \(r.strata):"
            let set = try data.set(r.data, needing: r.covariates + [r.strata, r.factors].filter { !$0.isEmpty })
            var columns = try r.covariates.map(set.numbers)
            var groups = Array(columns.indices)
            if !r.factors.isEmpty {
                let levels = try set.integers(r.factors)
                for level in Set(levels).sorted().dropFirst() {
                    columns.append(levels.map { $0 == level ? 1 : 0 })
                    groups.append(r.covariates.count)
                }
            }
            let covariates = Matrix(
                rows: set.outcome.count, columns: columns.count,
                values: (0..<set.outcome.count).flatMap { row in columns.map { $0[row] } })
            let strata = r.strata.isEmpty ? nil : try set.integers(r.strata)
            let model = try CoxModel.fit(
                set.outcome, covariates: covariates, names: columns.indices.map { "x\($0)" },
                ties: #require(CoxModel.Ties(rawValue: r.ties)), strata: strata)
            let result = try proportionalHazards(
                model, set.outcome, covariates: covariates, strata: strata, groups: groups,
                transform: #require(ProportionalHazards.Transform(rawValue: r.transform)))
            let tests = result.tests + [result.global]
            #expect(tests.map(\.degreesOfFreedom) == r.degreesOfFreedom, "\(place)")
            // R iterates to the maximum here, as the model does.
            expectClose(tests.map(\.chiSquare), r.chiSquare, "\(place) chi-square", tolerance: 1e-6)
            expectClose(tests.map(\.p), r.p, "\(place) p", tolerance: 1e-6)
        }
    }

    @Test("refuses what it cannot test")
    func badInput() throws {
        func test(
            _ time: [Double], _ event: [Bool], _ x: [Double], _ transform: ProportionalHazards.Transform = .km
        ) throws -> ProportionalHazards {
            let outcome = try Outcome(time: time, event: event)
            let column = Matrix(rows: x.count, columns: 1, values: x)
            let model = try CoxModel.fit(outcome, covariates: column, names: ["x"])
            return try proportionalHazards(model, outcome, covariates: column, transform: transform)
        }
        let (event, x): ([Bool], [Double]) = ([true, true, false, true, true], [2, 1, 3, 1, 2])
        #expect(throws: CoxError.zeroTime) { try test([0, 1, 2, 3, 4], event, x, .log) }
        #expect(try test([0, 1, 2, 3, 4], event, x, .identity).tests.count == 1)
        #expect(throws: CoxError.noTimeToVary) { try test([2, 2, 3, 2, 2], event, x) }
        #expect(throws: CoxError.infiniteCoefficients(["x"])) {
            try test([1, 2, 3, 4, 5], [true, true, false, false, false], [1, 1, 0, 0, 0])
        }
        let outcome = try Outcome(time: [1, 2, 3, 4, 5], event: event)
        let column = Matrix(rows: 5, columns: 1, values: x)
        let model = try CoxModel.fit(outcome, covariates: column, names: ["x"])
        #expect(throws: StatisticsError.lengthsDiffer(what: "linear predictors", count: 5, patients: 2)) {
            try proportionalHazards(
                model, Outcome(time: [1, 2], event: [true, true]),
                covariates: Matrix(rows: 2, columns: 1, values: [1, 2]))
        }
    }
}
