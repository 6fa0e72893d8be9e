/// Scaled dot-product attention in several heads (Vaswani et al. 2017, arXiv:1706.03762): per head
/// softmax(Q Kᵀ/√depth) V, the heads side by side through a linear layer.
///
/// Weights as PyTorch's `MultiheadAttention` has them: one matrix [3 width, width] makes queries, keys and values. Initially
/// as those of `Linear`.
public struct MultiHeadAttention {
    private let projection: Linear
    private let output: Linear
    private let width: Int
    private let heads: Int

    /// - Precondition: `width` is a multiple of `heads`.
    public init(_ store: ParameterStore, _ name: String, width: Int, heads: Int) throws {
        precondition(width % heads == 0, "\(heads) heads do not divide a width of \(width)")
        self.width = width
        self.heads = heads
        projection = try Linear(store, "\(name).in", from: width, to: 3 * width)
        output = try Linear(store, "\(name).out", from: width, to: width)
    }

    /// - Parameters:
    ///   - queries: [patients, queries, width]
    ///   - tokens: what is attended to, [patients, tokens, width]; the queries themselves when left out.
    ///   - absent: true for tokens without part, [patients, tokens].
    ///   - dropout: probability with which an attention weight is set to 0 in training.
    /// - Returns: the values [patients, queries, width] and the attention weights [patients, heads, queries, tokens].
    public func callAsFunction(
        _ queries: Tensor, over tokens: Tensor? = nil, leavingOut absent: Tensor? = nil, dropout: Double = 0,
        training generator: TensorGenerator? = nil
    ) throws -> (values: Tensor, weights: Tensor) {
        let (q, k, v): (Tensor, Tensor, Tensor)
        if let tokens {
            q = try split(projection.part(0..<width, queries), into: 1)[0]
            let keysValues = try split(projection.part(width..<3 * width, tokens), into: 2)
            (k, v) = (keysValues[0], keysValues[1])
        } else {
            let parts = try split(projection(queries), into: 3)
            (q, k, v) = (parts[0], parts[1], parts[2])
        }
        var scores = try q.matmul(k.transposed()) / Double(width / heads).squareRoot()
        if let absent {
            scores = try scores.filled(where: absent.reshaped([absent.shape[0], 1, 1, absent.shape[1]]), with: -1e9)
        }
        let weights = try scores.softmax(-1)
        let kept = try generator.map { try weights.dropout(dropout, $0) } ?? weights
        let mixed = try kept.matmul(v).transposed(1, 2).reshaped([queries.shape[0], queries.shape[1], width])
        return (try output(mixed), weights)
    }

    /// [patients, tokens, parts · width] → per part [patients, heads, tokens, depth].
    private func split(_ x: Tensor, into parts: Int) throws -> [Tensor] {
        let all = try x.reshaped([x.shape[0], x.shape[1], parts, heads, width / heads]).permuted([2, 0, 3, 1, 4])
        return try (0..<parts).map { try all.narrowed(0, from: $0, count: 1).squeezed(0) }
    }
}
