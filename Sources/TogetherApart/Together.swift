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
        struct Shown {
            /// [patients, tokens], rows summing to 1.
            let saliency: Tensor
            let prototypes: PrototypeOutput
        }

        /// s_m [patients, width]
        let embedding: Tensor
        /// Mean optimal value of the transport.
        let transportLoss: Tensor
        let shown: Shown?
        /// By patient: the prototypes' potentials in the transport.
        let potentials: [[Double]]
        let unconverged: Int
    }

    /// The shared side of one modality, from its tokens H [tokens, d].
    ///
    /// What is linear in the tokens is pooled before it is multiplied: U = H W is never made where tokens are many.
    ///
    /// - Parameters:
    ///   - start: the prototypes' potentials that the transport starts from, by patient.
    ///   - shown: makes what the embedding shows of tokens and prototypes, too; training has no use for it.
    func callAsFunction(
        _ tokens: Tokens, start: [[Double]]? = nil, modality: Int, shown: Bool
    ) throws -> Output {
        let segments = tokens.segments
        let cosine = try tokens.cosines(through: projections[modality], with: prototypes)
        let solved = try TransportPlan(
            transport, cost: 1 - cosine, segments: segments, start: start, differentiable: parameters.planGradient)
        var shares = solved.shares
        if let keys = tokenKeys[modality] { shares = try shares.counted(by: keys, of: prototypes) }
        // Z = Tᵀ U = (Tᵀ H) W [patients, K, d]
        let aligned = try projections[modality](tokens.pooled(by: shares))
        // π [patients, K], the share of transported mass on each prototype.
        let mass = solved.masses
        let occupancy = try shown || !parameters.gate ? mass / mass.sum(1, keeping: true) : nil
        let (wide, weights): (Tensor, Tensor)
        if let occupancy, !parameters.gate {
            (wide, weights) = (try occupancy.unsqueezed(1).batchMatmul(aligned).squeezed(1), occupancy)
        } else {
            (wide, weights) = try aligned.gatedMean(hidden: gateHidden[modality], score: gateScores[modality])
        }
        var embedding = narrowing.isEmpty ? wide : try narrowing[modality](wide)
        if let layer = linear[modality], let inputs = tokens.linear {
            let gathered = try (shares * weights.spread(over: segments)).sum(1, keeping: true)
            embedding = try embedding + layer(inputs.pooled(by: gathered).squeezed(1))
        }
        return Output(
            embedding: embedding,
            transportLoss: solved.loss,
            shown: try occupancy.flatMap { occupancy in
                guard shown else { return nil }
                return try withoutGradients {
                    let counts = try Tensor(segments.counts.map(Float.init), shape: [segments.count, 1])
                    return Output.Shown(
                        saliency: try (shares * weights.spread(over: segments)).sum(1).padded(to: segments),
                        prototypes: PrototypeOutput(
                            occupancy: try occupancy.detached(),
                            given: try (solved.plan * counts.spread(over: segments)).padded(to: segments),
                            cosine: try cosine.detached().padded(to: segments)))
                }
            }, potentials: solved.potentials, unconverged: solved.unconverged)
    }
}
