internal import CTorch

extension Tensor {
    /// Sets elements to 0 with that probability and scales the others up, so that the expectation stays.
    public func dropout(_ probability: Double, _ generator: TensorGenerator) throws -> Tensor {
        guard probability > 0 else { return self }
        return try .made { ct_dropout(handle, probability, generator.handle, &$0) }
    }

    /// Scaled exponential linear unit, in training with dropout that keeps mean 0 and variance 1 of its activations
    /// (Klambauer et al. 2017).
    public func seluWithAlphaDropout(_ probability: Double, training generator: TensorGenerator?) throws -> Tensor {
        try .made { ct_selu_alpha_dropout(handle, probability, generator?.handle, &$0) }
    }

    /// Sets of features, each times its own weights: of self [patients, features], which gets no gradient,
    /// [sets, patients, width].
    ///
    /// - Parameters:
    ///   - features: of the sets one after another, [sets · longest]; an index beyond the last feature stands for one that
    ///     is always 0.
    ///   - weights: [sets, longest, width]
    public func multiplied(bySets features: Tensor, _ weights: Tensor) throws -> Tensor {
        try .made { ct_set_product(handle, features.handle, weights.handle, &$0) }
    }

    /// Towards the pseudoinverses of square matrices A, [..., n, n]: Z ← ¼ Z (13 I − A Z (15 I − A Z (7 I − A Z))), which
    /// converges with the third order where ‖A A⁺ − A Z‖ < 1 at the start (Xiong et al. 2021, arXiv:2102.03902).
    ///
    /// - Parameter start: the first Z, a matrix for each.
    public func pseudoinverse(from start: Tensor, iterations: Int) throws -> Tensor {
        try .made { ct_pseudoinverse(handle, start.handle, Int64(iterations), &$0) }
    }

    /// The tensor that a call of the shim makes.
    static func made(_ call: (inout OpaquePointer?) throws -> Int32) throws -> Tensor {
        var result: OpaquePointer?
        try check(try call(&result))
        guard let result else { throw TorchError(message: "no tensor was made") }
        return Tensor(owning: result)
    }
}

extension Linear {
    /// x Wᵀ, without the bias, of x [..., in] in bfloat16: rounded weights are multiplied, sums are kept in single
    /// precision, and what comes out, in bfloat16, is rounded. The gradient of the weights is made in the same way; x has
    /// none.
    func narrowProduct(_ x: Tensor) throws -> Tensor {
        try .made { ct_narrow_product(x.handle, weight.handle, &$0) }
    }
}

extension LayerNorm {
    /// The norm of ReLU(layer(x)), in training with dropout after it; in one pass over the layer's sums and one over their
    /// gradient. x is what was measured: it gets no gradient.
    ///
    /// - Parameters:
    ///   - layer: with a bias.
    ///   - pieces: x [rows, in], in single precision or in bfloat16, which the layer's product is then made in; it is not
    ///     put into one piece for it.
    /// - Returns: [rows of all, out] in single precision.
    public func ofRectified(
        _ layer: Linear, of pieces: [Tensor], dropout: Double, training generator: TensorGenerator?
    ) throws -> Tensor {
        guard let bias = layer.bias else { preconditionFailure("a layer without a bias is not normed so") }
        return try withExtendedLifetime(pieces) {
            try .made {
                ct_rectified_layer(
                    pieces.map { $0.handle }, pieces.count, layer.weight.handle, bias.handle, scale.handle,
                    shift.handle, dropout, generator?.handle, &$0)
            }
        }
    }
}

/// Rounds to the nearest values of bfloat16, ties to even, as their bits.
///
/// - Precondition: there are as many results as values.
public func roundToBFloat(_ values: UnsafeBufferPointer<Float>, into results: UnsafeMutableBufferPointer<UInt16>) {
    precondition(values.count == results.count, "\(values.count) values do not fill \(results.count) places")
    ct_round_to_bfloat16(values.baseAddress, Int64(values.count), results.baseAddress)
}
