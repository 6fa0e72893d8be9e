import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Penalised Cox regression")
struct PenalisedCoxTests {
    private struct Columns: Decodable {
        let time: [Double]
        let event: [Int]
        let x: [[Double]]
    }

    private struct Path: Decodable {
        let data: String
        let covariates: [String]
        let alpha: Double
        let standardize: Bool
        let free: [Int]
        let isAutomatic: Bool
        let lambdas: [Double]
        let devianceRatio: [Double]
        let kept: [Int]
        let tolerance: Double
        let coefficients: [[Double]]
    }

    private struct Validated: Decodable {
        let data: String
        let covariates: [String]
        let alpha: Double
        let folds: [Int]
        let lambdas: [Double]
        let mean: [Double]
        let standardError: [Double]
        let minimum: Double
        let oneStandardError: Double
    }

    private struct Ridge: Decodable {
        let data: String
        let covariates: [String]
        let lambda: Double
        let ties: String
        let strata: String
        let coefficients: [Double]
    }

    private struct Recorded: Decodable {
        let paths: [Path]
        let validated: [Validated]
        let ridge: [Ridge]
        let genes: Columns
        let odd: Columns
    }

    private struct Problem {
        let outcome: Outcome
        let covariates: Matrix
        let names: [String]
        let strata: [Int]?
    }

    private let recorded: Recorded
    private let data: OracleData

    init() throws {
        recorded = try Oracle.cases("penalisedCox")
        data = try OracleData()
    }

    private func problem(_ name: String, _ covariates: [String], strata: String = "") throws -> Problem {
        if name == "genes" || name == "odd" {
            let own = name == "genes" ? recorded.genes : recorded.odd
            let rows = own.time.count
            return Problem(
                outcome: try Outcome(time: own.time, event: own.event.map { $0 == 1 }),
                covariates: Matrix(
                    rows: rows, columns: own.x.count, values: (0..<rows).flatMap { row in own.x.map { $0[row] } }),
                names: own.x.indices.map { "x\($0 + 1)" }, strata: nil)
        }
        // The script adds 1 to the times of "ties", which glmnet would not take otherwise; nothing depends on it.
        let set = try data.set(
            name == "heavy" ? "ties" : name, needing: covariates + (strata.isEmpty ? [] : [strata]))
        return Problem(
            outcome: set.outcome, covariates: try set.matrix(covariates), names: covariates,
            strata: strata.isEmpty ? nil : try set.integers(strata))
    }

    @Test("agrees with glmnet along its path")
    func agreesWithGlmnet() throws {
        for r in recorded.paths {
            let place = "alpha \(r.alpha) of \(r.data), free \(r.free), \(r.standardize):"
            let problem = try problem(r.data, r.covariates)
            let penalty = ElasticNet(alpha: r.alpha, standardizes: r.standardize, unpenalised: Set(r.free))
            let path = try CoxPath.fit(
                problem.outcome, covariates: problem.covariates, names: problem.names, penalty: penalty,
                lambdas: r.isAutomatic ? nil : r.lambdas)
            #expect(path.warnings.isEmpty, "\(place) \(path.warnings)")
            expectClose(path.lambdas, r.lambdas, "\(place) lambda", tolerance: 1e-8)
            // glmnet fits the first penalty of a ridge path as if it were infinite.
            let first = r.alpha == 0 && r.isAutomatic ? 1 : 0
            expectClose(
                Array(path.points.map(\.devianceRatio).dropFirst(first)), Array(r.devianceRatio.dropFirst(first)),
                "\(place) deviance ratio", tolerance: r.tolerance, scale: 1)
            guard path.points.count == r.lambdas.count else { continue }
            for (kept, coefficients) in zip(r.kept, r.coefficients) {
                expectClose(
                    path.points[kept].coefficients, coefficients, "\(place) coefficients at \(kept)",
                    tolerance: r.tolerance, scale: coefficients.reduce(0) { max($0, abs($1)) })
            }
        }
    }

    @Test("agrees with ridge() of survival, Efron's rule and strata")
    func agreesWithSurvival() throws {
        for r in recorded.ridge {
            let problem = try problem(r.data, r.covariates, strata: r.strata)
            let ties = try #require(CoxModel.Ties(rawValue: r.ties))
            let path = try CoxPath.fit(
                problem.outcome, covariates: problem.covariates, names: problem.names,
                penalty: ElasticNet(alpha: 0, standardizes: false, ties: ties), lambdas: [r.lambda],
                strata: problem.strata)
            expectClose(
                path.points[0].coefficients, r.coefficients, "\(r.data) \(r.ties) \(r.strata)", tolerance: 1e-8)
            // With hardly any lasso the other solver has to arrive at the same place.
            let other = try CoxPath.fit(
                problem.outcome, covariates: problem.covariates, names: problem.names,
                penalty: ElasticNet(alpha: 1e-9, standardizes: false, ties: ties), lambdas: [r.lambda],
                strata: problem.strata)
            expectClose(
                other.points[0].coefficients, r.coefficients, "\(r.data) \(r.ties) \(r.strata)", tolerance: 1e-6)
        }
    }

    @Test("agrees with cv.glmnet for given folds")
    func agreesWithCrossValidation() throws {
        for r in recorded.validated {
            let place = "alpha \(r.alpha) of \(r.data)"
            let problem = try problem(r.data, r.covariates)
            let validated = try CrossValidatedCoxPath.fit(
                problem.outcome, covariates: problem.covariates, names: problem.names,
                penalty: ElasticNet(alpha: r.alpha), folds: r.folds, lambdas: r.lambdas)
            #expect(validated.warnings.isEmpty)
            expectClose(validated.mean, r.mean, "\(place) mean", tolerance: 1e-6)
            expectClose(validated.standardError, r.standardError, "\(place) error", tolerance: 1e-6)
            expectClose(
                validated.path.lambdas[validated.index(.minimum)], r.minimum, "\(place) minimum", tolerance: 1e-5)
            expectClose(
                validated.path.lambdas[validated.index(.oneStandardError)], r.oneStandardError, "\(place) 1se",
                tolerance: 1e-5)
        }
    }

    // MARK: What defines the optimum

    /// The gradient of the log partial likelihood by η, from the risk set of each event by its definition. O(n²).
    private func residual(_ problem: Problem, _ eta: [Double], _ ties: CoxModel.Ties) -> [Double] {
        let (time, event) = (problem.outcome.time, problem.outcome.event)
        let strata = problem.strata ?? [Int](repeating: 0, count: time.count)
        var result = event.map { $0 ? 1.0 : 0 }
        for (stratum, moment) in Set(event.indices.filter { event[$0] }.map { Pair(strata[$0], time[$0]) }).map({
            ($0.stratum, $0.time)
        }) {
            let atRisk = time.indices.filter { strata[$0] == stratum && time[$0] >= moment }
            let own = atRisk.filter { event[$0] && time[$0] == moment }
            let (all, tied) = (
                atRisk.reduce(0) { $0 + exp(eta[$1]) }, own.reduce(0) { $0 + exp(eta[$1]) }
            )
            for step in 0..<own.count {
                let left = ties == .efron ? Double(step) / Double(own.count) : 0
                for row in atRisk {
                    let share = event[row] && time[row] == moment ? 1 - left : 1
                    result[row] -= share * exp(eta[row]) / (all - left * tied)
                }
            }
        }
        return result
    }

    private struct Pair: Hashable {
        let stratum: Int
        let time: Double
        init(_ stratum: Int, _ time: Double) { (self.stratum, self.time) = (stratum, time) }
    }

    @Test("the gradient meets the conditions of an optimum", arguments: [0, 0.02, 0.4, 1.0], [true, false])
    func conditionsHold(alpha: Double, standardizes: Bool) throws {
        let problems = [
            try problem("genes", []), try problem("odd", []),
            try problem("veteran", ["trt", "karno", "age", "prior"], strata: "cell"),
            try problem("zeroTimes", ["x"]), try problem("ties", ["x", "y", "z"], strata: "site"),
        ]
        for (number, problem) in problems.enumerated() {
            for ties in [CoxModel.Ties.efron, .breslow] {
                for free in [Set<Int>(), Set([problem.names.count - 1])] where free.count < problem.names.count {
                    let penalty = ElasticNet(
                        alpha: alpha, standardizes: standardizes, unpenalised: number == 1 ? [] : free, ties: ties)
                    let path = try CoxPath.fit(
                        problem.outcome, covariates: problem.covariates, names: problem.names, penalty: penalty,
                        count: 12, strata: problem.strata)
                    #expect(path.warnings.isEmpty, "\(path.warnings)")
                    for index in path.points.indices { expectOptimum(path, index, problem) }
                }
            }
        }
    }

    private func expectOptimum(_ path: CoxPath, _ index: Int, _ problem: Problem) {
        let (point, count, penalty) = (path.points[index], path.patients, path.penalty)
        let eta = path.linearPredictor(problem.covariates, at: index)
        let rest = residual(problem, eta, penalty.ties)
        for (column, coefficient) in point.coefficients.enumerated() {
            let values = (0..<count).map { problem.covariates[$0, column] }
            let centre = values.reduce(0, +) / Double(count)
            let spread = (values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(count)).squareRoot()
            guard values.contains(where: { $0 != values[0] }) else {
                #expect(coefficient == 0)
                continue
            }
            let unit = penalty.standardizes ? spread : 1
            let gradient = zip(rest, values).reduce(0) { $0 + $1.0 * ($1.1 - centre) } / Double(count) / unit
            let isFree = penalty.unpenalised.contains(column)
            let (lasso, ridge) =
                isFree ? (0, 0) : (point.lambda * penalty.alpha, point.lambda * (1 - penalty.alpha))
            let value = coefficient * unit
            let miss =
                value == 0
                ? max(abs(gradient) - lasso, 0) : abs(gradient - ridge * value - (value < 0 ? -lasso : lasso))
            let scale = Double(path.events).squareRoot() / Double(count) * spread / unit
            #expect(miss <= 1e-8 * scale, "column \(column) at \(point.lambda) misses by \(miss / scale)")
        }
    }

    @Test("invariances of the fit")
    func invariances() throws {
        let genes = try problem("genes", [])
        let fit = { (outcome: Outcome, x: Matrix) in
            try CoxPath.fit(outcome, covariates: x, names: genes.names, penalty: ElasticNet(alpha: 0.5), count: 20)
        }
        let plain = try fit(genes.outcome, genes.covariates)
        // The first penalty is the largest at which nothing is in the model; below it something is.
        #expect(plain.points[0].nonzero == 0 && plain.points[1].nonzero > 0)
        // The order of the patients and the unit of time mean nothing, the unit of a covariate only to its coefficient.
        let rows = Array((0..<genes.outcome.count).reversed())
        var x = Matrix(
            rows: rows.count, columns: genes.names.count, values: rows.flatMap { genes.covariates[row: $0] })
        for row in rows.indices { x[row, 0] = 7 * x[row, 0] + 100 }
        let turned = try Outcome(
            time: rows.map { genes.outcome.time[$0] * 365.25 }, event: rows.map { genes.outcome.event[$0] })
        let other = try fit(turned, x)
        for (a, b) in zip(plain.points, other.points) {
            var coefficients = b.coefficients
            coefficients[0] *= 7
            expectClose(coefficients, a.coefficients, "coefficients", tolerance: 1e-7, scale: 1)
        }
        // One penalty alone gives what the path gives.
        let one = try CoxPath.fit(
            genes.outcome, covariates: genes.covariates, names: genes.names, penalty: ElasticNet(alpha: 0.5),
            lambdas: [plain.lambdas[15]])
        expectClose(
            one.points[0].coefficients, plain.points[15].coefficients, "one penalty", tolerance: 1e-7, scale: 1)
    }

    @Test("bad input")
    func badInput() throws {
        let outcome = try Outcome(time: [1, 2, 3, 4], event: [true, true, false, true])
        let x = Matrix(rows: 4, columns: 2, values: [1, 5, 2, 5, 4, 5, 3, 5])
        func fails(
            _ expected: PenalisedCoxError, _ message: String, _ body: () throws -> Void,
            at location: SourceLocation = #_sourceLocation
        ) {
            #expect(throws: expected, sourceLocation: location, performing: body)
            #expect(expected.errorDescription == message, sourceLocation: location)
        }
        func fit(_ penalty: ElasticNet = ElasticNet(), _ lambdas: [Double]? = nil, _ x: Matrix = x) throws {
            _ = try CoxPath.fit(outcome, covariates: x, names: ["a", "b"], penalty: penalty, lambdas: lambdas)
        }
        fails(.mixing(1.5), "alpha is 1.5; it lies between 0 (ridge) and 1 (lasso)") {
            try fit(ElasticNet(alpha: 1.5))
        }
        fails(.penalty(0), "a penalty lambda of 0.0 is not a finite positive number") { try fit(ElasticNet(), [1, 0]) }
        fails(.nothingToPenalise, "no penalised covariate varies between patients") {
            try fit(ElasticNet(unpenalised: [0]))
        }
        fails(.unknownColumn(2, columns: 2), "column 2 is to be free of the penalty, but there are 2") {
            try fit(ElasticNet(unpenalised: [2]))
        }
        #expect(throws: StatisticsError.notANumber(what: "b", row: 1)) {
            try fit(ElasticNet(), nil, Matrix(rows: 4, columns: 2, values: [1, 5, 2, .nan, 4, 5, 3, 5]))
        }
        #expect(throws: StatisticsError.noEvents) {
            _ = try CoxPath.fit(
                Outcome(time: [1, 2], event: [false, false]),
                covariates: Matrix(rows: 2, columns: 1, values: [1, 2]), names: ["a"])
        }
        func validate(_ folds: [Int]) throws {
            _ = try CrossValidatedCoxPath.fit(outcome, covariates: x, names: ["a", "b"], folds: folds)
        }
        fails(.fewFolds(1), "cross-validation needs at least two folds, and there is 1") { try validate([3, 3, 3, 3]) }
        fails(.foldWithoutEvents(2), "nobody in fold 2 has the event, so the fold says nothing of the deviance") {
            try validate([1, 1, 2, 3])
        }
        fails(.foldWithAllEvents(1), "nobody outside fold 1 has the event, so nothing can be fitted there") {
            _ = try CrossValidatedCoxPath.fit(
                Outcome(time: [1, 2, 3, 4], event: [true, true, true, false]), covariates: x, names: ["a", "b"],
                folds: [1, 1, 1, 2])
        }
        fails(.foldCount(4, events: 3), "4 folds cannot be made of 3 events; each fold needs one") {
            var generator = SeededGenerator(seed: 1)
            _ = try CrossValidatedCoxPath.folds(outcome, count: 4, using: &generator)
        }
    }

    @Test("folds have equally many patients and events, and depend on the seed alone")
    func foldsAreEven() throws {
        let lung = try data.set("lung").outcome
        func make(_ seed: UInt64) throws -> [Int] {
            var generator = SeededGenerator(seed: seed)
            return try CrossValidatedCoxPath.folds(lung, count: 7, using: &generator)
        }
        let folds = try make(4)
        #expect(try folds == make(4) && folds != make(5))
        let sizes = (1...7).map { fold in folds.count { $0 == fold } }
        let events = (1...7).map { fold in folds.indices.count { folds[$0] == fold && lung.event[$0] } }
        #expect(sizes.max()! - sizes.min()! <= 1 && events.max()! - events.min()! <= 1)
    }
}
