import Baselines
import CommandLanguage
import SurvivalNetworks

/// `model survpath`.
struct SurvPathKind: ModelKind {
    let form: CommandForm

    init() {
        let o = SurvPath.Options()
        form = CommandForm(
            "survpath", "Pathways and patches in one transformer layer",
            discussion: """
                Jaume et al. 2024 (CVPR): pathways attend to pathways and patches, patches to pathways. Joins two \
                modalities: patches are the bag, gene sets the sets; without patches the second modality is the bag, \
                unless only that one has gene sets.
                """,
            parameters: [
                ModelParameters.dim(4...4096, o.dim, "width of the tokens, a multiple of 4"),
                ModelParameters.dropout(o.dropout, "dropout of the feed-forward layer"),
                .option(
                    "set_dropout", .number(0...0.95), default: "\(o.setDropout)", "dropout of the gene sets' networks"),
            ] + ModelParameters.inputDropout(o.inputDropout) + ModelParameters.loss,
            examples: ["model survpath", "model survpath dim=32 loss=cox"])
    }

    func model(_ arguments: Arguments) throws -> any SurvivalModel {
        try ModelParameters.checkDim(arguments, divisor: 4, because: "survpath")
        var options = SurvPath.Options()
        options.dim = arguments.integer("dim")
        options.dropout = arguments.number("dropout")
        options.setDropout = arguments.number("set_dropout")
        options.inputDropout = ModelParameters.inputDropout(arguments)
        return BaselineModel<SurvPath>(options, loss: try ModelParameters.loss(arguments))
    }
}
