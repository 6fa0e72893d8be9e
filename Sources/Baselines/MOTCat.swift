import Results
import SurvivalNetworks
import Torch

/// Multimodal Optimal Transport-based Co-Attention Transformer (Xu & Chen 2023, ICCV, arXiv:2306.08330;
/// github.com/Innse/MOTCat, `MOTCAT_Surv`): MCAT with the co-attention replaced by the plan of an unbalanced optimal transport
/// between patches and gene sets, with uniform marginals, ε = 0.1 and ρ = 0.5. The cost is the squared distance of
/// tokens, each shifted so that its smallest element is 0, divided by the largest cost of the patient. A gene set gathers
/// Σᵢ T_i,set · patchᵢ; the plan is a constant to the gradient.
///
/// Which modality is the bag: see `MCAT`.
///
/// Deviations: the whole bag is transported at once, where the paper takes micro-batches of patches to fit a graphics
/// card; those of MCAT. The transport is this project's (double precision, to 5e-6 of the plan's entries): the problem of POT's
/// `sinkhorn_knopp_unbalanced` since version 0.9.5, smoothed by KL(T ‖ abᵀ). The code asks for POT 0.9.3, whose smoothing is
/// the entropy of T: its plan is this one times (patches · sets)^(ε/(ε + 2ρ)), 2.8 times it for 15,000 patches and 6 sets.
/// For a patient without the sets the plan is 1/(patches · sets) throughout, so that the bag still speaks.
public final class MOTCat: BaselineNetwork {
    public struct Options: BaselineOptions {
        /// Those of MCAT.
        public var common = CoAttentionOptions()
        /// ε, the entropic smoothing of the transport.
        public var epsilon = 0.1
        /// ρ, the price of missing either marginal.
        public var rho = 0.5

        public init() {}

        public var settings: [Predictions.Setting] {
            common.settings + [.init("epsilon", epsilon), .init("rho", rho)]
        }
    }

    public static let word = "motcat"

    public let parameters: ParameterStore
    private let dim: Int
    private let inputs: [ModalityInput]
    private let pair: ModalityPair
    private let encoders: [any TokenEncoder]
    private let transport: UnbalancedTransport
    private let branches: CoAttentionBranches
    private var warnings: [String] = []
    private var hasWarned = false

    public init(_ options: Options, data: TrainingData, outputs: Int, generator: TensorGenerator) throws {
        dim = options.common.dim
        inputs = data.inputs
        pair = try ModalityPair(data.inputs, model: Self.word)
        transport = UnbalancedTransport(epsilon: options.epsilon, rhoToken: options.rho, rhoPrototype: options.rho)
        let store = ParameterStore(generator: generator)
        parameters = store
        encoders = try data.inputs.map { try options.common.tokenStyle.encoder(store, $0) }
        branches = try CoAttentionBranches(store, width: dim, outputs: outputs, dropout: options.common.dropout)
    }

    public func takeWarnings() -> [String] {
        defer { warnings = [] }
        return warnings
    }

    public func forward(_ batch: Batch, training generator: TensorGenerator?) throws -> NetworkOutput {
        let (sets, bag) = try tokens(of: batch, training: generator)
        // [patients, sets, tokens]
        let plan = try self.plan(sets, bag, batch).transposed()
        return try branches(
            gathered: plan.batchMatmul(bag.values),
            shares: plan / plan.sum(2, keeping: true).clamped(min: 1e-12), setTokens: sets, bagTokens: bag,
            names: (inputs[pair.sets].name, inputs[pair.bag].name), training: generator)
    }

    func tokens(
        of batch: Batch, training generator: TensorGenerator?
    ) throws -> (sets: ModalityTokens, bag: ModalityTokens) {
        let tokens = try zip(batch.modalities, encoders).map {
            try ModalityTokens($0, of: batch, width: dim, training: generator, encoder: $1)
        }
        return (tokens[pair.sets], tokens[pair.bag])
    }

    /// [patients, tokens of the bag, sets]; 0 where there is no token.
    func plan(_ sets: ModalityTokens, _ bag: ModalityTokens, _ batch: Batch) throws -> Tensor {
        func shifted(_ tokens: Tensor) throws -> Tensor {
            try tokens.detached() + (-tokens.detached()).maximum(2, keeping: true)
        }
        let (x, y) = (try shifted(bag.values), try shifted(sets.values))
        // ‖x − y‖² = ‖x‖² + ‖y‖² − 2 x·y
        let cross = try x.batchMatmul(y.transposed()) * 2
        let squares = try x.square().sum(2, keeping: true) + y.square().sum(2).unsqueezed(1)
        let costs = try (squares - cross).clamped(min: 0).doubles()
        let (bagCount, setCount) = (bag.count, sets.count)
        var bags: [[Double]] = []
        var places: [(patient: Int, tokens: Int, sets: Int)] = []
        var alone: [(patient: Int, tokens: Int)] = []
        for patient in 0..<batch.count {
            guard let tokens = batch.modalities[pair.bag]?.tokenCount(of: patient) else { continue }
            guard let columns = batch.modalities[pair.sets]?.tokenCount(of: patient) else {
                alone.append((patient, tokens))
                continue
            }
            let cost = (0..<tokens).flatMap { token in
                let start = (patient * bagCount + token) * setCount
                return costs[start..<start + columns]
            }
            // A token that is no number is for the loss to report, not for the transport.
            guard let largest = cost.max(), cost.allSatisfy(\.isFinite) else { continue }
            bags.append(largest > 0 ? cost.map { $0 / largest } : cost)
            places.append((patient, tokens, columns))
        }
        var flat = [Float](repeating: 0, count: batch.count * bagCount * setCount)
        for (place, cost) in zip(places, bags) {
            let solution = try transport.solve(cost: cost, tokens: place.tokens, prototypes: place.sets)
            if !solution.converged, !hasWarned {
                hasWarned = true
                warnings.append(
                    "the transport of \(inputs[pair.bag].name) did not converge within \(transport.maximumIterations) "
                        + "iterations for some patients; a larger epsilon converges faster")
            }
            for token in 0..<place.tokens {
                for set in 0..<place.sets {
                    flat[(place.patient * bagCount + token) * setCount + set] = Float(
                        solution.plan[token * place.sets + set])
                }
            }
        }
        // As many sets as a patient who has them shares the bag among; patches are of any number.
        let usual = max(inputs[pair.sets].tokenNames.count, 1)
        for (patient, tokens) in alone {
            let start = patient * bagCount * setCount
            for place in start..<start + tokens * setCount { flat[place] = 1 / Float(tokens * usual) }
        }
        return try Tensor(flat, shape: [batch.count, bagCount, setCount])
    }
}

extension ModalityBatch {
    /// Tokens of the patient at that position of the batch; nil without the modality.
    fileprivate func tokenCount(of patient: Int) -> Int? {
        rows.firstIndex(of: patient).map { tokenCounts[$0] }
    }
}
