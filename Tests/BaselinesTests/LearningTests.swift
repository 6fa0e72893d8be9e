import Baselines
import Cohorts
import Results
import SurvivalNetworks
import SurvivalStatistics
import Testing

@testable import Training

/// What was planted is found, by the trainer and protocol that TTA has.
@Suite struct LearningTests {
    private func folded(_ forms: [Form], patients: Int = 90) throws -> Cohort {
        var cohort = try plantedCohort(forms, patients: patients)
        cohort.folds = Folds(folds: [
            Folds.Fold(
                training: Array(0..<2 * patients / 3), validation: Array(2 * patients / 3..<patients))
        ])
        return cohort
    }

    private var options: TrainingOptions {
        var options = TrainingOptions()
        options.epochs = 12
        options.batch = .patients(16)
        options.learningRate = 3e-3
        return options
    }

    @Test(arguments: SmallModel.all(loss: .cox), [[Form.patches, .sets], [.sets, .columns]])
    func networksFindThePlantedRisk(small: SmallModel, forms: [Form]) throws {
        let cohort = try folded(forms)
        let result = try crossValidate(small.model, on: cohort, options: options) { _ in }
        let found = try concordance(result.predictions.outcome, risk: result.predictions.risk).concordance
        #expect(found > 0.75, "\(small.model.name) on \(forms): \(found)")
        let history = try #require(result.histories.first)
        #expect(try #require(history.survival.last) < history.survival[0])
        #expect(result.predictions.run.settings.contains(.init("epochs", 12)))
    }

    @Test func sameSeedSameBytes() throws {
        let cohort = try folded([.patches, .sets], patients: 36)
        var short = options
        short.epochs = 2
        for small in SmallModel.all() {
            let first = try crossValidate(small.model, on: cohort, options: short) { _ in }
            let again = try crossValidate(small.model, on: cohort, options: short) { _ in }
            #expect(first.predictions == again.predictions, "\(small.model.name)")
            #expect(first.embeddings == again.embeddings, "\(small.model.name)")
        }
    }

    /// What became of those held out must not reach their predictions: MMP's prototypes and PIBD's labels least of all.
    @Test func nothingOfTheHeldOutReachesTraining() throws {
        let cohort = try folded([.patches, .sets], patients: 36)
        var short = options
        short.epochs = 2
        var tampered = cohort
        tampered.outcome = try Outcome(
            time: cohort.outcome.time.enumerated().map { $0 >= 24 ? 0.001 * Double($0) : $1 },
            event: cohort.outcome.event.enumerated().map { $0 >= 24 ? $0 % 2 == 0 : $1 })
        var others = cohort
        guard case .patches(let bags) = cohort.modalities[0].content else {
            Issue.record("patches come first")
            return
        }
        let features = try cohort.patients.indices.map { patient in
            let own = try bags.features(of: patient)
            return patient > 24 ? own.map { $0 * 3 - 1 } : own
        }
        others.modalities[0].content = .patches(PatchBags(width: bags.width, features: features))
        var cox = PenalisedCox()
        cox.folds = 3
        for model in SmallModel.all().map(\.model) + [cox] {
            let honest = try crossValidate(model, on: cohort, options: short) { _ in }.predictions.risk
            #expect(
                try crossValidate(model, on: tampered, options: short) { _ in }.predictions.risk == honest,
                "\(model.name): outcomes")
            // The first of those held out keeps the patches.
            let moved = try crossValidate(model, on: others, options: short) { _ in }.predictions.risk
            #expect(abs(moved[0] - honest[0]) <= 1e-4, "\(model.name): \(moved[0]) for \(honest[0])")
            #expect(moved[1] != honest[1], "\(model.name)")
        }
    }
}
