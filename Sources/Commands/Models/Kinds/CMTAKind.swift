import Baselines
import CommandLanguage
import SurvivalNetworks

/// `model cmta`.
struct CMTAKind: ModelKind {
    let form: CommandForm

    init() {
        let o = CMTA.Options()
        form = CommandForm(
            "cmta", "Cross-modal translation and alignment: encoder and decoder on either side",
            discussion: """
                Zhou and Chen 2023 (ICCV): Nyström transformers encode either modality, cross-attention translates \
                each into the other, decoders read the translation, and each translation is to resemble what it \
                stands for. Joins two modalities: patches are the bag, gene sets the sets; without patches the \
                second modality is the bag, unless only that one has gene sets.
                """,
            parameters: [
                ModelParameters.dim(8...4096, o.dim, "width of the tokens, a multiple of 8"),
                .option(
                    "set_hidden", .integer(1...8192), default: "\(o.setHidden)", "width of the gene sets' first layer"),
                .option("alpha", .number(0...1e6), default: "\(o.alpha)", "weight of the alignment"),
                ModelParameters.dropout(o.dropout, "dropout of the encoders"),
            ] + ModelParameters.inputDropout(o.inputDropout) + ModelParameters.loss,
            examples: ["model cmta", "model cmta dim=32 loss=cox"])
    }

    func model(_ arguments: Arguments) throws -> any SurvivalModel {
        try ModelParameters.checkDim(arguments, divisor: 8, because: "cmta")
        var options = CMTA.Options()
        options.dim = arguments.integer("dim")
        options.setHidden = arguments.integer("set_hidden")
        options.alpha = arguments.number("alpha")
        options.dropout = arguments.number("dropout")
        options.inputDropout = ModelParameters.inputDropout(arguments)
        return BaselineModel<CMTA>(options, loss: try ModelParameters.loss(arguments))
    }
}
