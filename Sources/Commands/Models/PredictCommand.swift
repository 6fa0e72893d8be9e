import CommandLanguage
import Training

struct PredictCommand: Command {
    let declaration = CommandDeclaration(
        "predict", "A trained model's or a Cox regression's predictions for a cohort", topic: .models,
        discussion: """
            Higher risk means an earlier event.

            For a trained model the cohort needs the modalities that it was trained on, under their names. A patient who \
            lacks some is predicted from the others; one who lacks all is left out. The risk is standardised by mean and \
            standard deviation of the training patients' risks. Patches are read patient by patient, from the cache of \
            their folder where there is one, and are in the precision that the model was trained in.

            For a regression of cox the cohort needs the columns of its terms. The risk is the linear predictor, the \
            logarithm of the hazard ratio against a patient at the means of the covariates; strata change survival, not \
            risk. Survival is that of the baseline under the regression's tie rule, in the patient's stratum, at 0 and at \
            times=, or else at the event times of the fit (of more than 100, at 100 of them) and until every stratum is \
            followed; brier and ibs read it along straight lines in between, so name the times that matter. A patient who \
            lacks a term is left out and counted; a level or stratum that the fit does not know is an error. A variable \
            in a term has the value that it had at the fit, but a term that looks at a whole column, such as \
            age > median(age), looks at that of the cohort given.
            """,
        parameters: [
            .argument("model", .object([TrainedObject.typeName, CoxObject.typeName]), "what train or cox gave"),
            .option("on", .object([CohortObject.typeName]), required: true, "the cohort"),
            .option("times", .any, "of a regression: a list of increasing times at which survival is predicted"),
        ],
        result: PredictionsObject.typeName,
        examples: [
            """
            trained = train (model tta dim=16) on=(simulate patients=60 patches=20 seed=1) epochs=2
            cindex (predict trained on=(simulate patients=40 patches=20 seed=2))
            """,
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event where=(er == "positive")
            others = cohort "Scripts/data/transbig_clinical.csv" time=time event=event where=(er == "negative")
            p = predict (cox women ~ age + size) on=others times=[1825, 3650]
            cindex p
            brier p times=[1825, 3650]
            """,
        ])

    func knownColumns(_ arguments: KnownArguments) -> KnownColumns {
        KnownColumns(
            inFormulas: nil, ofResult: arguments.columns(of: "on").map { PredictionsObject.ownColumns + $0 })
    }

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let cohort = try arguments.object("on", as: CohortObject.self)
        context.reportHiddenByPredictions(cohort.cohort)
        if case .object(let object) = arguments.value("model"), let regression = object as? CoxObject {
            return .object(
                PredictionsObject(
                    predictions: try regression.predictions(on: cohort, arguments, in: context), embeddings: nil,
                    histories: []))
        }
        let trained = try arguments.object("model", as: TrainedObject.self).trained
        if arguments.has("times") {
            throw arguments.error(
                at: "times", "times= is for regressions; a trained model has times of its own", help: "leave it out")
        }
        let cached = try context.cached(cohort.cohort.keepingFeatures(in: trained.precision), writing: false)
        let result = try trained.predict(cached.cohort) { try context.progress("predict", fraction: $0) }
        cached.damage.forEach(context.warn)
        result.warnings.forEach(context.warn)
        let left = cohort.cohort.patientCount - result.predictions.patients.count
        if left > 0 {
            context.note("\(counted(left, "patient")) left out: none of the model's modalities")
        }
        return .object(PredictionsObject(result))
    }
}
