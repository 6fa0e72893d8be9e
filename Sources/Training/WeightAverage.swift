import Torch

/// The mean of a network's weights at several moments of its training.
final class WeightAverage {
    private let parameters: [Tensor]
    private var sums: [Tensor] = []
    private var count = 0

    init(of parameters: [Tensor]) { self.parameters = parameters }

    /// Takes the weights as they are now into the mean.
    func add() throws {
        count += 1
        let now = try parameters.map { try $0.copied() }
        sums = sums.isEmpty ? now : try zip(sums, now).map { try $0 + $1 }
    }

    /// Puts the mean in place of the weights.
    func install() throws {
        guard count > 1 else { return }
        for (parameter, sum) in zip(parameters, sums) { try parameter.assign(sum / Double(count)) }
    }
}
