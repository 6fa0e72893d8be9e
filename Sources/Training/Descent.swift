import Results
import SurvivalNetworks
import Torch

/// The steps of a training: forward, objective, gradient, AdamW.
public final class Descent {
    private let network: any SurvivalNetwork
    private let loss: SurvivalLoss
    private let learningRate: Double
    private let weightDecay: Double
    /// By the name of the update.
    private var optimisers: [String: AdamW] = [:]

    public init(_ network: any SurvivalNetwork, loss: SurvivalLoss, learningRate: Double, weightDecay: Double) {
        self.network = network
        self.loss = loss
        self.learningRate = learningRate
        self.weightDecay = weightDecay
    }

    /// What a step found before it moved.
    public struct Losses {
        /// Nil when the batch says nothing of survival.
        public var survival: Double?
        /// The other terms of the objective that have part in the update, unweighted.
        public var terms: [(name: String, value: Double)] = []
    }

    /// A loss or gradient is not a number.
    struct NotFinite: Error {}

    /// One step on a batch: survival loss plus the update's weighted terms. Nothing moves when there is neither.
    ///
    /// - Throws: `NotFinite`, before anything has moved, when the objective or its gradient is not finite.
    public func step(
        _ batch: Batch, _ outcome: Outcome, _ update: NetworkUpdate, training generator: TensorGenerator
    ) throws -> Losses {
        // What stays is made, and what goes is given back, before the forward pass: its tensors fill one place then.
        let optimiser = try optimiser(of: update)
        network.parameters.clearGradients()
        let output = try network.forward(batch, training: generator)
        var objective = try loss.value(output.outputs, outcome)
        var losses = Losses(survival: try objective?.item())
        for term in output.terms {
            guard let weight = update.weights[term.name] else { continue }
            losses.terms.append((term.name, try term.value.item()))
            let weighted = try term.value * weight
            objective = try objective.map { try $0 + weighted } ?? weighted
        }
        if let objective { try descend(objective, update, optimiser) }
        return losses
    }

    private func descend(_ objective: Tensor, _ update: NetworkUpdate, _ optimiser: AdamW) throws {
        guard try objective.item().isFinite else { throw NotFinite() }
        try objective.backward()
        guard try optimiser.step() else { throw NotFinite() }
    }

    private func optimiser(of update: NetworkUpdate) throws -> AdamW {
        if let known = optimisers[update.name] { return known }
        let optimiser = try AdamW(update.parameters, learningRate: learningRate, weightDecay: weightDecay)
        optimisers[update.name] = optimiser
        return optimiser
    }
}
