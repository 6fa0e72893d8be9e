import Baselines
import CommandLanguage
import SurvivalNetworks

/// `model pibd`.
struct PIBDKind: ModelKind {
    let form: CommandForm

    init() {
        let o = PIBD.Options()
        form = CommandForm(
            "pibd", "Prototypical information bottleneck, and disentangling",
            discussion: """
                Zhang et al. 2024 (ICLR): tokens are selected by their likeness to prototypes of risk, and a \
                transformer parts what modalities share from what is their own, with terms that bound mutual \
                information. Joins two modalities: patches are the bag, gene sets the sets; without patches the \
                second modality is the bag, unless only that one has gene sets.
                """,
            parameters: [
                ModelParameters.dim(4...4096, o.dim, "width of the tokens, a multiple of 4"),
                .option(
                    "bag_share", .number(1e-6...1), default: "\(o.bagShare)", "share of the bag's tokens that is kept"),
                .option("set_share", .number(1e-6...1), default: "\(o.setShare)", "share of the sets that is kept"),
                .option("samples", .integer(1...1000), default: "\(o.samples)", "draws from each prototype"),
                .option(
                    "alpha", .number(0...1e6), default: "\(o.alpha)", "weight of the prototypes' own survival loss"),
                .option("beta", .number(0...1e6), default: "\(o.beta)", "weight of the bottleneck's divergence"),
                .option(
                    "gamma", .number(0...1e6), default: "\(o.gamma)", "weight of tokens' likeness to their prototype"),
                .option("sigma", .number(0...1e6), default: "\(o.sigma)", "weight of the mutual information"),
                .option(
                    "set_dropout", .number(0...0.95), default: "\(o.setDropout)", "dropout of the gene sets' networks"),
            ] + ModelParameters.inputDropout(o.inputDropout) + ModelParameters.loss,
            examples: ["model pibd", "model pibd dim=32 sigma=0.01"])
    }

    func model(_ arguments: Arguments) throws -> any SurvivalModel {
        try ModelParameters.checkDim(arguments, divisor: 4, because: "pibd")
        var options = PIBD.Options()
        options.dim = arguments.integer("dim")
        options.bagShare = arguments.number("bag_share")
        options.setShare = arguments.number("set_share")
        options.samples = arguments.integer("samples")
        options.alpha = arguments.number("alpha")
        options.beta = arguments.number("beta")
        options.gamma = arguments.number("gamma")
        options.sigma = arguments.number("sigma")
        options.setDropout = arguments.number("set_dropout")
        options.inputDropout = ModelParameters.inputDropout(arguments)
        return BaselineModel<PIBD>(options, loss: try ModelParameters.loss(arguments))
    }
}
