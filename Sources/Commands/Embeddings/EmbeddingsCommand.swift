import CommandLanguage
import Projection
import Results

struct EmbeddingsCommand: Command {
    let declaration = CommandDeclaration(
        "embeddings", "What patients look like inside the model: shared and specific vectors", topic: .insight,
        discussion: """
            Per patient and modality, the shared embedding (what the modality has in common with the others) and the \
            specific one (what only it knows). Inside the model the specific one knows the shared factors as well, \
            since the tokens that it gathers show both; so what the shared embeddings of the patient's other \
            modalities explain of it is taken from it, by a ridge regression among these patients, each of whom is \
            explained by the others. residual=false gives it as the model has it. After crossvalidate embeddings are \
            those of the fold in which the patient was held out, brought into the first fold's coordinates by the \
            rotation, shift and scale that fit best where both folds' models embed the same patients (orthogonal \
            Procrustes); each fold's patients are explained by one another.
            """,
        parameters: [
            .argument("predictions", .object([PredictionsObject.typeName]), "of predict or crossvalidate"),
            .option(
                "residual", .boolean, default: "true",
                "take from specific embeddings what the shared ones explain of them"),
        ],
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
        guard arguments.boolean("residual"), !embeddings.parts(.shared).isEmpty else {
            return .object(EmbeddingsObject(embeddings: embeddings))
        }
        let (remainder, untouched) = embeddings.withoutShared()
        if untouched > 0 {
            context.note(
                "\(counted(untouched, "specific vector")) left as the model has them: of fewer than "
                    + "\(Embeddings.fewestToExplain) patients together, which is too few to tell what is shared")
        }
        return .object(EmbeddingsObject(embeddings: remainder))
    }
}
