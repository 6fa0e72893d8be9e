import Cohorts
import Torch

/// Trains on every patient of the cohort who has a modality.
public func train(
    _ model: any SurvivalModel, on cohort: Cohort, options: TrainingOptions,
    observe: @escaping (TrainingProgress) throws -> Void
) throws -> TrainedModel {
    let cohort = try cohort.withoutPatientsLackingModalities()
    TorchRuntime.setThreads(cohort.hasLargeBags ? TorchRuntime.processors : 1)
    let trainer = Trainer(model: model, options: options, fold: 0) { epoch, share, loss in
        try observe(
            TrainingProgress(
                fold: 0, folds: 1, epoch: epoch, epochs: options.epochs,
                fraction: (Double(epoch) + share) / Double(options.epochs), loss: loss))
    }
    return try trainer.train(on: cohort, training: Array(cohort.patients.indices))
}

extension Cohort {
    /// Whether a step has enough work for several threads to gain more than they lose waiting for each other.
    var hasLargeBags: Bool {
        modalities.contains { modality in
            guard case .patches(let bags) = modality.content else { return false }
            return patients.indices.contains { bags.count(of: $0) * bags.width > 500_000 }
        }
    }
}
