import SurvivalNetworks
import Torch

/// The Together branch: tokens of every modality are transported onto common prototypes, and what gathers there is the
/// shared embedding.
final class Together {
    /// P [K, d], common to all modalities.
    let prototypes: Tensor
    private let projections: [Linear]
    private let gateHidden: [Linear]
    private let gateScores: [Linear]
    /// d → shared width, a modality each; none when the embedding is kept wide.
    private let narrowing: [Linear]
    private let transport: UnbalancedTransport
    private let parameters: HyperParameters

    init(_ store: ParameterStore, _ parameters: HyperParameters, modalities: [String]) throws {
        let d = parameters.dim
        self.parameters = parameters
        transport = UnbalancedTransport(
            epsilon: parameters.epsilon, rhoToken: parameters.rhoToken, rhoPrototype: parameters.rhoPrototype)
        prototypes = try store.make("prototypes", [parameters.prototypes, d], .normal(1))
        projections = try modalities.map { try Linear(store, "\($0).shared", from: d, to: d, bias: false) }
        gateHidden = try modalities.map { try Linear(store, "\($0).gate.hidden", from: d, to: d) }
        gateScores = try modalities.map { try Linear(store, "\($0).gate.score", from: d, to: 1, bias: false) }
        narrowing =
            parameters.sharedDim == 0
            ? [] : try modalities.map { try Linear(store, "\($0).narrow", from: d, to: parameters.sharedDim) }
    }

    /// Width of the shared embedding.
    var width: Int { parameters.sharedDim == 0 ? parameters.dim : parameters.sharedDim }

    struct Output {
        /// s_m [patients, width]
        let embedding: Tensor
        /// Mean optimal value of the transport.
        let transportLoss: Tensor
        /// [patients, tokens], rows summing to 1.
        let saliency: Tensor
        /// π [patients, K], the share of transported mass on each prototype.
        let occupancy: Tensor
        let unconverged: Int
    }

    /// The shared side of one modality, from its tokens H [patients, tokens, d].
    func callAsFunction(_ tokens: Tensor, tokenCounts: [Int], modality: Int) throws -> Output {
        let projected = try projections[modality](tokens)
        let cost = try 1 - projected.normalized().matmul(prototypes.normalized().transposed())
        let solved = try TransportPlan(
            transport, cost: cost, tokenCounts: tokenCounts, differentiable: parameters.planGradient)
        // What each token gives to each prototype: the plan's columns, each summing to 1.
        let mass = try solved.plan.sum(1, keeping: true)
        let shares = try solved.plan / mass.clamped(min: 1e-12)
        // Z [patients, K, d]
        let aligned = try shares.transposed(1, 2).batchMatmul(projected)
        let occupancy = try mass.squeezed(1) / mass.sum(2)
        let weights =
            parameters.gate
            ? try gateScores[modality](gateHidden[modality](aligned).tanh()).squeezed(2).softmax(1) : occupancy
        let wide = try (weights.unsqueezed(2) * aligned).sum(1)
        return Output(
            embedding: narrowing.isEmpty ? wide : try narrowing[modality](wide),
            transportLoss: solved.loss,
            saliency: try shares.matmul(weights.unsqueezed(2)).squeezed(2).detached(),
            occupancy: try occupancy.detached(),
            unconverged: solved.unconverged)
    }
}
