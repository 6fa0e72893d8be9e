import Results
import SurvivalNetworks
import Torch

/// The plainest network of several modalities: TTA's own encoders, the mean of each modality's tokens, the means side by
/// side through dropout and one linear layer. What TTA gains over it is gained by transport, anchors and their losses.
///
/// An absent modality gives zeros and a presence bit of 0, and the means of a patient who lacks modalities count for more,
/// as in TTA's linear fusion.
public final class PooledConcatenation: BaselineNetwork {
    public struct Options: BaselineOptions {
        /// Width of the tokens.
        public var dim = 64
        public var dropout = 0.25
        public var inputDropout: InputDropout = 0.0
        public var headDropout = 0.3

        public init() {}

        public var settings: [Predictions.Setting] {
            [.init("dim", dim), .init("dropout", dropout), .init("head_dropout", headDropout)] + inputDropout.settings
        }
    }

    public static let word = "concat"

    public let parameters: ParameterStore
    private let options: Options
    private let inputs: [ModalityInput]
    private let encoders: [any TokenEncoder]
    private let head: Linear

    public init(_ options: Options, data: TrainingData, outputs: Int, generator: TensorGenerator) throws {
        self.options = options
        inputs = data.inputs
        let store = ParameterStore(generator: generator)
        parameters = store
        encoders = try inputs.map {
            try $0.makeEncoder(
                store, width: options.dim, dropout: options.dropout, inputDropout: options.inputDropout)
        }
        head = try Linear(store, "head", from: inputs.count * (options.dim + 1), to: outputs)
    }

    public func forward(_ batch: Batch, training generator: TensorGenerator?) throws -> NetworkOutput {
        var means: [Tensor] = []
        var presences: [Tensor] = []
        var embeddings: [EmbeddingOutput] = []
        for (modality, input) in inputs.enumerated() {
            let tokens = try ModalityTokens(
                batch.modalities[modality], of: batch, width: options.dim, training: generator,
                encoder: encoders[modality])
            let mean = try tokens.mean()
            means.append(mean)
            presences.append(tokens.presence)
            if let embedding = try tokens.embedding(input.name, mean, saliency: tokens.evenWeights) {
                embeddings.append(embedding)
            }
        }
        let presence = try Tensor.concatenated(presences, dimension: 1)
        let joined = try Tensor.concatenated(means, dimension: 1)
        let kept = try generator.map { try joined.dropout(options.headDropout, $0) } ?? joined
        let scaled =
            try kept * (Tensor.ones([1]) * Double(inputs.count) / presence.sum(1, keeping: true).clamped(min: 1))
        return NetworkOutput(
            outputs: try head(.concatenated([scaled, presence], dimension: 1)), terms: [], embeddings: embeddings)
    }
}
