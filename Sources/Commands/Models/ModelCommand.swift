import CommandLanguage

struct ModelCommand: Command {
    let declaration = CommandDeclaration(
        "model", "Describes a model to train", topic: .models,
        discussion: """
            All models are trained and evaluated alike: the same folds, scaling, losses and optimiser. Each has the options \
            of its page and refuses others. Networks take `loss=discrete`, hazards in time bins, or `loss=cox`; cox is no \
            network and chooses its penalties by inner folds. Higher risk means an earlier event.
            """,
        parameters: [.argument("name", .word(choices: modelKinds.map(\.form.name)), "which model")],
        result: ModelObject.typeName, examples: ["model tta", "model snn dim=64 loss=cox"],
        forms: modelKinds.map(\.form))

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let name = arguments.word("name")
        guard let kind = modelKinds.first(where: { $0.form.name == name }) else {
            preconditionFailure("the declaration lets no other name through")
        }
        return .object(ModelObject(model: try kind.model(arguments)))
    }
}
