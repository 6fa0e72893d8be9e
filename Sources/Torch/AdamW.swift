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

    /// Moves every parameter that has a gradient against it.
    public func step() throws {
        var moved: [(parameter: Tensor, gradient: Tensor, index: Int)] = []
        for (index, parameter) in parameters.enumerated() {
            if let gradient = try parameter.gradient() { moved.append((parameter, gradient, index)) }
        }
        guard !moved.isEmpty else { return }
        try withExtendedLifetime(moved) {
            try check(
                ct_adamw_step(
                    moved.map { $0.parameter.handle }, moved.map { $0.gradient.handle },
                    moved.map { first[$0.index].handle }, moved.map { second[$0.index].handle },
                    moved.map { steps[$0.index].handle }, moved.count, learningRate, 0.9, 0.999, weightDecay, 1e-8))
        }
    }
}
