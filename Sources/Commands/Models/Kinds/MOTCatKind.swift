import Baselines
import CommandLanguage
import SurvivalNetworks

/// `model motcat`.
struct MOTCatKind: ModelKind {
    let form: CommandForm

    init() {
        let o = MOTCat.Options()
        form = CommandForm(
            "motcat", "MCAT with optimal transport for co-attention",
            discussion: """
                Xu and Chen 2023 (ICCV): gene sets gather patches by the plan of an unbalanced optimal transport. \
                Joins two modalities: patches are the bag, gene sets the sets; without patches the second modality \
                is the bag, unless only that one has gene sets.
                """,
            parameters: [
                ModelParameters.dim(8...4096, o.common.dim, "width of the tokens, a multiple of 8"),
                .option("epsilon", .number(1e-3...10), default: "\(o.epsilon)", "entropic smoothing of the transport"),
                .option("rho", .number(1e-9...1e9), default: "\(o.rho)", "price of missing the marginals"),
                ModelParameters.dropout(o.common.dropout, "dropout of all layers"),
            ] + ModelParameters.inputDropout(o.common.inputDropout) + ModelParameters.loss,
            examples: ["model motcat", "model motcat dim=32 loss=cox"])
    }

    func model(_ arguments: Arguments) throws -> any SurvivalModel {
        try ModelParameters.checkDim(arguments, divisor: 8, because: "motcat")
        var options = MOTCat.Options()
        options.common.dim = arguments.integer("dim")
        options.common.dropout = arguments.number("dropout")
        options.common.inputDropout = ModelParameters.inputDropout(arguments)
        options.epsilon = arguments.number("epsilon")
        options.rho = arguments.number("rho")
        return BaselineModel<MOTCat>(options, loss: try ModelParameters.loss(arguments))
    }
}
