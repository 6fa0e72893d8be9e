/// An encoder layer of the transformer as first described (Vaswani et al. 2017, arXiv:1706.03762), layer norm after each
/// sum and ReLU inside; the default of PyTorch's `TransformerEncoderLayer`:
///
///     x ← norm(x + attention(x)),   x ← norm(x + W₂ relu(W₁ x))
///
/// with dropout on the attention weights, after ReLU and before each sum.
public struct TransformerLayer {
    private let attention: MultiHeadAttention
    private let attentionNorm: LayerNorm
    private let inner: Linear
    private let outer: Linear
    private let forwardNorm: LayerNorm
    private let dropout: Double

    /// - Parameter hidden: width of the inner layer.
    /// - Precondition: `width` is a multiple of `heads`.
    public init(
        _ store: ParameterStore, _ name: String, width: Int, heads: Int, hidden: Int, dropout: Double
    ) throws {
        attention = try MultiHeadAttention(store, "\(name).attention", width: width, heads: heads)
        attentionNorm = try LayerNorm(store, "\(name).attention.norm", width: width)
        inner = try Linear(store, "\(name).forward.in", from: width, to: hidden)
        outer = try Linear(store, "\(name).forward.out", from: hidden, to: width)
        forwardNorm = try LayerNorm(store, "\(name).forward.norm", width: width)
        self.dropout = dropout
    }

    /// [patients, tokens, width] → the same shape.
    ///
    /// - Parameter absent: true for tokens that nobody attends to, [patients, tokens].
    public func callAsFunction(
        _ x: Tensor, leavingOut absent: Tensor? = nil, training generator: TensorGenerator? = nil
    ) throws -> Tensor {
        func kept(_ x: Tensor) throws -> Tensor { try generator.map { try x.dropout(dropout, $0) } ?? x }
        let attended = try attention(x, leavingOut: absent, dropout: dropout, training: generator).values
        let middle = try attentionNorm(x + kept(attended))
        return try forwardNorm(middle + kept(outer(kept(inner(middle).relu()))))
    }
}
