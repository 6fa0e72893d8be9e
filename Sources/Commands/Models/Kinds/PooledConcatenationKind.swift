import Baselines
import CommandLanguage
import SurvivalNetworks

/// `model concat`.
struct PooledConcatenationKind: ModelKind {
    let form: CommandForm

    init() {
        let o = PooledConcatenation.Options()
        form = CommandForm(
            "concat", "The means of the tokens side by side: TTA without transport or anchors",
            discussion: """
                TTA's encoders, the mean of each modality's tokens, one linear layer. What TTA gains over it is \
                gained by transport, anchors and their losses. Takes any number of modalities.
                """,
            parameters: [
                ModelParameters.dim(1...4096, o.dim, "width of the tokens"),
                ModelParameters.dropout(o.dropout, "dropout of the encoders"),
                .option("head_dropout", .number(0...0.95), default: "\(o.headDropout)", "dropout before the head"),
            ] + ModelParameters.inputDropout(o.inputDropout) + ModelParameters.loss,
            examples: ["model concat", "model concat dim=32 loss=cox"])
    }

    func model(_ arguments: Arguments) throws -> any SurvivalModel {
        var options = PooledConcatenation.Options()
        options.dim = arguments.integer("dim")
        options.dropout = arguments.number("dropout")
        options.inputDropout = ModelParameters.inputDropout(arguments)
        options.headDropout = arguments.number("head_dropout")
        return BaselineModel<PooledConcatenation>(options, loss: try ModelParameters.loss(arguments))
    }
}
