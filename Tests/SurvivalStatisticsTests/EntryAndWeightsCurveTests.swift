import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Curves with late entry and weights")
struct EntryAndWeightsCurveTests {
    @Test("agree with R's survfit")
    func agreesWithR() throws {
        let oracle = try EntryAndWeights.recorded()
        for r in oracle.curves {
            let set = try oracle.set(r.data)
            let (outcome, weights) = try (set.entered(), set.weights(r.weights))
            let interval = try #require(SurvivalInterval(rawValue: r.interval))
            let curves =
                r.grouped
                ? try kaplanMeier(
                    outcome, groups: set.labels("group"), weights: weights, level: r.level, interval: interval)
                : [try kaplanMeier(outcome, weights: weights, level: r.level, interval: interval)]
            let hazards =
                r.grouped
                ? try nelsonAalen(outcome, groups: set.labels("group"), weights: weights, level: r.level)
                : [try nelsonAalen(outcome, weights: weights, level: r.level)]
            #expect(curves.count == r.curves.count)
            for (index, expected) in r.curves.enumerated() {
                let place = "\(r.data) weights \(r.weights), \(r.interval), curve \(index):"
                try compare(curves[index], hazards[index], expected, place)
                #expect(curves[index].hasRobustError == (r.weights == "sampling"), "\(place)")
                try compareReadings(curves[index], at: r.times, expected.readings, place)
            }
        }
    }

    private func compare(
        _ curve: KaplanMeierCurve, _ hazard: CumulativeHazardCurve, _ r: EntryAndWeights.Curves.Curve, _ place: String
    ) throws {
        expectClose(curve.time, r.time, "\(place) time")
        let counts = curve.weighted
        #expect(counts == hazard.weighted && curve.atRisk == hazard.atRisk)
        expectClose(counts?.atRisk ?? curve.atRisk.map(Double.init), r.atRisk, "\(place) at risk")
        expectClose(counts?.eventCount ?? curve.eventCount.map(Double.init), r.events, "\(place) events")
        expectClose(counts?.censoredCount ?? curve.censoredCount.map(Double.init), r.censored, "\(place) censored")
        expectClose(curve.survival, r.survival, "\(place) survival")
        expectClose(curve.standardError, r.standardError, "\(place) standard error")
        // A bound that is cut at 0 or 1 in R is so here; one next to 0 is a difference of like numbers.
        expectClose(curve.lower, r.lower, "\(place) lower", scale: 1e-2)
        expectClose(curve.upper, r.upper, "\(place) upper")
        expectClose(hazard.cumulativeHazard, r.hazard, "\(place) hazard")
        expectClose(hazard.standardError, r.hazardError, "\(place) error of the hazard")
        expectClose(curve.median, r.median[0], "\(place) median")
        expectClose(curve.medianLower, r.median[1], "\(place) lower bound of the median")
        expectClose(curve.medianUpper, r.median[2], "\(place) upper bound of the median")
        for (index, probability) in [0.1, 0.25, 0.5, 0.75].enumerated() {
            let quantile = try curve.quantile(probability)
            expectClose(quantile.time, r.quantile[index], "\(place) quantile \(probability)")
            expectClose(quantile.lower, r.quantileLower[index], "\(place) lower of quantile \(probability)")
            expectClose(quantile.upper, r.quantileUpper[index], "\(place) upper of quantile \(probability)")
        }
    }

    private func compareReadings(
        _ curve: KaplanMeierCurve, at times: [Double], _ r: EntryAndWeights.Curves.Readings, _ place: String
    ) throws {
        let readings = try curve.readings(at: times)
        let known = readings.filter { !$0.survival.isNaN }
        expectClose(known.map(\.time), r.time, "\(place) times")
        expectClose(known.map(\.atRisk), r.atRisk, "\(place) at risk at times")
        expectClose(known.map(\.eventCount), r.events, "\(place) events by times")
        expectClose(known.map(\.survival), r.survival, "\(place) survival at times")
        expectClose(known.map(\.standardError), r.standardError, "\(place) error at times")
        expectClose(known.map(\.lower), r.lower, "\(place) lower at times", scale: 1e-2)
        expectClose(known.map(\.upper), r.upper, "\(place) upper at times")
    }

    @Test("give R's restricted means")
    func restrictedMeans() throws {
        let oracle = try EntryAndWeights.recorded()
        for r in oracle.means {
            let mean = try restrictedMean(oracle.set(r.data).entered(), horizon: r.horizon)
            expectClose(mean.mean, r.mean, r.data)
            expectClose(mean.standardError, r.standardError, r.data)
        }
    }

    @Test("whole weights are numbers of like patients, and entries before all times change nothing")
    func likePatients() throws {
        let oracle = try EntryAndWeights.recorded()
        let set = try oracle.set("made")
        let (outcome, weights) = try (set.entered(), set.numbers("gaps"))
        let rows = weights.indices.flatMap { row in Array(repeating: row, count: Int(weights[row])) }
        let (weighted, repeated) = try (kaplanMeier(outcome, weights: weights), kaplanMeier(outcome[rows]))
        for time in repeated.time { expectClose(weighted.survival(at: time), repeated.survival(at: time), "\(time)") }
        #expect(weighted.median == repeated.median && weighted.medianUpper == repeated.medianUpper)

        let lung = try oracle.set("lung").outcome
        let early = try Outcome(
            time: lung.time, event: lung.event, entry: lung.time.map { _ in -1 })
        #expect(try kaplanMeier(lung) == kaplanMeier(early))
        #expect(try nelsonAalen(lung) == nelsonAalen(early))
        #expect(try followUp(lung).median == followUp(early).median)
    }

    @Test("the scale of sampling weights changes neither curve nor error")
    func scale() throws {
        let set = try EntryAndWeights.recorded().set("late")
        let (outcome, weights) = try (set.entered(), set.numbers("sampling"))
        let (one, other) = try (
            kaplanMeier(outcome, weights: weights), kaplanMeier(outcome, weights: weights.map { $0 * 1024 })
        )
        expectClose(one.survival, other.survival, "survival")
        #expect(other.hasRobustError)
        expectClose(
            one.standardError.filter(\.isFinite), other.standardError.filter(\.isFinite), "error", tolerance: 1e-10)
    }

    @Test("a curve that falls to 0 among fractions is 0 exactly")
    func fallsToZero() throws {
        let outcome = try Outcome(time: [1, 2, 3, 4], event: [true, true, true, true], entry: [0, 0.5, 0.2, 1.5])
        let curve = try kaplanMeier(outcome, weights: [0.1, 0.2, 0.7, 0.3], interval: .plain)
        #expect(curve.survival.last == 0 && curve.standardError.last == .infinity)
        #expect(curve.lower.last?.isNaN == true && curve.upper.last?.isNaN == true)
        #expect(curve.weighted?.atRisk.last == 0.3 && curve.atRisk == [3, 3, 2, 1])
    }

    @Test("the robust error is made in one pass")
    func many() throws {
        var random = SeededGenerator(seed: 5)
        let count = 200_000
        let entry = (0..<count).map { _ in (Double.random(in: 0...10, using: &random) * 100).rounded() / 100 }
        let time = entry.map { $0 + (Double.random(in: 0.01...10, using: &random) * 100).rounded() / 100 + 0.01 }
        let outcome = try Outcome(
            time: time, event: time.map { _ in Bool.random(using: &random) }, entry: entry)
        let weights = time.map { _ in Double.random(in: 0.1...3, using: &random) }
        let clock = ContinuousClock.now
        let curve = try kaplanMeier(outcome, weights: weights)
        let weighted = ContinuousClock.now - clock
        let start = ContinuousClock.now
        _ = try kaplanMeier(outcome)
        let plain = ContinuousClock.now - start
        // A variance that is summed over the patients anew at each time would take a thousand times as long.
        #expect(weighted < plain * 50 && curve.hasRobustError)
    }

    @Test("bad entries and weights are refused")
    func badInput() throws {
        func message(_ body: () throws -> Void) -> String {
            do {
                try body()
                return "nothing"
            } catch {
                return (error as? LocalizedError)?.errorDescription ?? "\(error)"
            }
        }
        let event = [true, false]
        #expect(
            message { _ = try Outcome(time: [1, 2], event: event, entry: [0, 2]) }
                == "patient 2 enters at 2 and is followed until 2; the entry must come first")
        #expect(
            message { _ = try Outcome(time: [1, 2], event: event, entry: [0, .nan]) }
                == "the entry of patient 2 is nan; the time at which observation begins is finite")
        #expect(
            message { _ = try Outcome(time: [1, 2], event: event, entry: [0]) }
                == "2 times but 1 entries were given; each patient needs both")
        let close = try Outcome(time: [1, 2], event: event, entry: [0, 2 - 1e-10])
        #expect(throws: DelayedEntryError.noLengthLeft(entry: 2 - 1e-10, time: 2, row: 1)) { try kaplanMeier(close) }
        #expect(
            message { _ = try kaplanMeier(close) } == "patient 2 enters at 1.9999999999 and is followed until 2: "
                + "times so close count as one, which leaves no time under observation")
        let outcome = try Outcome(time: [1, 2], event: event)
        #expect(throws: CaseWeightError.invalid(-1, row: 1)) { try kaplanMeier(outcome, weights: [1, -1]) }
        #expect(throws: CaseWeightError.allZero) { try nelsonAalen(outcome, weights: [0, 0]) }
        #expect(throws: StatisticsError.lengthsDiffer(what: "weights", count: 1, patients: 2)) {
            try kaplanMeier(outcome, weights: [1])
        }
        #expect(
            message { _ = try kaplanMeier(outcome, weights: [1, .infinity]) }
                == "the weight of patient 2 is inf; a weight is finite and not negative")
        let curve = try kaplanMeier(outcome)
        #expect(throws: CurveTimeError.invalid(-1)) { try curve.readings(at: [-1]) }
        #expect(throws: CurveTimeError.notIncreasing(1)) { try curve.readings(at: [2, 1]) }
    }

    @Test("estimates that know no late entry refuse it")
    func refusals() throws {
        let outcome = try Outcome(time: [1, 2, 3, 4], event: [true, true, false, true], entry: [0, 1, 0, 2])
        let survival = Matrix(rows: 4, columns: 2, values: [Double](repeating: 0.5, count: 8))
        let refused: [(String, () throws -> Void)] = [
            ("the Brier score", { _ = try brierScore(outcome, survival: survival, times: [1, 2]) }),
            ("the dynamic AUC", { _ = try dynamicAUC(outcome, risk: [4, 3, 2, 1], times: [1, 2]) }),
            ("Uno's concordance", { _ = try unoConcordance(outcome, risk: [4, 3, 2, 1]) }),
            ("this baseline hazard", { _ = try breslowBaseline(outcome, linearPredictor: [4, 3, 2, 1]) }),
            ("calibration", { try checkCalibration(outcome, [0.5, 0.5, 0.5, 0.5], horizon: 2) }),
            ("Uno's concordance", { _ = try unoInfluence(outcome, risk: [4, 3, 2, 1]) }),
            (
                "an accelerated failure time model",
                {
                    _ = try AcceleratedModel.fit(
                        outcome, covariates: Matrix(rows: 4, columns: 1, values: [1, 2, 2, 1]), names: ["a"],
                        distribution: .weibull)
                }
            ),
            ("this estimate", { _ = try RiskSets.sets(outcome, strata: nil) }),
        ]
        for (name, estimate) in refused {
            #expect(throws: DelayedEntryError.notTaken(by: name)) { try estimate() }
        }
        #expect(
            DelayedEntryError.notTaken(by: "the Brier score").errorDescription
                == "the Brier score does not take late entry into account, and would be biased by patients who were not "
                + "observed from the start")
    }
}
