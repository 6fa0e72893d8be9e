import Baselines
import CommandLanguage
import SurvivalNetworks

/// `model mmp`.
struct MMPKind: ModelKind {
    let form: CommandForm

    init() {
        let o = MMP.Options()
        form = CommandForm(
            "mmp", "Morphological and pathway prototypes in one transformer layer",
            discussion: """
                Song et al. 2024 (ICML): patches are summarised by a Gaussian mixture around prototypes found among \
                the training patients, gene sets are tokens of their own, and all attend to all. \
                token_networks=false shares one feed-forward network. Joins two modalities: patches are the bag, \
                gene sets the sets; without patches the second modality is the bag, unless only that one has gene \
                sets.
                """,
            parameters: [
                ModelParameters.dim(2...4096, o.dim, "width of the tokens, even"),
                .option("prototypes", .integer(1...1024), default: "\(o.prototypes)", "prototypes of patches"),
                .option(
                    "token_networks", .boolean, default: "\(o.tokenNetworks)",
                    "a feed-forward network of its own for each token"),
                ModelParameters.dropout(o.dropout, "dropout of the feed-forward networks"),
                .option(
                    "set_dropout", .number(0...0.95), default: "\(o.setDropout)", "dropout of the gene sets' networks"),
            ] + ModelParameters.inputDropout(o.inputDropout) + ModelParameters.loss,
            examples: ["model mmp", "model mmp dim=32 prototypes=8 token_networks=false"])
    }

    func model(_ arguments: Arguments) throws -> any SurvivalModel {
        try ModelParameters.checkDim(arguments, divisor: 2, because: "mmp")
        var options = MMP.Options()
        options.dim = arguments.integer("dim")
        options.prototypes = arguments.integer("prototypes")
        options.tokenNetworks = arguments.boolean("token_networks")
        options.dropout = arguments.number("dropout")
        options.setDropout = arguments.number("set_dropout")
        options.inputDropout = ModelParameters.inputDropout(arguments)
        return BaselineModel<MMP>(options, loss: try ModelParameters.loss(arguments))
    }
}
