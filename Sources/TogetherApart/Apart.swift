import SurvivalNetworks
import Torch

/// The Apart branch: every modality owns anchors, which attend to its tokens; what they gather is the specific
/// embedding.
final class Apart {
    /// A_m [anchors, d], a modality each.
    let anchors: [Tensor]
    private let projections: [Linear]
    private let keys: [Linear]
    /// E_m [tokens, d], for modalities whose tokens are the same for all patients (gene sets, columns): what a token's key
    /// has besides its content.
    private let tokenKeys: [Tensor?]
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
        keys = try modalities.map { try Linear(store, "\($0).key", from: d, to: d, bias: false) }
        tokenKeys = try tokens.map { modality, count, _ in
            guard parameters.tokenKeys, count > 0 else { return nil }
            return try store.make("\(modality).token_keys", [count, d], .zeros)
        }
        linear = try tokens.map { modality, _, width in
            width == 0
                ? nil : try Linear(store, "\(modality).specific.linear", from: width, to: d, bias: false)
        }
    }

    /// The tokens H of a modality and the anchors' scores of them, before any token is left out.
    struct Scored {
        /// [tokens, d]
        let tokens: Tensor
        /// [tokens, linear width]
        let linear: Tensor?
        let segments: Segments
        /// [tokens, anchors]
        let scores: Tensor
    }

    func score(_ tokens: Tensor, linear: Tensor?, segments: Segments, modality: Int) throws -> Scored {
        // A (H W W_key)ᵀ = (A W_key W) Hᵀ: the products with the few anchors come first.
        let queries = try anchors[modality].matmul(keys[modality].weight).matmul(projections[modality].weight)
        var scores = try tokens.matmul(queries.transposed())
        if let keys = tokenKeys[modality] {
            let own = try keys.matmul(anchors[modality].transposed())
            scores = try (scores.padded(to: segments) + own).withoutPadding(of: segments)
        }
        return Scored(
            tokens: tokens, linear: linear, segments: segments, scores: try scores / width.squareRoot())
    }

    /// r_m [patients, d], the mean over anchors of the softmax-weighted tokens, once for every mask; and each token's
    /// weight under the first, [patients, tokens].
    ///
    /// - Parameter leavingOut: masks of the tokens without part, [tokens]; nil for none.
    func pool(
        _ scored: Scored, modality: Int, leavingOut masks: [Tensor?] = [nil]
    ) throws -> (embeddings: [Tensor], attention: Tensor) {
        let attention = try masks.map {
            try scored.scores.softmax(in: scored.segments, leavingOut: $0).mean(1, keeping: true)
        }
        let weights = attention.count == 1 ? attention[0] : try Tensor.concatenated(attention, dimension: 1)
        // Σ a V = (Σ a H) W
        var pooled = try projections[modality](scored.tokens.pooled(by: weights, in: scored.segments))
        if let layer = linear[modality], let inputs = scored.linear {
            pooled = try pooled + layer(inputs.pooled(by: weights, in: scored.segments))
        }
        return (
            try masks.indices.map { try pooled.narrowed(1, from: $0, count: 1).squeezed(1) },
            try attention[0].detached().squeezed(1).padded(to: scored.segments)
        )
    }

    /// a_m [d]: the mean of the modality's unit anchors, renormalised.
    func direction(of modality: Int) throws -> Tensor { try anchors[modality].normalized().mean(0).normalized() }

    /// mean over patients of max(0, margin − cos(r_m, a_m) + max_{m' ≠ m} cos(r_m, a_m')).
    ///
    /// - Precondition: there is another modality.
    func marginLoss(_ embedding: Tensor, modality: Int, margin: Double) throws -> Tensor {
        let unit = try embedding.normalized()
        let own = try unit.matmul(direction(of: modality))
        let others = try anchors.indices.filter { $0 != modality }.map { try unit.matmul(direction(of: $0)) }
        let nearest = try Tensor.stacked(others, dimension: 1).maximum(1)
        return try (nearest - own + margin).relu().mean()
    }
}
