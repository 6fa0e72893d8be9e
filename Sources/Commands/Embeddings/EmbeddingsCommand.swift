import CommandLanguage

struct EmbeddingsCommand: Command {
    let declaration = CommandDeclaration(
        "embeddings", "What patients look like inside the model: shared and specific vectors", topic: .insight,
        discussion: """
            Per patient and modality, the shared embedding (what the modality has in common with the others) and the \
            specific one (what only it knows). After crossvalidate they are those of the fold in which the patient was \
            held out, brought into the first fold's coordinates by the rotation, shift and scale that fit best where \
            both folds' models embed the same patients (orthogonal Procrustes).
            """,
        parameters: [.argument("predictions", .object([PredictionsObject.typeName]), "of predict or crossvalidate")],
        result: EmbeddingsObject.typeName,
        examples: [
            """
            cohort1 = simulate patients=60 patches=20
            folds cohort1 k=2
            embeddings (crossvalidate (model tta dim=16) on=cohort1 epochs=2)
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        guard let embeddings = try arguments.object("predictions", as: PredictionsObject.self).embeddings else {
            throw arguments.error(
                at: "predictions", "these predictions came from a file and have no embeddings",
                help: "save and load the embeddings themselves, or predict again")
        }
        return .object(EmbeddingsObject(embeddings: embeddings))
    }
}
