import Cohorts
import SurvivalNetworks
import Torch

/// Trains on every patient of the cohort who has a modality.
public func train(
    _ model: any SurvivalModel, on cohort: Cohort, options: TrainingOptions,
    observe: @escaping (TrainingProgress) throws -> Void
) throws -> TrainedModel {
    let cohort = try cohort.withoutPatientsLackingModalities().kept(for: model, options)
    cohort.setThreads(options.threads)
    let epochs = options.epochs(of: model)
    let trainer = Trainer(model: model, options: options, fold: 0) { epoch, share, loss in
        try observe(
            TrainingProgress(
                fold: 0, folds: 1, epoch: epoch, epochs: epochs,
                fraction: (Double(epoch) + share) / Double(epochs), loss: loss))
    }
    return try trainer.train(on: cohort, training: Array(cohort.patients.indices))
}

extension Cohort {
    /// The cohort with features in the precision that the options come to.
    func kept(for model: any SurvivalModel, _ options: TrainingOptions) throws -> Cohort {
        keepingFeatures(in: try options.precision.resolved(for: model, on: self))
    }

    /// Whether a tensor operation on a bag is enough work for several threads.
    var hasLargeBags: Bool {
        modalities.contains { modality in
            guard case .patches(let bags) = modality.content else { return false }
            return patients.indices.contains { bags.count(of: $0) * bags.width > 500_000 }
        }
    }

    /// Gives tensor operations so many threads; when nil all processors where bags are large, else one: on small ones
    /// threads lose more waiting for each other than they gain.
    func setThreads(_ count: Int? = nil) {
        TorchRuntime.setThreads(count ?? (hasLargeBags ? TorchRuntime.processors : 1))
    }
}
