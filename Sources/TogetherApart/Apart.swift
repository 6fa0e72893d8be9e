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
    private let width: Double

    /// - Parameter tokens: the modalities, each with the number of its tokens where these are the same for all patients,
    ///   else 0.
    init(
        _ store: ParameterStore, _ parameters: HyperParameters, tokens: [(modality: String, count: Int)]
    ) throws {
        let d = parameters.dim
        let modalities = tokens.map(\.modality)
        width = Double(d)
        anchors = try modalities.map { try store.make("\($0).anchors", [parameters.anchors, d], .normal(1)) }
        projections = try modalities.map { try Linear(store, "\($0).specific", from: d, to: d, bias: false) }
        keys = try modalities.map { try Linear(store, "\($0).key", from: d, to: d, bias: false) }
        tokenKeys = try tokens.map { modality, count in
            guard parameters.tokenKeys, count > 0 else { return nil }
            return try store.make("\(modality).token_keys", [count, d], .zeros)
        }
    }

    /// V_m and the anchors' scores of its tokens, before any token is left out.
    struct Scored {
        /// [patients, tokens, d]
        let tokens: Tensor
        /// [patients, tokens, anchors]
        let scores: Tensor
    }

    func score(_ tokens: Tensor, modality: Int) throws -> Scored {
        let own = try projections[modality](tokens)
        // A (V W)ᵀ = (A W) Vᵀ: the product with the few anchors comes first.
        let queries = try anchors[modality].matmul(keys[modality].weight)
        var scores = try own.matmul(queries.transposed())
        if let keys = tokenKeys[modality] { scores = try scores + keys.matmul(anchors[modality].transposed()) }
        return Scored(tokens: own, scores: try scores / width.squareRoot())
    }

    /// r_m [patients, d], the mean over anchors of the softmax-weighted tokens, with each token's weight
    /// [patients, tokens].
    ///
    /// - Parameter leavingOut: true for tokens without part, [patients, tokens].
    func pool(_ scored: Scored, leavingOut: Tensor?) throws -> (embedding: Tensor, attention: Tensor) {
        let scores =
            try leavingOut.map { try scored.scores.filled(where: $0.unsqueezed(2), with: -1e9) } ?? scored.scores
        let attention = try scores.softmax(1).mean(2, keeping: true)
        return (try (attention * scored.tokens).sum(1), try attention.squeezed(2).detached())
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
