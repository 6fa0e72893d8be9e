internal import CTorch

/// Adam with decoupled weight decay (Loshchilov & Hutter 2019), all parameters in one fused update.
public final class AdamW {
    public let parameters: [Tensor]
    public let learningRate: Double
    public let weightDecay: Double
    private let first: [Tensor]
    private let second: [Tensor]
    private let steps: [Tensor]

    /// β = (0.9, 0.999), ε = 1e-8.
    public init(_ parameters: [Tensor], learningRate: Double, weightDecay: Double) throws {
        self.parameters = parameters
        self.learningRate = learningRate
        self.weightDecay = weightDecay
        first = try parameters.map { try Tensor.zeros($0.shape) }
        second = try parameters.map { try Tensor.zeros($0.shape) }
        steps = try parameters.map { _ in try Tensor.zeros([]) }
    }

    /// Moves every parameter that has a gradient against it. Nothing moves when a gradient is not finite.
    ///
    /// - Returns: whether anything moved.
    @discardableResult public func step() throws -> Bool {
        var moved = false
        try check(
            ct_adamw_step(
                parameters.map(\.handle), first.map(\.handle), second.map(\.handle), steps.map(\.handle),
                parameters.count,
                learningRate, 0.9, 0.999, weightDecay, 1e-8, &moved))
        return moved
    }
}
