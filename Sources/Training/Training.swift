import Cohorts
import SurvivalNetworks
import Torch

/// Trains on every patient of the cohort who has a modality.
public func train(
    _ model: any SurvivalModel, on cohort: Cohort, options: TrainingOptions,
    observe: @escaping (TrainingProgress) throws -> Void
) throws -> TrainedModel {
    let usable = try cohort.withoutPatientsLackingModalities()
    let everyone = Array(usable.patients.indices)
    let cohort = usable.keepingFeatures(
        in: try options.precision.resolved(for: model, on: usable, learningFrom: everyone))
    cohort.setThreads(options.threads)
    let epochs = options.epochs(of: model)
    let trainer = Trainer(model: model, options: options, fold: 0) { epoch, share, loss in
        try observe(
            TrainingProgress(
                fold: 0, folds: 1, epoch: epoch, epochs: epochs,
                fraction: (Double(epoch) + share) / Double(epochs), loss: loss))
    }
    return try trainer.train(on: cohort, training: everyone)
}

extension Cohort {
    /// Whether a tensor operation on a bag of one of these patients is enough work for several threads.
    func hasLargeBags(among patients: [Int]) -> Bool {
        modalities.contains { modality in
            guard case .patches(let bags) = modality.content else { return false }
            return patients.contains { bags.count(of: $0) * bags.width > 500_000 }
        }
    }

    /// Gives tensor operations so many threads; when nil all processors where bags are large, else one: on small ones
    /// threads lose more waiting for each other than they gain.
    func setThreads(_ count: Int? = nil) {
        TorchRuntime.setThreads(count ?? (hasLargeBags(among: Array(patients.indices)) ? TorchRuntime.processors : 1))
    }
}
