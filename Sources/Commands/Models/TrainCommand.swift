import CommandLanguage
import Training

struct TrainCommand: Command {
    let declaration = CommandDeclaration(
        "train", "Trains a model on all patients of a cohort", topic: .models,
        discussion: """
            Scaling, imputation and time bins are learned from these patients. When the loss stops being a number, \
            training ends with a warning that names the batch, and the model is the one before it. For an honest \
            estimate of what the model can do, use crossvalidate.

            with=(model cox) fuses the model late with penalised Cox regressions of the same modalities (help model cox): \
            the risk is the sum of their standardised linear predictors and of the model's own risk, standardised by the \
            training patients, so that the model counts as one more modality. Survival then follows Cox's model with that \
            risk. Embeddings, saliency and prototypes stay the model's.

            The first training writes the patch features of a folder to one file beside them, tta-features.cache, or \
            where that folder may not be written to below $XDG_CACHE_HOME/tta (else ~/.cache/tta); it takes four bytes a \
            feature. Trainings in bf16 keep their own, tta-features-bf16.cache, of two bytes a feature. Later epochs and \
            trainings map it, reading ahead, so that a cohort may be larger than memory. A file that was cut, damaged or \
            made by another version, and slides whose size or time has changed, are read anew. Where there is no room, \
            features are read from their own files in every epoch. attach with cache=false wants none.
            """,
        parameters: [.argument("model", .object([ModelObject.typeName]), "the model")] + TrainingParameters.declared,
        result: TrainedObject.typeName,
        examples: ["train (model tta dim=16) on=(simulate patients=60 patches=20) epochs=2"])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let model = try arguments.object("model", as: ModelObject.self).model
        let cohort = try arguments.object("on", as: CohortObject.self).cohort
        let usable = try cohort.withoutPatientsLackingModalities()
        context.report(usable, since: cohort)
        let options = try TrainingParameters.options(arguments, context)
        let precision = try options.precision.resolved(
            for: model, on: usable, learningFrom: Array(usable.patients.indices))
        let cached = try context.cached(usable.keepingFeatures(in: precision), writing: true)
        let trained = try Training.train(model, on: cached.cohort, options: options) {
            try context.show($0, label: "train \(model.name)")
        }
        cached.damage.forEach(context.warn)
        trained.warnings.forEach(context.warn)
        if let stopped = trained.stopped {
            let reason = stopped.errorDescription ?? "\(stopped)"
            let advice = stopped.recoverySuggestion.map { "; \($0)" } ?? ""
            context.warn("\(reason); the model is as it was before that batch\(advice)")
        }
        return .object(TrainedObject(trained: trained))
    }
}
