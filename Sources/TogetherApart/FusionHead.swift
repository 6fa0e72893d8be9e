import Torch

/// Joins the embeddings of all modalities into the outputs of the survival loss.
protocol FusionHead {
    /// - Parameters:
    ///   - embeddings: one [patients, width] per modality and role, zeros where the modality is absent.
    ///   - presence: [patients, embeddings], 1 where the embedding's modality is there.
    ///   - isComplete: that all are there.
    func outputs(
        _ embeddings: [Tensor], presence: Tensor, isComplete: Bool, training generator: TensorGenerator?
    ) throws -> Tensor
}

/// Dropout, then one linear layer over all embeddings and presence bits, side by side. The embeddings of a patient who
/// lacks modalities count for more, so that the sum stays on the scale of a complete patient.
struct LinearFusion: FusionHead {
    private let layer: Linear
    private let dropout: Double

    init(_ store: ParameterStore, widths: [Int], outputs: Int, dropout: Double) throws {
        layer = try Linear(store, "fusion.linear", from: widths.reduce(0, +) + widths.count, to: outputs)
        self.dropout = dropout
    }

    func outputs(
        _ embeddings: [Tensor], presence: Tensor, isComplete: Bool, training generator: TensorGenerator?
    ) throws -> Tensor {
        let joined = try Tensor.concatenated(embeddings, dimension: 1)
        var scaled = try generator.map { try joined.dropout(dropout, $0) } ?? joined
        if !isComplete {
            let complete = Double(embeddings.count)
            scaled = try scaled * (Tensor.ones([1]) * complete / presence.sum(1, keeping: true).clamped(min: 1))
        }
        return try layer(.concatenated([scaled, presence], dimension: 1))
    }
}

/// Embeddings as tokens through one pre-norm transformer layer (4 heads, twice the width inside); a learned gate pools
/// them. Absent modalities are masked as keys and in the gate.
struct TransformerFusion: FusionHead {
    private static let heads = 4
    private let lifts: [Linear]
    /// What tells the embeddings apart, [embeddings, d].
    private let kinds: Tensor
    private let attentionNorm: LayerNorm
    private let attention: MultiHeadAttention
    private let forwardNorm: LayerNorm
    private let forwardIn: Linear
    private let forwardOut: Linear
    private let gate: Linear
    private let head: Linear
    private let dropout: Double

    /// - Precondition: `width` is a multiple of 4.
    init(_ store: ParameterStore, widths: [Int], width: Int, outputs: Int, dropout: Double) throws {
        precondition(width % TransformerFusion.heads == 0, "a transformer's width is a multiple of 4")
        self.dropout = dropout
        lifts = try widths.enumerated().map { try Linear(store, "fusion.lift.\($0)", from: $1, to: width) }
        kinds = try store.make("fusion.kinds", [widths.count, width], .normal(0.1))
        attentionNorm = try LayerNorm(store, "fusion.attention.norm", width: width)
        attention = try MultiHeadAttention(
            store, "fusion.attention", width: width, heads: TransformerFusion.heads)
        forwardNorm = try LayerNorm(store, "fusion.forward.norm", width: width)
        forwardIn = try Linear(store, "fusion.forward.in", from: width, to: 2 * width)
        forwardOut = try Linear(store, "fusion.forward.out", from: 2 * width, to: width)
        gate = try Linear(store, "fusion.gate", from: width, to: 1)
        head = try Linear(store, "fusion.head", from: width, to: outputs)
    }

    func outputs(
        _ embeddings: [Tensor], presence: Tensor, isComplete: Bool, training generator: TensorGenerator?
    ) throws -> Tensor {
        let lifted = try zip(lifts, embeddings).map { try $0($1) }
        let tokens = try Tensor.stacked(lifted, dimension: 1) + kinds
        let absent = try presence.less(0.5)
        func kept(_ x: Tensor) throws -> Tensor { try generator.map { try x.dropout(dropout, $0) } ?? x }
        let attended = try tokens + kept(attention(attentionNorm(tokens), leavingOut: absent).values)
        let mixed = try attended + kept(forwardOut(forwardIn(forwardNorm(attended)).gelu()))
        let weights = try gate(mixed).squeezed(2).filled(where: absent, with: -1e9).softmax(1)
        return try head((weights.unsqueezed(2) * mixed).sum(1))
    }
}
