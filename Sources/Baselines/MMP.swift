import Results
import SurvivalNetworks
import Torch

/// Multimodal Prototyping (Song et al. 2024, ICML, arXiv:2407.00224; github.com/mahmoodlab/MMP, `coattn` with
/// `append_embed="random"`, `net_indiv=True`, `histo_agg="mean"`): a slide is summarised by the mixture that PANTHER fits to its
/// patches (`PatchMixture`), 16 tokens of weight, mean and variance; gene sets are tokens by networks of their own.
/// Every token gets a learned vector of 32 numbers beside it and attends to all; each has a feed-forward network of its own;
/// the means of both sides predict.
///
/// Which modality is the bag: see `MCAT`. Columns of a table become tokens as in TTA.
///
/// Deviations: the prototypes are found by k-means among the fold's training patients within the training itself;
/// H→P attention has one softmax over all tokens, where the code takes the patch-to-pathway scores through a softmax of
/// their own before that; a layer norm of the ensemble that the code declares and never calls is left out (288
/// parameters). An absent modality is masked for the other's attention and gives zeros.
public final class MMP: BaselineNetwork {
    public struct Options: BaselineOptions {
        /// Width of the tokens before the learned vectors are put beside them, even.
        public var dim = 256
        /// Prototypes of patches.
        public var prototypes = 16
        /// A feed-forward network for each token; otherwise one for all.
        public var tokenNetworks = true
        /// Dropout of the feed-forward networks.
        public var dropout = 0.1
        /// Dropout of the gene sets' networks.
        public var setDropout = 0.25
        public var inputDropout: InputDropout = 0.0

        public init() {}

        public var settings: [Predictions.Setting] {
            [
                .init("dim", dim), .init("prototypes", prototypes), .init("token_networks", tokenNetworks),
                .init("dropout", dropout), .init("set_dropout", setDropout),
            ] + inputDropout.settings
        }
    }

    public static let word = "mmp"
    /// Width of the learned vector beside each token.
    private static let appended = 32

    public let parameters: ParameterStore
    private let dim: Int
    private let inputs: [ModalityInput]
    private let pair: ModalityPair
    let encoders: [any TokenEncoder]
    /// Tokens of each modality.
    private let counts: [Int]
    /// [tokens, 32], a modality each.
    private let marks: [Tensor]
    private let attention: PathwayAttention
    private let shared: PathwayFeedForward?
    private let own: [TokenFeedForward]
    private let norm: LayerNorm
    private let head: Linear

    public init(_ options: Options, data: TrainingData, outputs: Int, generator: TensorGenerator) throws {
        dim = options.dim
        inputs = data.inputs
        pair = try ModalityPair(data.inputs, model: Self.word)
        let store = ParameterStore(generator: generator)
        parameters = store
        let style = TokenStyle(
            patches: [dim], sets: [dim, dim], dropout: options.setDropout, inputDropout: options.inputDropout)
        var encoders: [any TokenEncoder] = []
        var counts: [Int] = []
        for input in data.inputs {
            if case .patches(let bags) = input.content {
                let mixture = try PatchMixture(
                    bags, patients: data.patients.filter { input.present[$0] }, prototypes: options.prototypes,
                    generator: generator)
                encoders.append(
                    try MixtureEncoder(store, "\(input.name).encoder", mixture: mixture, width: options.dim))
                counts.append(options.prototypes)
            } else {
                encoders.append(try style.encoder(store, input))
                counts.append(input.tokenNames.count)
            }
        }
        self.encoders = encoders
        self.counts = counts
        marks = try zip(data.inputs, counts).map {
            try store.make("\($0.name).marks", [$1, Self.appended], .normal(1))
        }
        let width = (options.dim + Self.appended) / 2
        attention = try PathwayAttention(
            store, "attention", from: options.dim + Self.appended, to: width, bagAttendsToItself: true)
        if options.tokenNetworks {
            shared = nil
            own = try zip(data.inputs, counts).map {
                try TokenFeedForward(store, "\($0.name).forward", tokens: $1, width: width, dropout: options.dropout)
            }
        } else {
            shared = try PathwayFeedForward(store, "forward", width: width, dropout: options.dropout)
            own = []
        }
        norm = try LayerNorm(store, "norm", width: width)
        head = try Linear(store, "head", from: 2 * width, to: outputs, bias: false)
    }

    public func forward(_ batch: Batch, training generator: TensorGenerator?) throws -> NetworkOutput {
        let tokens = try inputs.indices.map { index in
            try ModalityTokens(
                batch.modalities[index], of: batch, width: dim, count: counts[index],
                areSummaries: encoders[index] is MixtureEncoder, training: generator,
                encoder: encoders[index]
            ).mapped {
                try .concatenated([$0, marks[index].unsqueezed(0).expanded([batch.count, -1, -1])], dimension: 2)
            }
        }
        let mixed = try attention(sets: tokens[pair.sets], bag: tokens[pair.bag])
        func mean(_ tokens: ModalityTokens, _ modality: Int) throws -> Tensor {
            try tokens.mapped {
                let active =
                    try shared?($0, training: generator) ?? own[modality]($0, training: generator)
                return try norm(active)
            }.mean()
        }
        let setMean = try mean(mixed.sets, pair.sets)
        let bagMean = try mean(mixed.bag, pair.bag)
        // A prototype is no token of a patient: what it says is not any one patch's.
        func saliency(_ modality: Int, _ tokens: ModalityTokens) throws -> Tensor? {
            if case .patches = inputs[modality].content { nil } else { try tokens.evenWeights }
        }
        let embeddings = try [
            mixed.bag.embedding(inputs[pair.bag].name, bagMean, saliency: saliency(pair.bag, mixed.bag)),
            mixed.sets.embedding(inputs[pair.sets].name, setMean, saliency: saliency(pair.sets, mixed.sets)),
        ]
        return NetworkOutput(
            outputs: try head(.concatenated([setMean, bagMean], dimension: 1)), terms: [],
            embeddings: embeddings.compactMap { $0 })
    }
}
