import Baselines
import CommandLanguage
import SurvivalNetworks

/// `model abmil`.
struct ABMILKind: ModelKind {
    let form: CommandForm

    init() {
        let o = ABMIL.Options()
        form = CommandForm(
            "abmil", "Gated attention over the tokens of each modality",
            discussion: """
                Attention-based multiple-instance learning with gated attention (Ilse et al. 2018) at CLAM's sizes. \
                Each modality is a bag: patches, gene sets, or columns. Takes any number of modalities.
                """,
            parameters: [
                ModelParameters.dim(1...4096, o.dim, "width of the instances"),
                .option(
                    "hidden", .integer(1...4096), default: "\(o.hidden)",
                    "width of the attention and of a modality's vector"),
                ModelParameters.dropout(o.dropout, "dropout of all layers"),
            ] + ModelParameters.inputDropout(o.inputDropout) + ModelParameters.loss,
            examples: ["model abmil", "model abmil dim=64 hidden=32"])
    }

    func model(_ arguments: Arguments) throws -> any SurvivalModel {
        var options = ABMIL.Options()
        options.dim = arguments.integer("dim")
        options.hidden = arguments.integer("hidden")
        options.dropout = arguments.number("dropout")
        options.inputDropout = ModelParameters.inputDropout(arguments)
        return BaselineModel<ABMIL>(options, loss: try ModelParameters.loss(arguments))
    }
}
