import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("The log-rank test")
struct LogRankTests {
    private struct Case: Decodable {
        let data: String
        let by: String
        let strata: String
        let weights: String
        let rho: Double
        let gamma: Double
        let groups: [Double]
        let patients: [Int]
        let observed: [Double]
        let expected: [Double]
        let variance: [Double]
        let chiSquare: Double
        let degreesOfFreedom: Int
        let p: Double
        let trend: Double?
        let trendP: Double?

        func scheme() throws -> LogRankWeights {
            switch weights {
            case "logRank": .logRank
            case "gehan": .gehan
            case "taroneWare": .taroneWare
            default: .flemingHarrington(rho: rho, gamma: gamma)
            }
        }
    }

    private struct Pairs: Decodable {
        let data: String
        let by: String
        let rho: Double
        let strata: String
        let first: [Int]
        let second: [Int]
        let chiSquare: [Double]
        let p: [Double]
        let holm: [Double]
        let bh: [Double]
    }

    @Test("agrees with R's survdiff, and with other weights by their definition")
    func agreesWithR() throws {
        let data = try OracleData()
        for r in try Oracle.cases("logRank", as: [Case].self) {
            let set = try data.set(r.data, needing: r.strata.isEmpty ? [] : [r.strata])
            let strata = r.strata.isEmpty ? nil : try set.integers(r.strata)
            let test = try logRank(
                set.outcome, groups: set.labels(r.by), weights: r.scheme(), strata: strata)
            let place = "\(r.data) by \(r.by), \(r.weights) \(r.rho) \(r.gamma), strata \(r.strata):"
            #expect(test.groups.map(\.name) == r.groups.map { String(Int($0)) })
            #expect(test.groups.map(\.patients) == r.patients)
            #expect(test.degreesOfFreedom == r.degreesOfFreedom, "\(place)")
            expectClose(test.groups.map(\.observed), r.observed, "\(place) observed")
            expectClose(test.groups.map(\.expected), r.expected, "\(place) expected")
            let largest = r.variance.reduce(0) { max($0, abs($1)) }
            expectClose(test.variance.values, r.variance, "\(place) variance", scale: largest)
            expectClose(test.chiSquare, r.chiSquare, "\(place) chi-square")
            expectClose(test.p, r.p, "\(place) p")
            if let expected = r.trend {
                let trend = try test.trend()
                expectClose(trend.z, expected, "\(place) trend")
                expectClose(trend.p, r.trendP, "\(place) p of the trend")
            }
        }
    }

    @Test("of every pair agrees with R's survdiff and p.adjust")
    func pairs() throws {
        let data = try OracleData()
        for r in try Oracle.cases("pairwise", as: [Pairs].self) {
            let set = try data.set(r.data)
            for (adjustment, adjusted) in [(Adjustment.holm, r.holm), (.benjaminiHochberg, r.bh)] {
                let pairs = try pairwiseLogRank(
                    set.outcome, groups: set.labels(r.by), weights: .flemingHarrington(rho: r.rho, gamma: 0),
                    strata: r.strata.isEmpty ? nil : set.integers(r.strata), adjustment: adjustment)
                #expect(pairs.map(\.first) == r.first.map(String.init))
                #expect(pairs.map(\.second) == r.second.map(String.init))
                expectClose(pairs.compactMap(\.chiSquare), r.chiSquare, "\(r.data) chi-square")
                expectClose(pairs.compactMap(\.p), r.p, "\(r.data) p")
                expectClose(pairs.compactMap(\.adjustedP), adjusted, "\(r.data) \(adjustment)")
            }
        }
    }

    @Test("of a pair that cannot be compared says why, and leaves the others alone")
    func pairWithoutEvents() throws {
        let outcome = try Outcome(
            time: [1, 2, 3, 4, 5, 6, 1, 1], event: [true, true, false, true, true, false, false, false])
        let pairs = try pairwiseLogRank(outcome, groups: ["a", "b", "a", "b", "a", "b", "c", "d"])
        #expect(pairs.count == 6)
        let last = try #require(pairs.last)
        #expect(last.first == "c" && last.second == "d" && last.obstacle == .noEvents && last.adjustedP == nil)
        let compared = pairs.compactMap(\.p)
        #expect(pairs.compactMap(\.adjustedP) == Adjustment.holm.adjust(compared))
    }

    @Test("is the score test of a Cox model when no times are tied")
    func scoreTest() throws {
        var random = SeededGenerator(seed: 8)
        let group = (0..<200).map { _ in Int.random(in: 0...1, using: &random) }
        let time = group.map { -log(random.uniform()) / (1 + Double($0)) }
        let outcome = try Outcome(time: time, event: time.map { _ in random.uniform() < 0.7 })
        let test = try logRank(outcome, groups: group.map { "\($0)" })
        let covariates = Matrix(rows: 200, columns: 1, values: group.map(Double.init))
        let model = try CoxModel.fit(outcome, covariates: covariates, names: ["group"])
        expectClose(test.chiSquare, model.score.chiSquare, "chi-square", tolerance: 1e-10)
    }

    @Test("refuses what it cannot compare")
    func badInput() throws {
        let outcome = try Outcome(time: [1, 2, 3, 4], event: [true, false, true, true])
        let censored = try Outcome(time: [1, 2], event: [false, false])
        let atOnce = try Outcome(time: [1, 1], event: [true, true])
        #expect(throws: StatisticsError.singleGroup("a")) { try logRank(outcome, groups: ["a", "a", "a", "a"]) }
        #expect(throws: StatisticsError.noEvents) { try logRank(censored, groups: ["a", "b"]) }
        #expect(throws: StatisticsError.noVariance) { try logRank(atOnce, groups: ["a", "b"]) }
        #expect(throws: StatisticsError.lengthsDiffer(what: "group labels", count: 1, patients: 2)) {
            try logRank(censored, groups: ["a"])
        }
        #expect(throws: StatisticsError.noPatients) { try logRank(Outcome(time: [], event: []), groups: []) }
        #expect(throws: StatisticsError.invalidWeights(rho: -1, gamma: 0)) {
            try logRank(outcome, groups: ["a", "b", "a", "b"], weights: .flemingHarrington(rho: -1, gamma: 0))
        }
        #expect(throws: StatisticsError.lengthsDiffer(what: "strata", count: 1, patients: 4)) {
            try logRank(outcome, groups: ["a", "b", "a", "b"], strata: [1])
        }
        let test = try logRank(outcome, groups: ["a", "b", "a", "b"])
        #expect(throws: StatisticsError.noVariance) { try test.trend(scores: [3, 3]) }
        #expect(throws: StatisticsError.lengthsDiffer(what: "scores", count: 1, patients: 2)) {
            try test.trend(scores: [3])
        }
        #expect(throws: StatisticsError.singleGroup("a")) {
            try pairwiseLogRank(outcome, groups: ["a", "a", "a", "a"])
        }
        let apart = try Outcome(time: [1, 1, 2, 3], event: [false, false, true, true])
        #expect(throws: StatisticsError.groupsNeverAtRiskTogether) { try logRank(apart, groups: ["a", "a", "b", "b"]) }
    }

    @Test("has a p of 0, not a crash, beyond what a Double holds")
    func underflow() throws {
        let time = (0..<20_000).map { Double($0) }
        let groups = time.map { $0 < 10_000 ? "early" : "late" }
        let test = try logRank(Outcome(time: time, event: time.map { _ in true }), groups: groups)
        #expect(test.chiSquare > 3000 && test.p == 0)
    }

    private struct Edges: Decodable {
        struct Apart: Decodable {
            let time: [Double]
            let event: [Int]
            let group: [String]
            let stratum: [Int]
            let chiSquare: Double
            let degreesOfFreedom: Int
        }

        struct Flat: Decodable {
            let time: [Double]
            let event: [Int]
            let weight: [Double]
            let quantile: [Double?]
            let lower: [Double?]
            let upper: [Double?]
        }

        let apart: [Apart]
        let flat: [Flat]
    }

    @Test("counts the degrees of freedom of groups that strata keep apart as R's coxph does")
    func groupsKeptApart() throws {
        for (index, r) in try Oracle.cases("edges", as: Edges.self).apart.enumerated() {
            let test = try logRank(
                Outcome(time: r.time, event: r.event.map { $0 == 1 }), groups: r.group, strata: r.stratum)
            expectClose(test.chiSquare, r.chiSquare, "case \(index)")
            #expect(test.degreesOfFreedom == r.degreesOfFreedom)
        }
    }

    @Test("does not lose a test to a group that is alone in its risk sets")
    func aGroupAlone() throws {
        let three = try Outcome(
            time: [1, 2, 3, 4, 9], event: [true, true, true, false, true], entry: [0, 0, 0, 0, 8])
        let two = try Outcome(time: [1, 2, 3, 4], event: [true, true, true, false])
        let (with, without) = (
            try logRank(three, groups: ["A", "B", "A", "B", "C"]), try logRank(two, groups: ["A", "B", "A", "B"])
        )
        #expect(with.degreesOfFreedom == 1)
        expectClose(with.chiSquare, without.chiSquare, "beside C")
    }

    @Test("bounds of weighted quantiles on a flat stretch are R's")
    func quantilesOnFlatStretches() throws {
        for (index, r) in try Oracle.cases("edges", as: Edges.self).flat.enumerated() {
            let curve = try kaplanMeier(
                Outcome(time: r.time, event: r.event.map { $0 == 1 }), weights: r.weight, interval: .logLog)
            for (place, probability) in [0.25, 0.5, 0.75].enumerated() {
                let quantile = try curve.quantile(probability)
                #expect(quantile.time == r.quantile[place], "case \(index), \(probability)")
                #expect(quantile.lower == r.lower[place], "case \(index), lower of \(probability)")
                #expect(quantile.upper == r.upper[place], "case \(index), upper of \(probability)")
            }
        }
    }

    @Test("takes levels as close to 1 as can be said")
    func levelNextToOne() throws {
        let outcome = try Outcome(time: [1, 2, 3, 4], event: [true, true, false, true])
        let curve = try kaplanMeier(outcome, level: 1.0.nextDown)
        #expect(curve.lower[0] >= 0 && curve.lower[0] < 0.01)
        #expect(try Distributions.normalMultiplier(level: 1.0.nextDown) > 8)
        #expect(try Distributions.normalMultiplier(level: 0.95) == Distributions.normalQuantile(0.975))
    }
}
