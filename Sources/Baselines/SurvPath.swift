import Results
import SurvivalNetworks
import Torch

/// SurvPath (Jaume et al. 2024, CVPR, arXiv:2304.06819; github.com/mahmoodlab/SurvPath, `SurvPath`): pathways and patches
/// as the tokens of one transformer layer in which pathways attend to pathways and patches, patches to pathways
/// only; the mean of either side predicts.
///
///     tokens → layer norm → attention, one head, width d/2, no bias → feed-forward (layer norm, linear, GELU, linear)
///     → layer norm → means → linear d/4, ReLU, linear
///
/// Which modality is the bag: see `MCAT`.
///
/// Deviations: patients go through in batches, their bags padded and masked; an absent modality is masked for the
/// other's attention and gives zeros; the patches of a patient without pathways attend to one another. Columns of a table
/// become tokens as in TTA.
public final class SurvPath: BaselineNetwork {
    public struct Options: BaselineOptions {
        /// Width of the tokens, a multiple of 4.
        public var dim = 256
        /// Dropout of the feed-forward layer.
        public var dropout = 0.1
        /// Dropout of the gene sets' networks.
        public var setDropout = 0.25
        public var inputDropout: InputDropout = 0.0

        public init() {}

        public var settings: [Predictions.Setting] {
            [
                .init("dim", dim), .init("dropout", dropout), .init("set_dropout", setDropout),
            ] + inputDropout.settings
        }
    }

    public static let word = "survpath"

    public let parameters: ParameterStore
    private let dim: Int
    private let inputs: [ModalityInput]
    private let pair: ModalityPair
    private let encoders: [any TokenEncoder]
    private let attention: PathwayAttention
    private let forwardLayer: PathwayFeedForward
    private let norm: LayerNorm
    private let hidden: DenseLayers
    private let head: Linear

    public init(_ options: Options, data: TrainingData, outputs: Int, generator: TensorGenerator) throws {
        dim = options.dim
        inputs = data.inputs
        pair = try ModalityPair(data.inputs, model: Self.word)
        let store = ParameterStore(generator: generator)
        parameters = store
        let style = TokenStyle(
            patches: [dim], patchesAreLinear: true, sets: [dim, dim], dropout: options.setDropout,
            inputDropout: options.inputDropout)
        encoders = try data.inputs.map { try style.encoder(store, $0) }
        attention = try PathwayAttention(store, "attention", from: dim, to: dim / 2, bagAttendsToItself: false)
        forwardLayer = try PathwayFeedForward(store, "forward", width: dim / 2, dropout: options.dropout)
        norm = try LayerNorm(store, "norm", width: dim / 2)
        hidden = try DenseLayers(store, "hidden", widths: [dim, dim / 4])
        head = try Linear(store, "head", from: dim / 4, to: outputs)
    }

    public func forward(_ batch: Batch, training generator: TensorGenerator?) throws -> NetworkOutput {
        let tokens = try zip(batch.modalities, encoders).map {
            try ModalityTokens($0, of: batch, width: dim, training: generator, encoder: $1)
        }
        let mixed = try attention(sets: tokens[pair.sets], bag: tokens[pair.bag])
        func mean(_ tokens: ModalityTokens) throws -> Tensor {
            try tokens.mapped { try norm(forwardLayer($0, training: generator)) }.mean()
        }
        let (setMean, bagMean) = (try mean(mixed.sets), try mean(mixed.bag))
        let embeddings = try [
            mixed.bag.embedding(inputs[pair.bag].name, bagMean, saliency: mixed.bag.evenWeights),
            mixed.sets.embedding(inputs[pair.sets].name, setMean, saliency: mixed.sets.evenWeights),
        ]
        let joined = try Tensor.concatenated([setMean, bagMean], dimension: 1)
        return NetworkOutput(
            outputs: try head(hidden(joined, training: nil)), terms: [], embeddings: embeddings.compactMap { $0 })
    }
}
