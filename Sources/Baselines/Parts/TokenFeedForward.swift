import Foundation
import Torch

/// A feed-forward network for each token by itself: layer norm, linear, GELU, dropout, linear, of one width. Batched
/// products, not a loop.
struct TokenFeedForward {
    private let scale: Tensor
    private let shift: Tensor
    private let inner: (weight: Tensor, bias: Tensor)
    private let outer: (weight: Tensor, bias: Tensor)
    private let width: Int
    private let dropout: Double

    init(_ store: ParameterStore, _ name: String, tokens: Int, width: Int, dropout: Double) throws {
        self.width = width
        self.dropout = dropout
        let bound = 1 / Double(width).squareRoot()
        scale = try store.make("\(name).norm.scale", [tokens, width], .ones)
        shift = try store.make("\(name).norm.shift", [tokens, width], .zeros)
        func layer(_ part: String) throws -> (Tensor, Tensor) {
            (
                try store.make("\(name).\(part).weight", [tokens, width, width], .uniform(bound)),
                try store.make("\(name).\(part).bias", [tokens, 1, width], .uniform(bound))
            )
        }
        inner = try layer("in")
        outer = try layer("out")
    }

    /// [patients, tokens, width] → the same shape.
    func callAsFunction(_ x: Tensor, training generator: TensorGenerator?) throws -> Tensor {
        let normed = try x.standardised() * scale + shift
        let active = try (normed.transposed(0, 1).batchMatmul(inner.weight) + inner.bias).gelu()
        let kept = try generator.map { try active.dropout(dropout, $0) } ?? active
        return try (kept.batchMatmul(outer.weight) + outer.bias).transposed(0, 1)
    }
}
