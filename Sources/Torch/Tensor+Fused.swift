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

    /// |W x|² of each row x of a matrix, W [out, in].
    ///
    /// - Parameter precision: of the large products.
    public func squaredLengths(through weight: Tensor, precision: ScalarType = .float) throws -> Tensor {
        try .made { ct_squared_lengths(handle, weight.handle, precision == .bfloat, &$0) }
    }

    /// Whether all elements of all tensors are finite.
    public static func areFinite(_ tensors: [Tensor]) throws -> Bool {
        var result = false
        try withExtendedLifetime(tensors) {
            try check(ct_all_finite(tensors.map { $0.handle }, tensors.count, &result))
        }
        return result
    }

    /// The elements rounded to bfloat16, without history.
    public func roundedToBFloat() throws -> Tensor { try .made { ct_tensor_to_bfloat16(handle, &$0) } }

    /// The tensor that a call of the shim makes.
    static func made(_ call: (inout OpaquePointer?) throws -> Int32) throws -> Tensor {
        var result: OpaquePointer?
        try check(try call(&result))
        guard let result else { throw TorchError(message: "no tensor was made") }
        return Tensor(owning: result)
    }
}

extension LayerNorm {
    /// The norm of ReLU(x), in training with dropout after it; in one pass over x and one over its gradient.
    public func ofRectified(_ x: Tensor, dropout: Double, training generator: TensorGenerator?) throws -> Tensor {
        try .made { ct_rectified_norm(x.handle, scale.handle, shift.handle, dropout, generator?.handle, &$0) }
    }
}
