import Torch

/// PIBD's prototypical bottleneck of one modality: an encoder of three layers, and Gaussian prototypes of risk by which
/// tokens are kept.
struct Bottleneck {
    /// What is left of some patients' tokens.
    struct Side {
        /// [patients, kept, width]; a token may be there for several prototypes.
        let kept: Tensor
        /// Mean and deviation of each patient's prototype, [patients, width].
        let mean: Tensor
        let deviation: Tensor
        /// Σ over patients of mean likeness to the wrong prototypes less that to the right one; nil in evaluation.
        let unlikeness: Tensor?
    }

    private static let dropout = 0.2
    private let hidden: DenseLayers
    private let output: Linear
    private let decoder: Linear
    /// Means, and what softplus makes the deviations, side by side: [prototypes, 2 width].
    private let prototypes: Tensor
    private let width: Int
    private let share: Double
    private let samples: Int

    init(
        _ store: ParameterStore, _ name: String, from inputs: Int, width: Int, bins: Int, share: Double, samples: Int
    ) throws {
        self.width = width
        self.share = share
        self.samples = samples
        hidden = try DenseLayers(
            store, "\(name).hidden", widths: [inputs, 2 * width, 2 * width], dropout: Self.dropout)
        output = try Linear(store, "\(name).output", from: 2 * width, to: width)
        decoder = try Linear(store, "\(name).decoder", from: width, to: bins)
        // Glorot & Bengio 2010.
        let bound = (6 / Double(2 * bins + 2 * width)).squareRoot()
        prototypes = try store.make("\(name).prototypes", [2 * bins, 2 * width], .uniform(bound))
    }

    private var means: Tensor { get throws { try prototypes.narrowed(1, from: 0, count: width) } }
    private var deviations: Tensor {
        get throws { try prototypes.narrowed(1, from: width, count: width).softplus() }
    }

    /// The mean of draws from each prototype, or its own mean in evaluation: [prototypes, width].
    func draw(_ generator: TensorGenerator?) throws -> Tensor {
        guard let generator else { return try means }
        return try means + deviations * generator.normal([prototypes.shape[0], width]) / Double(samples).squareRoot()
    }

    /// Logits of the hazards that drawn prototypes stand for, [prototypes, bins].
    func decoded(_ drawn: Tensor) throws -> Tensor { try decoder(drawn) }

    /// The mean over prototypes of KL(N(μ, σ²) ‖ N(0, 1)).
    func divergence() throws -> Tensor {
        let sigma = try deviations.clamped(min: 1e-8)
        let terms = try sigma.square() + means.square() - 1 - sigma.log() * 2
        return try terms.sum(1).mean() * 0.5
    }

    /// - Parameters:
    ///   - tokens: [patients, tokens, inputs]
    ///   - drawn: from `draw`.
    ///   - labels: the prototype that each patient stands by; nil in evaluation, when it is the one that most of the
    ///     likest pairs of token and prototype speak for.
    func callAsFunction(
        _ tokens: Tensor, _ drawn: Tensor, labels: [Int]?, training generator: TensorGenerator?
    ) throws -> Side {
        let (patients, count) = (tokens.shape[0], tokens.shape[1])
        let prototypeCount = prototypes.shape[0]
        let z = try output(hidden(tokens, training: generator))
        // [patients, tokens, prototypes]
        let likeness = try z.normalized().matmul(drawn.normalized().transposed())
        let keep = max(1, Int(Double(count) * share))
        let pairs = try likeness.reshaped([patients, count * prototypeCount]).largest(keep, along: 1).indices
            .integers()
        // The patient's place in the tokens of all patients, for each pair that is kept.
        let places = pairs.indices.map { pairs[$0] / prototypeCount + $0 / keep * count }
        let kept = try z.reshaped([patients * count, width]).selected(0, Tensor(indices: places))
            .reshaped([patients, keep, width])
        let chosen: [Int]
        var unlikeness: Tensor?
        if let labels {
            chosen = labels
            let likest = try likeness.largest(keep, along: 1).values.mean(1)
            let right = try Tensor(
                labels.flatMap { label in (0..<prototypeCount).map { $0 == label ? 1 : 0 } } as [Float],
                shape: [patients, prototypeCount])
            unlikeness = try (likest * (1 - right)).sum() / Double(prototypeCount - 1) - (likest * right).sum()
        } else {
            chosen = (0..<patients).map { patient in
                var votes = [Int](repeating: 0, count: prototypeCount)
                for pair in pairs[patient * keep..<(patient + 1) * keep] { votes[pair % prototypeCount] += 1 }
                return votes.indices.max { votes[$0] < votes[$1] } ?? 0
            }
        }
        let rows = try Tensor(indices: chosen)
        return Side(
            kept: kept, mean: try means.selected(0, rows), deviation: try deviations.selected(0, rows),
            unlikeness: unlikeness)
    }
}
