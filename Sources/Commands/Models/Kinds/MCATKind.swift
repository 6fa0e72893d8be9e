import Baselines
import CommandLanguage
import SurvivalNetworks

/// `model mcat`.
struct MCATKind: ModelKind {
    let form: CommandForm

    init() {
        let o = MCAT.Options()
        form = CommandForm(
            "mcat", "Multimodal Co-Attention Transformer: gene sets attend to patches",
            discussion: """
                Chen et al. 2021 (ICCV). Joins two modalities: patches are the bag, gene sets the sets; without \
                patches the second modality is the bag, unless only that one has gene sets.
                """,
            parameters: [
                ModelParameters.dim(8...4096, o.dim, "width of the tokens, a multiple of 8"),
                ModelParameters.dropout(o.dropout, "dropout of all layers"),
            ] + ModelParameters.inputDropout(o.inputDropout) + ModelParameters.loss,
            examples: ["model mcat", "model mcat dim=32 loss=cox"])
    }

    func model(_ arguments: Arguments) throws -> any SurvivalModel {
        try ModelParameters.checkDim(arguments, divisor: 8, because: "mcat")
        var options = MCAT.Options()
        options.dim = arguments.integer("dim")
        options.dropout = arguments.number("dropout")
        options.inputDropout = ModelParameters.inputDropout(arguments)
        return BaselineModel<MCAT>(options, loss: try ModelParameters.loss(arguments))
    }
}
