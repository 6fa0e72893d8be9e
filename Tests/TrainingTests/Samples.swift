import Cohorts
import Results
import SurvivalNetworks
import TogetherApart

@testable import Training

enum Samples {
    /// A simulated cohort, small unless told otherwise, with two folds of alternating patients.
    static func cohort(patients: Int = 40, patches: Int = 20, seed: UInt64 = 1) throws -> Cohort {
        var cohort = try Cohort.simulated(
            SimulationParameters(patients: patients, patches: patches, features: 8, sets: 6, genes: 4, seed: seed))
        let even = stride(from: 0, to: patients, by: 2)
        let odd = stride(from: 1, to: patients, by: 2)
        cohort.folds = Folds(folds: [
            Folds.Fold(training: Array(even), validation: Array(odd)),
            Folds.Fold(training: Array(odd), validation: Array(even)),
        ])
        return cohort
    }

    static func model(_ change: (inout HyperParameters) -> Void = { _ in }, loss: LossKind = .discrete(bins: 4))
        -> TogetherApartModel
    {
        var settings = HyperParameters()
        settings.dim = 8
        settings.prototypes = 4
        settings.sharedDim = 3
        change(&settings)
        return TogetherApartModel(settings, loss: loss)
    }

    static func options(epochs: Int = 2, _ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
        var options = TrainingOptions()
        options.epochs = epochs
        options.batch = .patients(10)
        change(&options)
        return options
    }

    static func crossValidated(
        _ cohort: Cohort, _ model: TogetherApartModel = model(), _ options: TrainingOptions = options()
    ) throws -> PredictionResult {
        try crossValidate(model, on: cohort, options: options) { _ in }
    }
}
