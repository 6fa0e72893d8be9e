import CommandLanguage
import Training

struct CrossValidateCommand: Command {
    let declaration = CommandDeclaration(
        "crossvalidate", "Out-of-fold predictions: trains once per fold, predicts who was held out", topic: .models,
        discussion: """
            Scaling, imputation and time bins come from the training patients of each fold, and the model of the last \
            epoch is used; no quantity of a held-out patient reaches training. Risks are standardised by mean and \
            standard deviation of the fold's training risks, so that folds can be pooled; cindex of the result counts \
            pairs within folds only.

            Folds are trained side by side, a thread each, when bags are small, and one after another with all threads \
            when they are large; with equal threads the results are the same for any number of workers. Features of a \
            folder are cached as train says.
            """,
        parameters: [.argument("model", .object([ModelObject.typeName]), "the model")] + TrainingParameters.declared + [
            .option(
                "workers", .integer(1...1024), "folds trained at once; chosen by the size of the bags when left out")
        ],
        result: PredictionsObject.typeName,
        examples: [
            """
            cohort1 = simulate patients=60 patches=20
            folds cohort1 k=2
            crossvalidate (model tta dim=16) on=cohort1 epochs=2
            """
        ])

    func knownColumns(_ arguments: KnownArguments) -> KnownColumns {
        KnownColumns(
            inFormulas: nil, ofResult: arguments.columns(of: "on").map { PredictionsObject.ownColumns + $0 })
    }

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let model = try arguments.object("model", as: ModelObject.self).model
        let cohort = try arguments.object("on", as: CohortObject.self).cohort
        let usable = try cohort.withoutPatientsLackingModalities()
        context.report(usable, since: cohort)
        var options = try TrainingParameters.options(arguments, context)
        options.workers = arguments.optionalInteger("workers")
        let precision = try options.precision.resolved(
            for: model, on: usable, learningFrom: usable.folds?.folds.map(\.training) ?? [])
        let cached = try context.cached(usable.keepingFeatures(in: precision), writing: true)
        let result = try crossValidate(model, on: cached.cohort, options: options) {
            try context.show($0, label: "crossvalidate \(model.name)")
        }
        cached.damage.forEach(context.warn)
        result.warnings.forEach(context.warn)
        let unpredicted = usable.patientCount - result.predictions.patients.count
        if unpredicted > 0 {
            context.note("\(counted(unpredicted, "patient")) without a prediction: held out in no fold")
        }
        context.reportHiddenByPredictions(cohort)
        return .object(PredictionsObject(result))
    }
}
