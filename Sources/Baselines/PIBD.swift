import Results
import SurvivalNetworks
import Torch

/// Prototypical Information Bottlenecking and Disentangling (Zhang et al. 2024, ICLR, arXiv:2401.01646;
/// github.com/zylbuaa/PIBD, `PIBD`): either modality's tokens are measured against prototypes of risk, Gaussians for each time
/// bin and for event and censoring; the tokens most like a prototype are kept, and the prototype itself joins that of the other
/// modality as a product of experts. A transformer layer lets the kept tokens attend within their modality and the joint
/// prototype to all, so that the first hold what is a modality's own and the last what is shared.
///
/// Objective: survival loss + α · survival loss of the prototypes + β · KL(prototypes ‖ N(0, 1)) + γ · (likeness of the
/// tokens to the wrong prototypes − to the right one) + σ · (CLUB bound on the mutual information between the three
/// embeddings + the loss by which it is learned; Cheng et al. 2020, arXiv:2006.12013).
///
/// Which modality is the bag: see `MCAT`. Columns of a table become tokens as in TTA.
///
/// Deviations: the kept share is of the whole bag at once, where the code averages eight random subsets of 512 patches.
/// In evaluation prototypes and their product are taken at their means, where the code draws with a fixed seed; what
/// is drawn in training is drawn as the mean of the samples, the same distribution. The prototypes' survival loss is that
/// of the trainer (discrete, four bins), without the code's extra weight on events. Both survival losses are means,
/// under the weights that the code names; it sums over patients and over prototypes and divides all by the batch's 32
/// patients, so that beside a mean over patients its α counts a quarter, its β, γ and σ a 32nd. Of a patient with one
/// modality the product has one expert, and the other embedding is zeros; CLUB is over patients with both.
public final class PIBD: BaselineNetwork {
    public struct Options: BaselineOptions {
        /// Width of the tokens, a multiple of 4.
        public var dim = 256
        /// Shares of the tokens that are kept.
        public var bagShare = 0.5
        public var setShare = 0.8
        /// Draws from each prototype in training.
        public var samples = 50
        /// Weights of the objective's terms.
        public var alpha = 0.1
        public var beta = 0.01
        public var gamma = 1.0
        public var sigma = 0.1
        /// Dropout of the gene sets' networks.
        public var setDropout = 0.25
        public var inputDropout: InputDropout = 0.0

        public init() {}

        public var settings: [Predictions.Setting] {
            [
                .init("dim", dim), .init("bag_share", bagShare), .init("set_share", setShare),
                .init("samples", samples), .init("alpha", alpha), .init("beta", beta), .init("gamma", gamma),
                .init("sigma", sigma), .init("set_dropout", setDropout),
            ] + inputDropout.settings
        }
    }

    public static let word = "pibd"

    public let parameters: ParameterStore
    private let options: Options
    private let inputs: [ModalityInput]
    private let pair: ModalityPair
    private let encoders: [any TokenEncoder]
    private let widths: [Int]
    private let risks: RiskPrototypes
    private let setBottleneck: Bottleneck
    private let bagBottleneck: Bottleneck
    /// φ, whose softmax weighs the experts: the bag's and the sets'.
    private let experts: Tensor
    private let disentangling: DisentanglingLayer
    private let hidden: DenseLayers
    private let head: Linear
    /// q(shared | both), q(sets | bag).
    private let sharedGivenBoth: [Linear]
    private let setsGivenBag: [Linear]

    public init(_ options: Options, data: TrainingData, outputs: Int, generator: TensorGenerator) throws {
        self.options = options
        inputs = data.inputs
        pair = try ModalityPair(data.inputs, model: Self.word)
        risks = try RiskPrototypes(data)
        let store = ParameterStore(generator: generator)
        parameters = store
        let dim = options.dim
        let style = TokenStyle(
            patches: [], sets: [dim, dim], dropout: options.setDropout, inputDropout: options.inputDropout)
        // Patches meet the bottleneck's encoder as they are: a style without layers for them passes them through.
        encoders = try data.inputs.map { try style.encoder(store, $0) }
        widths = data.inputs.map { if case .patches(let bags) = $0.content { bags.width } else { dim } }
        bagBottleneck = try Bottleneck(
            store, "bag.bottleneck", from: widths[pair.bag], width: dim, bins: risks.grid.binCount,
            share: options.bagShare, samples: options.samples)
        setBottleneck = try Bottleneck(
            store, "sets.bottleneck", from: widths[pair.sets], width: dim, bins: risks.grid.binCount,
            share: options.setShare, samples: options.samples)
        disentangling = try DisentanglingLayer(store, "disentangling", width: dim)
        hidden = try DenseLayers(store, "hidden", widths: [3 * dim, dim])
        head = try Linear(store, "head", from: dim, to: outputs)
        experts = try store.make("experts", [2], .ones)
        func estimator(_ name: String, from inputs: Int) throws -> [Linear] {
            [
                try Linear(store, "\(name).0", from: inputs, to: 512),
                try Linear(store, "\(name).1", from: 512, to: dim),
            ]
        }
        sharedGivenBoth = try estimator("club.shared", from: 2 * dim)
        setsGivenBag = try estimator("club.sets", from: dim)
    }

    public var termWeights: [String: Double] {
        [
            Term.prototypes: options.alpha, Term.divergence: options.beta, Term.likeness: options.gamma,
            Term.information: options.sigma,
        ]
    }

    private enum Term {
        static let prototypes = "prototypes"
        static let divergence = "divergence"
        static let likeness = "likeness"
        static let information = "information"
    }

    public func forward(_ batch: Batch, training generator: TensorGenerator?) throws -> NetworkOutput {
        try pass(batch, training: generator, withTerms: generator != nil)
    }

    /// One pass; with the terms of the objective, for which patients stand by the prototypes of their outcomes, or without.
    func pass(_ batch: Batch, training generator: TensorGenerator?, withTerms: Bool) throws -> NetworkOutput {
        let dim = options.dim
        let tokens = try inputs.indices.map {
            try ModalityTokens(
                batch.modalities[$0], of: batch, width: widths[$0], training: generator, encoder: encoders[$0])
        }
        let (sets, bag) = (tokens[pair.sets], tokens[pair.bag])
        let setPrototypes = try setBottleneck.draw(generator)
        let bagPrototypes = try bagBottleneck.draw(generator)
        let labels = withTerms ? batch.patients.map(risks.label) : nil
        var vectors = (
            bag: try Tensor.zeros([batch.count, dim]), sets: try Tensor.zeros([batch.count, dim]),
            shared: try Tensor.zeros([batch.count, dim])
        )
        var likenesses: [Tensor] = []
        for group in try EqualBags.groups(batch, pair, sets: sets, bag: bag) {
            let own = labels.map { labels in group.positions.map { labels[$0] } }
            let ofBag = try group.bag.map { try bagBottleneck($0, bagPrototypes, labels: own, training: generator) }
            let ofSets = try group.sets.map { try setBottleneck($0, setPrototypes, labels: own, training: generator) }
            likenesses += [ofBag, ofSets].compactMap { $0?.unlikeness }
            let joint = try product([ofBag, ofSets], generator)
            let mixed = try disentangling(
                bag: ofBag?.kept, sets: ofSets?.kept, shared: joint.unsqueezed(1), training: generator)
            if let rows = mixed.bag { vectors.bag = try vectors.bag.addingAt(0, group.indices, rows.mean(1)) }
            if let rows = mixed.sets { vectors.sets = try vectors.sets.addingAt(0, group.indices, rows.mean(1)) }
            vectors.shared = try vectors.shared.addingAt(0, group.indices, mixed.shared.squeezed(1))
        }
        let joined = try Tensor.concatenated([vectors.bag, vectors.sets, vectors.shared], dimension: 1)
        let outputs = try head(hidden(joined, training: nil))
        let embeddings = try [
            bag.embedding(inputs[pair.bag].name, vectors.bag, saliency: nil),
            sets.embedding(inputs[pair.sets].name, vectors.sets, saliency: nil),
        ]
        var terms: [ObjectiveTerm] = []
        if withTerms {
            terms = try [
                ObjectiveTerm(
                    Term.prototypes,
                    risks.loss(of: bagBottleneck.decoded(bagPrototypes))
                        + risks.loss(of: setBottleneck.decoded(setPrototypes))),
                ObjectiveTerm(Term.divergence, bagBottleneck.divergence() + setBottleneck.divergence()),
            ]
            if let first = likenesses.first {
                let sum = try likenesses.dropFirst().reduce(first) { try $0 + $1 }
                terms.append(ObjectiveTerm(Term.likeness, try sum / Double(batch.count)))
            }
            let both = bag.rows.filter(Set(sets.rows).contains)
            if !both.isEmpty {
                let rows = try Tensor(indices: both)
                terms.append(
                    ObjectiveTerm(
                        Term.information,
                        try information(
                            bag: vectors.bag.selected(0, rows), sets: vectors.sets.selected(0, rows),
                            shared: vectors.shared.selected(0, rows))))
            }
        }
        return NetworkOutput(outputs: outputs, terms: terms, embeddings: embeddings.compactMap { $0 })
    }

    /// The product of the experts present, [patients, width]: precision Σ αₘ/σₘ, mean Σ αₘ μₘ/σₘ over it.
    func product(_ sides: [Bottleneck.Side?], _ generator: TensorGenerator?) throws -> Tensor {
        let shares = try experts.softmax(0)
        var precision: Tensor?
        var weighted: Tensor?
        for (index, side) in sides.enumerated() {
            guard let side else { continue }
            let share = try shares.narrowed(0, from: index, count: 1)
            let own = try share / (side.deviation + 1e-8)
            precision = try precision.map { try $0 + own } ?? own
            weighted = try weighted.map { try $0 + own * side.mean } ?? own * side.mean
        }
        guard let precision, let weighted else { preconditionFailure("a patient has a modality") }
        let mean = try weighted / precision
        guard let generator else { return mean }
        return try mean + generator.normal(mean.shape) / precision / Double(options.samples).squareRoot()
    }

    /// CLUB with unit variance: an upper bound on the mutual information of bag and sets and of both and the shared
    /// embedding, plus the squared errors by which its predictors learn.
    private func information(bag: Tensor, sets: Tensor, shared: Tensor) throws -> Tensor {
        func term(_ predictor: [Linear], _ x: Tensor, _ y: Tensor) throws -> Tensor {
            let predicted = try predictor[1](predictor[0](x).relu())
            let own = try (predicted - y).square().sum(1).mean()
            // mean over all pairs of ½‖p_i − y_j‖²
            let pairs = try (predicted.unsqueezed(1) - y.unsqueezed(0)).square().sum(2).mean()
            return try pairs * 0.5 - own * 0.5 + own
        }
        return try term(setsGivenBag, bag, sets)
            + term(sharedGivenBoth, .concatenated([bag, sets], dimension: 1), shared)
    }
}
