import SurvivalNetworks
import Torch

/// Multimodal Co-Attention Transformer (Chen et al. 2021, ICCV, doi:10.1109/ICCV48922.2021.00398;
/// github.com/mahmoodlab/MCAT, `MCAT_Surv` with `fusion="concat"` and the small sizes): every gene set attends to the
/// patches, softmax(Q Kᵀ/√d) V with one head, and what the sets gathered goes on beside the sets themselves.
///
/// Of the two modalities the patches are the bag, gene sets the sets; without patches the second is the bag, unless the
/// first is the only one not made of gene sets.
///
/// Deviations: patients go through in batches, their bags padded and masked; the initial weights of attention are those
/// of a linear layer. A patient without the bag gives zeros for its side. One without the sets asks with zeros, so that
/// the biases are the question and the bag still speaks, and gives zeros for the sets' side. Columns of a table become
/// tokens as in TTA.
public final class MCAT: BaselineNetwork {
    public typealias Options = CoAttentionOptions
    public static let word = "mcat"

    public let parameters: ParameterStore
    private let dim: Int
    private let inputs: [ModalityInput]
    private let pair: ModalityPair
    private let encoders: [any TokenEncoder]
    private let coAttention: MultiHeadAttention
    private let branches: CoAttentionBranches

    public init(_ options: Options, data: TrainingData, outputs: Int, generator: TensorGenerator) throws {
        dim = options.dim
        inputs = data.inputs
        pair = try ModalityPair(data.inputs, model: Self.word)
        let store = ParameterStore(generator: generator)
        parameters = store
        encoders = try data.inputs.map { try options.tokenStyle.encoder(store, $0) }
        coAttention = try MultiHeadAttention(store, "coattention", width: options.dim, heads: 1)
        branches = try CoAttentionBranches(store, width: options.dim, outputs: outputs, dropout: options.dropout)
    }

    public func forward(_ batch: Batch, training generator: TensorGenerator?) throws -> NetworkOutput {
        let tokens = try zip(batch.modalities, encoders).map {
            try ModalityTokens($0, of: batch, width: dim, training: generator, encoder: $1)
        }
        let (sets, bag) = (tokens[pair.sets], tokens[pair.bag])
        let (gathered, weights) = try coAttention(sets.values, over: bag.values, leavingOut: bag.absent)
        return try branches(
            gathered: gathered, shares: weights.squeezed(1), setTokens: sets, bagTokens: bag,
            names: (inputs[pair.sets].name, inputs[pair.bag].name), training: generator)
    }
}
