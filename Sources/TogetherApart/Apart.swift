import SurvivalNetworks
import Torch

/// What a modality's anchors know tokens by.
private enum AnchorKeys {
    /// A linear map of what they hold.
    case ofContent(Linear)
    /// E_m [tokens, d], a vector for each token, where these are the same for all patients (gene sets, columns).
    case ofIdentity(Tensor)
}

/// The Apart branch: every modality owns anchors, which attend to its tokens; what they gather is the specific
/// embedding.
final class Apart {
    /// A_m [anchors, d], a modality each.
    let anchors: [Tensor]
    private let projections: [Linear]
    private let keys: [AnchorKeys]
    /// From what tokens are made of to d, for modalities whose tokens are not linear in it (`linear_values`).
    private let linear: [Linear?]
    private let width: Double

    /// - Parameter tokens: the modalities, each with the number of its tokens where these are the same for all patients,
    ///   else 0, and the width of what they are made of, 0 where that has no part.
    init(
        _ store: ParameterStore, _ parameters: HyperParameters,
        tokens: [(modality: String, count: Int, linearWidth: Int)]
    ) throws {
        let d = parameters.dim
        let modalities = tokens.map(\.modality)
        width = Double(d)
        anchors = try modalities.map { try store.make("\($0).anchors", [parameters.anchors, d], .normal(1)) }
        projections = try modalities.map { try Linear(store, "\($0).specific", from: d, to: d, bias: false) }
        keys = try tokens.map { modality, count, _ in
            parameters.tokenKeys && count > 0
                ? .ofIdentity(try store.make("\(modality).token_keys", [count, d], .zeros))
                : .ofContent(try Linear(store, "\(modality).key", from: d, to: d, bias: false))
        }
        linear = try tokens.map { modality, _, width in
            width == 0
                ? nil : try Linear(store, "\(modality).specific.linear", from: width, to: d, bias: false)
        }
    }

    /// r_m [patients, d], the mean over anchors of the softmax-weighted tokens, once for every view; and each token's
    /// weight under the first, [tokens].
    ///
    /// - Parameter views: masks of the tokens without part, [tokens]; nil for none.
    func callAsFunction(
        _ tokens: Tokens, modality: Int, views: [Tensor?] = [nil]
    ) throws -> (embeddings: [Tensor], attention: Tensor) {
        let scaled = try anchors[modality] / width.squareRoot()
        let scores: Tokens.AnchorScores
        switch keys[modality] {
        case .ofContent(let key):
            // A (H W W_key)ᵀ = (A W_key W) Hᵀ: the products with the few anchors come first.
            scores = .ofContent(queries: try scaled.matmul(key.weight).matmul(projections[modality].weight))
        case .ofIdentity(let keys):
            scores = .ofIdentity(try keys.matmul(scaled.transposed()))
        }
        let (pooled, weights) = try tokens.attended(by: scores, views: views)
        // Σ a V = (Σ a H) W
        var embeddings = try projections[modality](pooled)
        if let layer = linear[modality], let inputs = tokens.linear {
            embeddings = try embeddings + layer(inputs.pooled(by: weights))
        }
        return (try embeddings.unbound(1), try weights.detached().narrowed(1, from: 0, count: 1).squeezed(1))
    }

    /// mean over patients of max(0, margin − cos(r_m, a_m) + max_{m' ≠ m} cos(r_m, a_m')), with a_m the mean of a modality's
    /// unit anchors.
    ///
    /// - Precondition: there is another modality.
    func marginLoss(_ embedding: Tensor, modality: Int, margin: Double) throws -> Tensor {
        try embedding.marginLoss(to: anchors, own: modality, margin: margin)
    }
}
