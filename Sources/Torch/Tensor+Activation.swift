extension Tensor {
    public func relu() throws -> Tensor { try .call("aten::relu", [.tensor(self)]) }
    /// Scaled exponential linear unit (Klambauer et al. 2017).
    public func selu() throws -> Tensor { try .call("aten::selu", [.tensor(self)]) }
    /// Exponential linear unit (Clevert et al. 2016).
    public func elu() throws -> Tensor { try .call("aten::elu", [.tensor(self)]) }
    /// log(1 + eˣ).
    public func softplus() throws -> Tensor { try .call("aten::softplus", [.tensor(self)]) }
    public func gelu() throws -> Tensor { try .call("aten::gelu", [.tensor(self)]) }
    public func tanh() throws -> Tensor { try .call("aten::tanh", [.tensor(self)]) }
    public func sigmoid() throws -> Tensor { try .call("aten::sigmoid", [.tensor(self)]) }
    /// −Σ weight (truth log σ(x) + (1 − truth) log(1 − σ(x))), exact for large arguments.
    public func crossEntropy(of truth: Tensor, weights: Tensor) throws -> Tensor {
        try .call(
            "aten::binary_cross_entropy_with_logits", [.tensor(self), .tensor(truth), .tensor(weights), nil, 2])
    }
}
