import Cohorts
import Results
import SurvivalNetworks
import Testing

@testable import Training

@Suite struct EnsembleTests {
    /// Says what it was told to of two patients at two times.
    private final class Told: FittedSurvival {
        let risk: [Double]
        let survival: [Double]
        init(_ risk: [Double], _ survival: [Double]) {
            self.risk = risk
            self.survival = survival
        }
        var parameterCount: Int { 7 }
        var trainingRisk: [Double] { risk }
        func forecast(
            _ inputs: [ModalityInput], patients: [Int], times: [Double], observe: (Double) throws -> Void
        ) throws -> SurvivalForecast {
            try observe(1)
            return SurvivalForecast(risk: risk, survival: Matrix(rows: 2, columns: 2, values: survival))
        }
    }

    @Test func risksAndSurvivalAreMeans() throws {
        let both = Ensemble([Told([1, -2], [1, 0.5, 0.75, 0.25]), Told([2, 4], [1, 0.25, 0.25, 0])])
        var shares: [Double] = []
        let forecast = try both.forecast([], patients: [0, 1], times: [1, 2]) { shares.append($0) }
        #expect(forecast.risk == [1.5, 1])
        #expect(both.trainingRisk == [1.5, 1])
        #expect(forecast.survival.values == [1, 0.375, 0.5, 0.125])
        #expect(both.parameterCount == 14)
        #expect(shares == [0.5, 1])
    }

    @Test func aMemberThatFailsIsSeen() throws {
        let both = Ensemble([Told([1, -2], [1, 1, 1, 1]), Told([.nan, 4], [1, 1, 1, 1])])
        let forecast = try both.forecast([], patients: [0, 1], times: [1, 2]) { _ in }
        #expect(forecast.risk[0].isNaN)
        #expect(forecast.risk[1] == 1)
    }

    /// The first member is the network that is trained alone; the others are others.
    @Test(arguments: [LossKind.cox, .discrete(bins: 4)])
    func theFirstMemberIsTheNetworkAlone(loss: LossKind) throws {
        let cohort = try Samples.cohort()
        let model = Samples.model(loss: loss)
        func run(_ members: Int, workers: Int = 1) throws -> PredictionResult {
            try Samples.crossValidated(
                cohort, model,
                Samples.options {
                    $0.members = members
                    $0.workers = workers
                })
        }
        let (one, three) = (try run(1), try run(3))
        #expect(three.embeddings.parts == one.embeddings.parts)
        #expect(three.saliency.parts == one.saliency.parts)
        #expect(three.histories == one.histories)
        #expect(three.predictions.risk != one.predictions.risk)
        #expect(try run(2).predictions.risk != three.predictions.risk)
        // The threads of the tests beside these may move a last bit.
        let beside = try run(3, workers: 2).predictions.risk
        #expect(zip(beside, three.predictions.risk).allSatisfy { abs($0 - $1) <= 1e-3 })
        #expect(three.predictions.run.settings.contains(.init(name: "members", value: "3")))
    }

    @Test func progressCountsAllMembers() throws {
        var told: [(epoch: Int, of: Int, share: Double)] = []
        let trained = try train(
            Samples.model(), on: Samples.cohort(), options: Samples.options { $0.members = 3 }
        ) { told.append(($0.epoch, $0.epochs, $0.fraction)) }
        #expect(Set(told.map(\.epoch)) == [0, 1, 2, 3, 4, 5])
        #expect(told.allSatisfy { $0.of == 6 })
        #expect(told.last?.share == 1)
        let alone = try train(Samples.model(), on: Samples.cohort(), options: Samples.options()) { _ in }
        #expect(trained.parameterCount == 3 * alone.parameterCount)
        #expect(trained.history.survival.count == 2)
    }
}
