import Torch

/// PIBD's transformer layer, pre-norm, one set of weights for all: tokens attend within their modality, the shared one
/// to itself and all tokens. Four heads; a GELU layer of the same width; stochastic depth (Huang et al. 2016) of 0.1.
struct DisentanglingLayer {
    private static let dropout = 0.1
    private let attentionNorm: LayerNorm
    private let attention: MultiHeadAttention
    private let forwardNorm: LayerNorm
    private let inner: Linear
    private let outer: Linear

    /// - Precondition: `width` is a multiple of 4.
    init(_ store: ParameterStore, _ name: String, width: Int) throws {
        attentionNorm = try LayerNorm(store, "\(name).attention.norm", width: width)
        attention = try MultiHeadAttention(store, "\(name).attention", width: width, heads: 4)
        forwardNorm = try LayerNorm(store, "\(name).forward.norm", width: width)
        inner = try Linear(store, "\(name).forward.in", from: width, to: width)
        outer = try Linear(store, "\(name).forward.out", from: width, to: width)
    }

    /// [patients, tokens, width] each; `shared` has one token.
    func callAsFunction(
        bag: Tensor?, sets: Tensor?, shared: Tensor, training generator: TensorGenerator?
    ) throws -> (bag: Tensor?, sets: Tensor?, shared: Tensor) {
        let normed = try [shared, bag, sets].map { try $0.map(attentionNorm.callAsFunction) }
        let all = try Tensor.concatenated(normed.compactMap { $0 }, dimension: 1)
        func layer(_ x: Tensor, _ normed: Tensor, over tokens: Tensor?) throws -> Tensor {
            let attended = try attention(normed, over: tokens, dropout: Self.dropout, training: generator).values
            let middle = try x + passing(kept(attended, generator), generator)
            let active = try kept(inner(forwardNorm(middle)).gelu(), generator)
            return try middle + passing(kept(outer(active), generator), generator)
        }
        func own(_ x: Tensor?, _ normed: Tensor?) throws -> Tensor? {
            guard let x, let normed else { return nil }
            return try layer(x, normed, over: nil)
        }
        guard let normedShared = normed[0] else { preconditionFailure("the shared token is always there") }
        return (
            try own(bag, normed[1]), try own(sets, normed[2]), try layer(shared, normedShared, over: all)
        )
    }

    private func kept(_ x: Tensor, _ generator: TensorGenerator?) throws -> Tensor {
        try generator.map { try x.dropout(Self.dropout, $0) } ?? x
    }

    /// Leaves the whole branch out for some patients.
    private func passing(_ x: Tensor, _ generator: TensorGenerator?) throws -> Tensor {
        guard let generator else { return x }
        let mask = try generator.bernoulli([x.shape[0], 1, 1], probability: 1 - Self.dropout)
        return try x * (mask / (1 - Self.dropout))
    }
}
