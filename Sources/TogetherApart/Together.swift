import SurvivalNetworks
import Torch

/// The Together branch: tokens of every modality are transported onto common prototypes, and what gathers there is the
/// shared embedding.
final class Together {
    /// P [K, d], common to all modalities.
    let prototypes: Tensor
    private let projections: [Linear]
    /// E_m [tokens, d], for modalities whose tokens are the same for all patients (gene sets, columns): how much each counts
    /// among those that a prototype gathers.
    private let tokenKeys: [Tensor?]
    private let gateHidden: [Linear]
    private let gateScores: [Linear]
    /// d → shared width, a modality each; none when the embedding is kept wide.
    private let narrowing: [Linear]
    private let transport: UnbalancedTransport
    private let parameters: HyperParameters

    /// - Parameter tokens: the modalities, each with the number of its tokens where these are the same for all patients,
    ///   else 0.
    init(
        _ store: ParameterStore, _ parameters: HyperParameters, tokens: [(modality: String, count: Int)]
    ) throws {
        let d = parameters.dim
        let modalities = tokens.map(\.modality)
        self.parameters = parameters
        transport = UnbalancedTransport(
            epsilon: parameters.epsilon, rhoToken: parameters.rhoToken, rhoPrototype: parameters.rhoPrototype)
        prototypes = try store.make("prototypes", [parameters.prototypes, d], .normal(1))
        projections = try modalities.map { try Linear(store, "\($0).shared", from: d, to: d, bias: false) }
        tokenKeys = try tokens.map { modality, count in
            guard parameters.tokenKeys, count > 0 else { return nil }
            return try store.make("\(modality).shared.token_keys", [count, d], .zeros)
        }
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
        let prototypes: PrototypeOutput
        let unconverged: Int
    }

    /// The shared side of one modality, from its tokens H [patients, tokens, d].
    func callAsFunction(_ tokens: Tensor, tokenCounts: [Int], modality: Int) throws -> Output {
        let projected = try projections[modality](tokens)
        let cosine = try projected.normalized().matmul(prototypes.normalized().transposed())
        let cost = try 1 - cosine
        let solved = try TransportPlan(
            transport, cost: cost, tokenCounts: tokenCounts, differentiable: parameters.planGradient)
        // What each token gives to each prototype: the plan's columns, each summing to 1.
        let mass = try solved.plan.sum(1, keeping: true)
        let shares = try counted(solved.plan / mass.clamped(min: 1e-12), modality: modality)
        // Z [patients, K, d]
        let aligned = try shares.transposed(1, 2).batchMatmul(projected)
        // π [patients, K], the share of transported mass on each prototype.
        let occupancy = try mass.squeezed(1) / mass.sum(2)
        let counts = try Tensor(tokenCounts.map(Float.init), shape: [tokenCounts.count, 1, 1])
        let weights =
            parameters.gate
            ? try gateScores[modality](gateHidden[modality](aligned).tanh()).squeezed(2).softmax(1) : occupancy
        let wide = try (weights.unsqueezed(2) * aligned).sum(1)
        return Output(
            embedding: narrowing.isEmpty ? wide : try narrowing[modality](wide),
            transportLoss: solved.loss,
            saliency: try shares.matmul(weights.unsqueezed(2)).squeezed(2).detached(),
            prototypes: PrototypeOutput(
                occupancy: try occupancy.detached(), given: try (solved.plan * counts).detached(),
                cosine: try cosine.detached()),
            unconverged: solved.unconverged)
    }

    /// The shares [patients, tokens, K] times exp(E Pᵀ/√d), each column made to sum to 1 again; as they are where tokens
    /// have no keys.
    private func counted(_ shares: Tensor, modality: Int) throws -> Tensor {
        guard let keys = tokenKeys[modality] else { return shares }
        let scores = try keys.matmul(prototypes.transposed()) / Double(parameters.dim).squareRoot()
        // Less their largest, which cancels: nothing overflows.
        let weighted = try shares * (scores - scores.maximum(0, keeping: true)).exp()
        return try weighted / weighted.sum(1, keeping: true).clamped(min: 1e-12)
    }
}
