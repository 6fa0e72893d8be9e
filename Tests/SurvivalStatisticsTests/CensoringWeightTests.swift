import Results
import Testing

@testable import SurvivalStatistics

/// Weights that make up for censoring are 1/G: none may be infinite where a metric is given, and where one would be,
/// the metric is refused with its usable range.
@Suite("Weights for censoring")
struct CensoringWeightTests {
    @Test("are finite below the last follow-up time, whatever the pattern of censoring")
    func finite() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<300 {
            let count = 2 + Int(generator.uniform() * 12)
            let time = (0..<count).map { _ in (generator.uniform() * 5).rounded() }
            let share = generator.uniform()
            let outcome = try Outcome(time: time, event: (0..<count).map { _ in generator.uniform() < share })
            let sets = RiskSets(outcome, times: DistinctTimes(outcome.time))
            let censoring = CensoringDistribution(sets)
            #expect(censoring.before.allSatisfy { $0 > 0 })
            #expect(censoring.at.dropLast().allSatisfy { $0 > 0 })
        }
    }

    @Test("would be infinite where the last patients are censored, and the metrics name the range instead")
    func refused() throws {
        let outcome = try Outcome(time: [1, 2, 3, 4, 4], event: [true, false, true, false, false])
        let sets = RiskSets(outcome, times: DistinctTimes(outcome.time))
        #expect(CensoringDistribution(sets).at.last == 0)
        let survival = Matrix(rows: 5, columns: 2, values: [Double](repeating: 0.5, count: 10))
        for time in [4.0, 5] {
            let error = StatisticsError.evaluationTime(time, last: 4)
            #expect(throws: error) { try brierScore(outcome, survival: survival, times: [1, time]) }
            #expect(throws: error) { try dynamicAUC(outcome, risk: [5, 4, 3, 2, 1], times: [1, time]) }
            #expect(error.recoverySuggestion == "use times from 0 to below 4")
        }
        // Its events all lie before the last censoring, so Uno's concordance needs no such time.
        #expect(try unoConcordance(outcome, risk: [5, 4, 3, 2, 1], horizon: 5).concordance == 1)
    }
}
