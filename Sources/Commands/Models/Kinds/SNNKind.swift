import Baselines
import CommandLanguage
import SurvivalNetworks

/// `model snn`.
struct SNNKind: ModelKind {
    let form: CommandForm

    init() {
        let o = SNN.Options()
        form = CommandForm(
            "snn", "Self-normalising network on the features of each modality",
            discussion: """
                Four layers of a linear map, ELU and alpha dropout on each modality's features (Klambauer et al. \
                2017; MCAT's genomic baseline). fusion=concat joins the last layers by two linear layers; \
                fusion=late averages the modalities' own predictions. Patches enter as the mean of the bag. Takes \
                any number of modalities.
                """,
            parameters: [
                ModelParameters.dim(1...4096, o.dim, "width of the layers"),
                .option(
                    "fusion", .word(choices: SNN.Options.Fusion.allCases.map(\.rawValue)), default: o.fusion.rawValue,
                    "how modalities are joined"),
                ModelParameters.dropout(o.dropout, "alpha dropout of the layers"),
            ] + ModelParameters.inputDropout(o.inputDropout) + ModelParameters.loss,
            examples: ["model snn", "model snn dim=256 fusion=late loss=cox"])
    }

    func model(_ arguments: Arguments) throws -> any SurvivalModel {
        var options = SNN.Options()
        options.dim = arguments.integer("dim")
        if let fusion = SNN.Options.Fusion(rawValue: arguments.word("fusion")) { options.fusion = fusion }
        options.dropout = arguments.number("dropout")
        options.inputDropout = ModelParameters.inputDropout(arguments)
        return BaselineModel<SNN>(options, loss: try ModelParameters.loss(arguments))
    }
}
