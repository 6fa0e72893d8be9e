internal import CTorch

/// x ↦ x Wᵀ + b, W [out, in]. Initially uniform in ±1/√in, as PyTorch's `Linear`.
public struct Linear {
    public let weight: Tensor
    public let bias: Tensor?

    public init(_ store: ParameterStore, _ name: String, from inputs: Int, to outputs: Int, bias: Bool = true) throws {
        let bound = 1 / Double(max(inputs, 1)).squareRoot()
        weight = try store.make("\(name).weight", [outputs, inputs], .uniform(bound))
        self.bias = bias ? try store.make("\(name).bias", [outputs], .uniform(bound)) : nil
    }

    /// [..., in] → [..., out], in single precision. Of x in bfloat16 the product is made in bfloat16.
    public func callAsFunction(_ x: Tensor) throws -> Tensor {
        if x.scalarType == .bfloat {
            let product = try narrowProduct(x).converted(to: .float)
            return try bias.map { try product + $0 } ?? product
        }
        return try .made { ct_linear(x.handle, weight.handle, bias?.handle, &$0) }
    }

    /// The outputs in that range alone.
    func part(_ outputs: Range<Int>, _ x: Tensor) throws -> Tensor {
        func rows(_ tensor: Tensor) throws -> Argument {
            .tensor(try tensor.narrowed(0, from: outputs.lowerBound, count: outputs.count))
        }
        return try .call("aten::linear", [.tensor(x), rows(weight), bias.map(rows) ?? .none])
    }
}

/// Normalises the last dimension to mean 0 and variance 1, then scales and shifts it (Ba et al. 2016).
public struct LayerNorm {
    public let scale: Tensor
    public let shift: Tensor
    private let width: Int

    public init(_ store: ParameterStore, _ name: String, width: Int) throws {
        self.width = width
        scale = try store.make("\(name).scale", [width], .ones)
        shift = try store.make("\(name).shift", [width], .zeros)
    }

    public func callAsFunction(_ x: Tensor) throws -> Tensor {
        try .call("aten::layer_norm", [.tensor(x), .integers([width]), .tensor(scale), .tensor(shift)])
    }
}

extension Tensor {
    /// The last dimension brought to mean 0 and variance 1, as in a layer norm without scale and shift.
    public func standardised() throws -> Tensor {
        try .call("aten::layer_norm", [.tensor(self), .integers([shape[shape.count - 1]])])
    }

    /// Dropout that keeps mean 0 and variance 1 of SELU activations (Klambauer et al. 2017).
    public func alphaDropout(_ probability: Double, _ generator: TensorGenerator) throws -> Tensor {
        guard probability > 0 else { return self }
        let saturation = -1.7580993408473766  // −λα of SELU
        let keep = 1 - probability
        let scale = 1 / (keep * (1 + probability * saturation * saturation)).squareRoot()
        let shift = -scale * probability * saturation
        let mask = try generator.bernoulli(shape, probability: keep)
        return try (self * mask + (1 - mask) * saturation) * scale + shift
    }
}
