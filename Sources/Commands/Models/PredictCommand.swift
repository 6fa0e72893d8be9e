import CommandLanguage
import Training

struct PredictCommand: Command {
    let declaration = CommandDeclaration(
        "predict", "A trained model's predictions for a cohort",
        discussion: """
            The cohort needs the modalities that the model was trained on, under their names. A patient who lacks some \
            is predicted from the others; one who lacks all is left out. Higher risk means an earlier event. The risk is \
            standardised by mean and standard deviation of the training patients' risks.
            """,
        parameters: [
            .argument("trained", .object([TrainedObject.typeName]), "what train gave"),
            .option("on", .object([CohortObject.typeName]), required: true, "the cohort"),
        ],
        result: PredictionsObject.typeName,
        examples: [
            """
            trained = train (model tta dim=16) on=(simulate patients=60 patches=20 seed=1) epochs=2
            cindex (predict trained on=(simulate patients=40 patches=20 seed=2))
            """
        ])

    func knownColumns(_ arguments: KnownArguments) -> KnownColumns {
        KnownColumns(
            inFormulas: nil, ofResult: arguments.columns(of: "on").map { PredictionsObject.ownColumns + $0 })
    }

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let trained = try arguments.object("trained", as: TrainedObject.self).trained
        let cohort = try arguments.object("on", as: CohortObject.self).cohort
        let result = try trained.predict(cohort) { try context.progress("predict", fraction: $0) }
        let left = cohort.patientCount - result.predictions.patients.count
        if left > 0 {
            context.note("\(counted(left, "patient")) left out: none of the model's modalities")
        }
        return .object(PredictionsObject(result))
    }
}
