import Results
import SurvivalNetworks
import Torch

/// What MCAT and MOTCat have in common once each gene set has gathered its share of the bag: a transformer of two layers
/// and gated attention pooling on either side, both sides joined by two linear layers with ReLU.
struct CoAttentionBranches {
    /// One side: tokens to one vector.
    private struct Branch {
        let layers: [TransformerLayer]
        let attention: GatedAttention
        let rho: DenseLayers

        init(_ store: ParameterStore, _ name: String, width: Int, dropout: Double) throws {
            layers = try (0..<2).map {
                try TransformerLayer(
                    store, "\(name).transformer.\($0)", width: width, heads: 8, hidden: 2 * width, dropout: dropout)
            }
            attention = try GatedAttention(store, "\(name).attention", width: width, hidden: width, dropout: dropout)
            rho = try DenseLayers(store, "\(name).rho", widths: [width, width], dropout: dropout)
        }

        func callAsFunction(
            _ tokens: Tensor, leavingOut absent: Tensor?, training generator: TensorGenerator?
        ) throws -> (vector: Tensor, weights: Tensor) {
            let mixed = try layers.reduce(tokens) { try $1($0, leavingOut: absent, training: generator) }
            let (pooled, weights) = try attention(mixed, leavingOut: absent, training: generator)
            return (try rho(pooled, training: generator), weights)
        }
    }

    private let bag: Branch
    private let sets: Branch
    private let joint: DenseLayers
    private let head: Linear

    /// - Precondition: `width` is a multiple of 8.
    init(_ store: ParameterStore, width: Int, outputs: Int, dropout: Double) throws {
        bag = try Branch(store, "bag", width: width, dropout: dropout)
        sets = try Branch(store, "sets", width: width, dropout: dropout)
        joint = try DenseLayers(store, "joint", widths: [2 * width, width, width])
        head = try Linear(store, "head", from: width, to: outputs)
    }

    /// - Parameters:
    ///   - gathered: what each gene set drew from the bag, [patients, sets, width].
    ///   - shares: the share of each token of the bag in that, [patients, sets, tokens].
    ///   - setTokens, bagTokens: either modality's tokens.
    ///   - names: of the modalities, the sets' and the bag's.
    func callAsFunction(
        gathered: Tensor, shares: Tensor, setTokens: ModalityTokens, bagTokens: ModalityTokens,
        names: (sets: String, bag: String), training generator: TensorGenerator?
    ) throws -> NetworkOutput {
        let fromBag = try bag(gathered, leavingOut: setTokens.absent, training: generator)
        let fromSets = try sets(setTokens.values, leavingOut: setTokens.absent, training: generator)
        let bagVector = try fromBag.vector * bagTokens.presence
        let setVector = try fromSets.vector * setTokens.presence
        let drawn = try fromBag.weights.unsqueezed(1).batchMatmul(shares).squeezed(1)
        let embeddings = try [
            bagTokens.embedding(names.bag, bagVector, saliency: drawn),
            setTokens.embedding(names.sets, setVector, saliency: fromSets.weights),
        ]
        let joined = try joint(.concatenated([bagVector, setVector], dimension: 1), training: nil)
        return NetworkOutput(outputs: try head(joined), terms: [], embeddings: embeddings.compactMap { $0 })
    }
}

/// Options of MCAT, which MOTCat shares.
public struct CoAttentionOptions: BaselineOptions {
    /// Width of the tokens, a multiple of 8.
    public var dim = 256
    public var dropout = 0.25
    public var inputDropout: InputDropout = 0.0

    public init() {}

    public var settings: [Predictions.Setting] {
        [.init("dim", dim), .init("dropout", dropout)] + inputDropout.settings
    }

    var tokenStyle: TokenStyle {
        TokenStyle(patches: [dim], sets: [dim, dim], dropout: dropout, inputDropout: inputDropout)
    }
}
