/// The named parameters of a model, in the order they were made.
///
/// Layers ask the store for their weights, so that a model's names, sizes and initial values are in one place.
public final class ParameterStore {
    public private(set) var names: [String] = []
    public private(set) var tensors: [Tensor] = []
    private let generator: TensorGenerator
    private var padding = 0

    public init(generator: TensorGenerator) { self.generator = generator }

    public enum Initial {
        case zeros, ones
        /// Uniform in ±bound.
        case uniform(Double)
        case normal(Double)
    }

    /// Makes a parameter and gives it back.
    ///
    /// - Parameters:
    ///   - name: gets a number where there is such a parameter already, as when a modality is named like a layer.
    ///   - padding: how many of its numbers only fill the shape and never meet an input.
    public func make(_ name: String, _ shape: [Int], _ initial: Initial, padding: Int = 0) throws -> Tensor {
        var unique = name
        var number = 2
        while names.contains(unique) {
            unique = "\(name) \(number)"
            number += 1
        }
        let tensor =
            switch initial {
            case .zeros: try Tensor.zeros(shape)
            case .ones: try Tensor.ones(shape)
            case .uniform(let bound): try (generator.uniform(shape) * 2 - 1) * bound
            case .normal(let deviation): try generator.normal(shape) * deviation
            }
        names.append(unique)
        self.padding += padding
        tensors.append(try tensor.copied().requiringGradient())
        return tensors[tensors.count - 1]
    }

    /// Number of numbers to be learned.
    public var parameterCount: Int { tensors.reduce(0) { $0 + $1.count } - padding }

    public func clearGradients() { tensors.forEach { $0.clearGradient() } }
}
