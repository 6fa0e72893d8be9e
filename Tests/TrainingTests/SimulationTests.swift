import Cohorts
import Projection
import Results
import SurvivalStatistics
import Testing

@testable import Training

@Suite struct SimulationTests {
    /// The model finds what was planted: it orders the events of patients it has not seen, and its tokens of interest are
    /// the informative patches.
    @Test func findsPlantedFactorsAndPatches() throws {
        var cohort = try Cohort.simulated(SimulationParameters(patients: 500, seed: 11))
        cohort.folds = Folds(folds: [Folds.Fold(training: Array(0..<300), validation: Array(300..<500))])
        let truth = try #require(cohort.truth)
        let trained = try Trainer(
            model: TogetherApartModel(), options: TrainingOptions(), fold: 1, observe: { _, _, _ in }
        ).train(on: cohort, training: Array(0..<300))
        let held = Array(300..<500)
        let forecast = try trained.forecast(cohort, patients: held, times: [1])
        let found = try concordance(cohort.outcome[held], risk: forecast.risk).concordance
        let oracle = try concordance(cohort.outcome[held], risk: held.map { truth.risk[$0] }).concordance
        #expect(found > 0.66 && found < oracle, "\(found) of \(oracle)")

        let index = try #require(
            forecast.parts.firstIndex { $0.modality == "histology" && $0.role == .shared })
        let informative = try #require(truth.informative["histology"])
        let area = held.indices.map { row in
            rankArea(forecast.saliency[index].weights[row].map(Double.init), informative[held[row]])
        }
        let mean = area.reduce(0, +) / Double(area.count)
        #expect(mean > 0.85, "\(mean)")
        // The specific embedding tells its own factors and little of the shared ones; the shared one the contrary.
        let embeddings = Embeddings(
            patients: held.map { cohort.patients[$0] }, parts: forecast.parts, covariates: Table(rowCount: held.count)
        ).withoutShared().remainder
        func told(_ factors: Matrix, _ role: Embeddings.Role) throws -> Double {
            let columns = (0..<3).map { factor in
                (name: "factor\(factor)", values: held.map { factors[$0, factor] })
            }
            let entries = try EmbeddingProbe(embeddings, columns: columns, folds: 5, seed: 1).entries
                .filter { $0.role == role && $0.modality == "histology" }
            return entries.reduce(0) { $0 + ($1.rSquared ?? .nan) } / Double(entries.count)
        }
        let own = try #require(truth.ownFactors["histology"])
        let numbers = try [
            told(own, .specific), told(own, .shared), told(truth.sharedFactors, .specific),
            told(truth.sharedFactors, .shared),
        ]
        #expect(numbers[0] > 0.8 && numbers[1] < 0.45 && numbers[2] < 0.1 && numbers[3] > 0.7, "\(numbers)")
        for weights in forecast.saliency[index].weights { #expect(abs(weights.reduce(0, +) - 1) <= 1e-4) }
    }

    /// The chance that a marked value exceeds an unmarked one.
    private func rankArea(_ values: [Double], _ marks: [Bool]) -> Double {
        var (wins, pairs) = (0.0, 0.0)
        for i in values.indices where marks[i] {
            for j in values.indices where !marks[j] {
                pairs += 1
                wins += values[i] > values[j] ? 1 : values[i] == values[j] ? 0.5 : 0
            }
        }
        return pairs > 0 ? wins / pairs : 0.5
    }
}
