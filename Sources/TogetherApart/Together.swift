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
    /// From what tokens are made of to the shared width, for modalities whose tokens are not linear in it (`linear_values`).
    private let linear: [Linear?]
    private let transport: UnbalancedTransport
    private let parameters: HyperParameters

    /// - Parameter tokens: the modalities, each with the number of its tokens where these are the same for all patients,
    ///   else 0, and the width of what they are made of, 0 where that has no part.
    init(
        _ store: ParameterStore, _ parameters: HyperParameters,
        tokens: [(modality: String, count: Int, linearWidth: Int)]
    ) throws {
        let d = parameters.dim
        let modalities = tokens.map(\.modality)
        self.parameters = parameters
        transport = UnbalancedTransport(
            epsilon: parameters.epsilon, rhoToken: parameters.rhoToken, rhoPrototype: parameters.rhoPrototype)
        prototypes = try store.make("prototypes", [parameters.prototypes, d], .normal(1))
        projections = try modalities.map { try Linear(store, "\($0).shared", from: d, to: d, bias: false) }
        tokenKeys = try tokens.map { modality, count, _ in
            guard parameters.tokenKeys, count > 0 else { return nil }
            return try store.make("\(modality).shared.token_keys", [count, d], .zeros)
        }
        gateHidden = try modalities.map { try Linear(store, "\($0).gate.hidden", from: d, to: d) }
        gateScores = try modalities.map { try Linear(store, "\($0).gate.score", from: d, to: 1, bias: false) }
        narrowing =
            parameters.sharedDim == 0
            ? [] : try modalities.map { try Linear(store, "\($0).narrow", from: d, to: parameters.sharedDim) }
        linear = try tokens.map { modality, _, width in
            width == 0
                ? nil
                : try Linear(
                    store, "\(modality).shared.linear", from: width,
                    to: parameters.sharedDim == 0 ? d : parameters.sharedDim, bias: false)
        }
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
        /// By patient: the prototypes' potentials in the transport.
        let potentials: [[Double]]
        let unconverged: Int
    }

    /// The shared side of one modality, from its tokens H [tokens, d] and what these are made of [tokens, linear width].
    ///
    /// What is linear in the tokens is pooled before it is multiplied: U = H W is never made.
    ///
    /// - Parameters:
    ///   - start: the prototypes' potentials that the transport starts from, by patient.
    ///   - precision: of the large products for the tokens' lengths.
    func callAsFunction(
        _ tokens: Tensor, linear inputs: Tensor?, segments: Segments, start: [[Double]]? = nil,
        precision: Tensor.ScalarType,
        modality: Int
    ) throws -> Output {
        let projection = projections[modality]
        // cos(U, P) = H (W P̂ᵀ) / |H W|
        let directions = try prototypes.normalized().matmul(projection.weight)
        let lengths = try tokens.squaredLengths(through: projection.weight, precision: precision)
            .clamped(min: Tensor.shortestSquare).sqrt()
        let cosine = try tokens.matmul(directions.transposed()) / lengths.unsqueezed(1)
        let cost = try 1 - cosine
        let solved = try TransportPlan(
            transport, cost: cost, segments: segments, start: start, differentiable: parameters.planGradient)
        // What each token gives to each prototype: the plan's columns, each summing to 1 over a patient's tokens.
        let mass = solved.masses
        let shares = try counted(
            solved.plan / mass.clamped(min: 1e-12).spread(over: segments), segments, modality: modality)
        // Z = Tᵀ U = (Tᵀ H) W [patients, K, d]
        let aligned = try projection(tokens.pooled(by: shares, in: segments))
        // π [patients, K], the share of transported mass on each prototype.
        let occupancy = try mass / mass.sum(1, keeping: true)
        let weights =
            parameters.gate
            ? try gateScores[modality](gateHidden[modality](aligned).tanh()).squeezed(2).softmax(1) : occupancy
        let wide = try weights.unsqueezed(1).batchMatmul(aligned).squeezed(1)
        var embedding = narrowing.isEmpty ? wide : try narrowing[modality](wide)
        if let layer = linear[modality], let inputs {
            let gathered = try (shares * weights.spread(over: segments)).sum(1, keeping: true)
            embedding = try embedding + layer(inputs.pooled(by: gathered, in: segments).squeezed(1))
        }
        return Output(
            embedding: embedding,
            transportLoss: solved.loss,
            saliency: try withoutGradients {
                try (shares * weights.spread(over: segments)).sum(1).padded(to: segments)
            },
            prototypes: try withoutGradients {
                let counts = try Tensor(segments.counts.map(Float.init), shape: [segments.count, 1])
                return PrototypeOutput(
                    occupancy: try occupancy.detached(),
                    given: try (solved.plan * counts.spread(over: segments)).padded(to: segments),
                    cosine: try cosine.detached().padded(to: segments))
            }, potentials: solved.potentials, unconverged: solved.unconverged)
    }

    /// The shares [tokens, K] times exp(E Pᵀ/√d), each column made to sum to 1 again over a patient's tokens; as they are
    /// where tokens have no keys.
    private func counted(_ shares: Tensor, _ segments: Segments, modality: Int) throws -> Tensor {
        guard let keys = tokenKeys[modality] else { return shares }
        let scores = try keys.matmul(prototypes.transposed()) / Double(parameters.dim).squareRoot()
        // Less their largest, which cancels: nothing overflows.
        let weighted = try shares.padded(to: segments) * (scores - scores.maximum(0, keeping: true)).exp()
        return try (weighted / weighted.sum(1, keeping: true).clamped(min: 1e-12)).withoutPadding(of: segments)
    }
}
