import Foundation
import Results
import Testing

@testable import SurvivalStatistics

/// The data sets of `competingRisks.R`.
struct CompetingData {
    private let sets: [String: [String: [Double?]]]

    init() throws { sets = try Oracle.cases("competingData") }

    /// The patients of a set who have a value in each of `needed`.
    func set(_ name: String, needing needed: [String] = []) throws -> CompetingSet {
        let columns = try #require(sets[name], "no data set \(name)")
        let rows = try #require(columns["time"]).indices.filter { row in
            needed.allSatisfy { columns[$0]?[row] != nil }
        }
        return try CompetingSet(columns: columns.mapValues { column in rows.map { column[$0] } })
    }
}

struct CompetingSet {
    let columns: [String: [Double?]]
    let outcome: CompetingOutcome
    /// The numbers that R has for the causes.
    let causes: [Int]

    init(columns: [String: [Double?]]) throws {
        self.columns = columns
        let codes = try #require(columns["cause"]).map { Int(try #require($0)) }
        let causes = Set(codes).subtracting([0]).union([1, 2]).sorted()
        self.causes = causes
        outcome = try CompetingOutcome(
            time: #require(columns["time"]).map { try #require($0) }, cause: codes.map { causes.firstIndex(of: $0) },
            causes: causes.map(String.init))
    }

    func numbers(_ name: String) throws -> [Double] {
        try #require(columns[name], "no column \(name)").map { try #require($0) }
    }

    func integers(_ name: String) throws -> [Int] { try numbers(name).map { Int($0) } }

    func labels(_ name: String) throws -> [String] { try numbers(name).map { String($0) } }

    func matrix(_ names: [String]) throws -> Matrix {
        let columns = try names.map(numbers)
        return Matrix(
            rows: outcome.count, columns: names.count,
            values: (0..<outcome.count).flatMap { row in columns.map { $0[row] } })
    }
}

@Suite("Cumulative incidence")
struct CumulativeIncidenceTests {
    private struct Case: Decodable {
        let data: String
        let groups: Bool
        let level: Double
        let interval: String
        let group: Double
        let cause: Int
        let time: [Double]
        let atRisk: [Int]
        let incidence: [Double]
        let standardError: [Double]
        let lower: [Double?]
        let upper: [Double?]
        let aalenVariance: [Double?]
    }

    @Test("agrees with R's survfit, and its estimates with cuminc")
    func agreesWithR() throws {
        let data = try CompetingData()
        for r in try Oracle.cases("cumulativeIncidence", as: [Case].self) {
            let set = try data.set(r.data)
            let interval = try #require(SurvivalInterval(rawValue: r.interval))
            let curves =
                try r.groups
                ? cumulativeIncidence(
                    set.outcome, groups: set.labels("group"), level: r.level, interval: interval)
                : [cumulativeIncidence(set.outcome, level: r.level, interval: interval)]
            let cause = String(r.cause)
            let curve = try #require(
                curves.joined().first {
                    $0.cause == cause && ($0.name == nil || $0.name == String(r.group))
                })
            let place = "\(r.data), group \(r.group), cause \(r.cause):"
            #expect(curve.time == r.time && curve.atRisk == r.atRisk, "\(place)")
            expectClose(curve.incidence, r.incidence, "\(place) incidence")
            // An error of 0 is the root of what rounding leaves.
            for (index, error) in r.standardError.enumerated() where error > 1e-12 || curve.standardError[index] > 1e-8
            {
                expectClose(curve.standardError[index], error, "\(place) error[\(index)]")
            }
            for (index, incidence) in curve.incidence.enumerated() {
                // R has bounds of width 0 for plain at 0, and a rounding error decides at 1.
                guard incidence > 0, incidence < 1 - 1e-12 else {
                    if incidence == 0 { #expect(curve.lower[index].isNaN && curve.upper[index].isNaN) }
                    continue
                }
                expectClose(curve.lower[index], r.lower[index], "\(place) lower[\(index)]", scale: 1e-6)
                expectClose(curve.upper[index], r.upper[index], "\(place) upper[\(index)]", scale: 1e-6)
                if r.interval == "loglog" {
                    #expect(0 < curve.lower[index] && curve.lower[index] < incidence)
                    #expect(incidence < curve.upper[index] && curve.upper[index] < 1)
                }
            }
            // Aalen's variance is another, but it is a variance of the same.
            for (index, theirs) in r.aalenVariance.enumerated() where curve.atRisk[index] > 20 {
                guard let theirs, theirs > 0 else { continue }
                #expect(abs(curve.standardError[index] / theirs.squareRoot() - 1) < 0.05, "\(place) \(index)")
            }
        }
    }

    @Test("with one cause is 1 less Kaplan-Meier")
    func oneCause() throws {
        let set = try OracleData().set("ties")
        let outcome = try CompetingOutcome(
            time: set.outcome.time, cause: set.outcome.event.map { $0 ? 0 : nil }, causes: ["death"])
        let curve = try cumulativeIncidence(outcome)[0]
        let survival = try kaplanMeier(set.outcome)
        #expect(curve.time == survival.time && curve.atRisk == survival.atRisk && curve.events == survival.events)
        expectClose(curve.incidence, survival.survival.map { 1 - $0 }, "incidence", tolerance: 1e-13)
        // Greenwood's and the jackknife's variance are the same number.
        let errors = zip(survival.survival, survival.standardError).map { $0 == 0 ? 0 : $0 * $1 }
        expectClose(curve.standardError, errors, "error", tolerance: 1e-12)
        #expect(curve.median == survival.median)
    }

    @Test("sums to 1 less event-free survival, does not depend on the order and scales with time")
    func properties() throws {
        let set = try CompetingData().set("ties")
        let curves = try cumulativeIncidence(set.outcome)
        let events = set.outcome.cause.map { $0 != nil }
        let survival = try kaplanMeier(Outcome(time: set.outcome.time, event: events)).survival
        for index in survival.indices {
            let sum = curves.reduce(0) { $0 + $1.incidence[index] }
            #expect(abs(sum + survival[index] - 1) < 1e-14)
        }
        let rows = Array(set.outcome.time.indices.reversed())
        let turned = try CompetingOutcome(
            time: rows.map { 7 * set.outcome.time[$0] }, cause: rows.map { set.outcome.cause[$0] },
            causes: set.outcome.causes)
        for (a, b) in zip(try cumulativeIncidence(turned), curves) {
            #expect(a.incidence == b.incidence && a.standardError == b.standardError)
            #expect(a.time == b.time.map { 7 * $0 })
        }
    }

    @Test("the error of many patients is not lost to rounding")
    func large() throws {
        // With no censoring the jackknife is the binomial error.
        var generator = SeededGenerator(seed: 3)
        let count = 200_000
        let cause = (0..<count).map { _ in generator.uniform() < 0.3 ? 0 : 1 }
        let time = (0..<count).map(Double.init)
        let curve = try cumulativeIncidence(CompetingOutcome(time: time, cause: cause, causes: ["a", "b"]))[0]
        for index in stride(from: 0, to: count, by: 9_999) {
            let p = curve.incidence[index]
            expectClose(
                curve.standardError[index], (p * (1 - p) / Double(count)).squareRoot(), "error \(index)",
                tolerance: 1e-8)
        }
    }

    @Test("refuses what it cannot estimate from")
    func badInput() throws {
        let none = try CompetingOutcome(time: [], cause: [], causes: ["a"])
        #expect(throws: StatisticsError.noPatients) { try cumulativeIncidence(none) }
        #expect(throws: OutcomeError.invalidTime(-1, row: 1)) {
            try CompetingOutcome(time: [1, -1], cause: [nil, 0], causes: ["a"])
        }
        #expect(throws: OutcomeError.lengthsDiffer(times: 1, events: 2)) {
            try CompetingOutcome(time: [1], cause: [nil, 0], causes: ["a"])
        }
        let one = try CompetingOutcome(time: [1], cause: [0], causes: ["a"])
        #expect(throws: StatisticsError.lengthsDiffer(what: "group labels", count: 0, patients: 1)) {
            try cumulativeIncidence(one, groups: [])
        }
        #expect(throws: StatisticsError.invalidLevel(1)) { try cumulativeIncidence(one, level: 1) }
        let curve = try cumulativeIncidence(one)[0]
        #expect(curve.incidence == [1] && curve.standardError == [0] && curve.lower[0].isNaN && curve.median == 1)
    }
}

@Suite("Gray's test")
struct GrayTestTests {
    private struct Case: Decodable {
        let data: String
        let rho: Double
        let strata: Bool
        let cause: [Int]
        let chiSquare: [Double]
        let degreesOfFreedom: [Int]
        let p: [Double]
    }

    @Test("agrees with R's cuminc")
    func agreesWithR() throws {
        let data = try CompetingData()
        for r in try Oracle.cases("gray", as: [Case].self) {
            let set = try data.set(r.data)
            for (index, cause) in r.cause.enumerated() {
                let place = "\(r.data), cause \(cause), rho \(r.rho), strata \(r.strata):"
                let test = try grayTest(
                    set.outcome, cause: #require(set.causes.firstIndex(of: cause)), groups: set.labels("group"),
                    rho: r.rho, strata: r.strata ? set.integers("stratum") : nil)
                expectClose(test.chiSquare, r.chiSquare[index], "\(place) chi-square")
                expectClose(test.p, r.p[index], "\(place) p")
                #expect(test.degreesOfFreedom == r.degreesOfFreedom[index])
                let scores = test.groups.map { $0.observed - $0.expected }
                #expect(abs(scores.reduce(0, +)) < 1e-10)
            }
        }
    }

    @Test("does not depend on names and order of the groups, and counts events")
    func invariance() throws {
        let set = try CompetingData().set("ties")
        let groups = try set.labels("group")
        let test = try grayTest(set.outcome, cause: 0, groups: groups)
        let renamed = try grayTest(
            set.outcome, cause: 0, groups: groups.map { ["1.0": "z", "2.0": "k", "3.0": "b", "4.0": "a"][$0]! })
        expectClose(renamed.chiSquare, test.chiSquare, "chi-square", tolerance: 1e-10)
        #expect(renamed.groups.map(\.name) == ["a", "b", "k", "z"])
        #expect(renamed.groups.map(\.patients) == test.groups.map(\.patients).reversed())
        #expect(test.groups.map(\.observed).reduce(0, +) == Double(set.outcome.eventCount(0)))
        expectClose(
            test.groups.map(\.expected).reduce(0, +), Double(set.outcome.eventCount(0)), "expected", tolerance: 1e-12)
    }

    @Test("refuses what cannot be compared")
    func badInput() throws {
        let outcome = try CompetingOutcome(time: [1, 2, 3, 4], cause: [0, nil, nil, 0], causes: ["a", "b"])
        let groups = ["x", "x", "y", "y"]
        #expect(throws: CompetingRisksError.noEvents(cause: "b")) {
            try grayTest(outcome, cause: 1, groups: groups)
        }
        #expect(throws: CompetingRisksError.noSuchCause(2, count: 2)) {
            try grayTest(outcome, cause: 2, groups: groups)
        }
        #expect(throws: CompetingRisksError.invalidWeight(rho: .infinity)) {
            try grayTest(outcome, cause: 0, groups: groups, rho: .infinity)
        }
        #expect(throws: StatisticsError.singleGroup("x")) {
            try grayTest(outcome, cause: 0, groups: ["x", "x", "x", "x"])
        }
        #expect(throws: StatisticsError.lengthsDiffer(what: "strata", count: 1, patients: 4)) {
            try grayTest(outcome, cause: 0, groups: groups, strata: [1])
        }
        // Nobody of y is at risk with anyone of x.
        #expect(throws: CompetingRisksError.noVariance(cause: "a")) {
            try grayTest(outcome, cause: 0, groups: groups, strata: [1, 1, 2, 2])
        }
        #expect(
            CompetingRisksError.noVariance(cause: "a").errorDescription
                == "the groups cannot be compared for a: some are never at risk together with others, or have no variance"
        )
        #expect(CompetingRisksError.noEvents(cause: "b").errorDescription == "no patient has the event b")
    }
}
