import Results
import SurvivalNetworks
import Torch

/// Cross-Modal Translation and Alignment (Zhou & Chen 2023, ICCV, arXiv:2309.12855; github.com/FT-ZHOU-ZZZ/CMTA, `CMTA` with
/// `fusion="concat"` and the small sizes): each modality's tokens and a class token go through an encoder of two Nyström
/// attention layers; cross-attention asks one modality's tokens about the other's; a decoder built like the encoder reads
/// the answer. The mean of encoder's and decoder's class tokens, for both modalities, predicts. The patches' encoder mixes
/// neighbours between its layers (PPEG of TransMIL, three depthwise convolutions), the tokens laid out in a square.
///
/// Objective: survival loss + α (mean |P − P̂| + mean |G − Ĝ|), P and G the encoders' class tokens held constant, P̂ and Ĝ
/// the decoders'.
///
/// Which modality is the bag: see `MCAT`. Columns of a table become tokens as in TTA.
///
/// Deviations: patients with equally many tokens go through together, with the results they would have alone; initial
/// weights are those of a linear layer. A patient with one modality has its encoder's class token alone, and zeros for the
/// other. In training the bag is taken as it is, without the random subset that the code offers against lack of memory.
public final class CMTA: BaselineNetwork {
    public struct Options: BaselineOptions {
        /// Width of the tokens, a multiple of 8.
        public var dim = 256
        /// Width of the first layer of the gene sets' networks.
        public var setHidden = 1024
        /// α, the weight of the alignment.
        public var alpha = 0.5
        /// Dropout of the encoders.
        public var dropout = 0.25
        public var inputDropout: InputDropout = 0.0

        public init() {}

        public var settings: [Predictions.Setting] {
            [
                .init("dim", dim), .init("set_hidden", setHidden), .init("alpha", alpha), .init("dropout", dropout),
            ] + inputDropout.settings
        }
    }

    public static let word = "cmta"
    private static let alignment = "alignment"

    public let parameters: ParameterStore
    private let options: Options
    private let inputs: [ModalityInput]
    private let pair: ModalityPair
    private let encoders: [any TokenEncoder]
    private let bagEncoder: ClassTokenTransformer
    private let bagDecoder: ClassTokenTransformer
    private let setEncoder: ClassTokenTransformer
    private let setDecoder: ClassTokenTransformer
    private let bagAsksSets: MultiHeadAttention
    private let setsAskBag: MultiHeadAttention
    private let joint: DenseLayers
    private let head: Linear

    public init(_ options: Options, data: TrainingData, outputs: Int, generator: TensorGenerator) throws {
        self.options = options
        inputs = data.inputs
        pair = try ModalityPair(data.inputs, model: Self.word)
        let store = ParameterStore(generator: generator)
        parameters = store
        let dim = options.dim
        let style = TokenStyle(
            patches: [dim, dim], sets: [options.setHidden, dim], dropout: options.dropout,
            inputDropout: options.inputDropout)
        encoders = try data.inputs.map { try style.encoder(store, $0) }
        bagEncoder = try ClassTokenTransformer(store, "bag.encoder", width: dim, isSquare: true)
        bagDecoder = try ClassTokenTransformer(store, "bag.decoder", width: dim, isSquare: true)
        setEncoder = try ClassTokenTransformer(store, "sets.encoder", width: dim, isSquare: false)
        setDecoder = try ClassTokenTransformer(store, "sets.decoder", width: dim, isSquare: false)
        bagAsksSets = try MultiHeadAttention(store, "bag.question", width: dim, heads: 1)
        setsAskBag = try MultiHeadAttention(store, "sets.question", width: dim, heads: 1)
        joint = try DenseLayers(store, "joint", widths: [2 * dim, dim, dim])
        head = try Linear(store, "head", from: dim, to: outputs)
    }

    public var termWeights: [String: Double] { [Self.alignment: options.alpha] }

    public func forward(_ batch: Batch, training generator: TensorGenerator?) throws -> NetworkOutput {
        try pass(batch, training: generator, withTerms: generator != nil)
    }

    /// One pass, with the terms of the objective or without.
    func pass(_ batch: Batch, training generator: TensorGenerator?, withTerms: Bool) throws -> NetworkOutput {
        let dim = options.dim
        let tokens = try zip(batch.modalities, encoders).map {
            try ModalityTokens($0, of: batch, width: dim, training: generator, encoder: $1)
        }
        let (sets, bag) = (tokens[pair.sets], tokens[pair.bag])
        var setVectors = try Tensor.zeros([batch.count, dim])
        var bagVectors = try Tensor.zeros([batch.count, dim])
        // Σ over patients of mean |class token − its translation|.
        var distance: Tensor?
        var translated = 0
        for group in try EqualBags.groups(batch, pair, sets: sets, bag: bag) {
            let ofSets = try group.sets.map { try setEncoder($0, training: generator) }
            let ofBag = try group.bag.map { try bagEncoder($0, training: generator) }
            var (setClass, bagClass) = (ofSets?.classToken, ofBag?.classToken)
            if let ofSets, let ofBag {
                let toBag = try bagAsksSets(ofBag.tokens, over: ofSets.tokens, training: generator).values
                let toSets = try setsAskBag(ofSets.tokens, over: ofBag.tokens, training: generator).values
                let bagAgain = try bagDecoder(toBag, training: generator).classToken
                let setsAgain = try setDecoder(toSets, training: generator).classToken
                if withTerms, options.alpha > 0 {
                    let apart = try
                        ((ofBag.classToken.detached() - bagAgain).abs()
                        + (ofSets.classToken.detached() - setsAgain).abs()).mean(1).sum()
                    distance = try distance.map { try $0 + apart } ?? apart
                    translated += group.positions.count
                }
                setClass = try (ofSets.classToken + setsAgain) * 0.5
                bagClass = try (ofBag.classToken + bagAgain) * 0.5
            }
            if let setClass { setVectors = try setVectors.addingAt(0, group.indices, setClass) }
            if let bagClass { bagVectors = try bagVectors.addingAt(0, group.indices, bagClass) }
        }
        let joined = try joint(.concatenated([bagVectors, setVectors], dimension: 1), training: nil)
        let embeddings = try [
            bag.embedding(inputs[pair.bag].name, bagVectors, saliency: nil),
            sets.embedding(inputs[pair.sets].name, setVectors, saliency: nil),
        ]
        return NetworkOutput(
            outputs: try head(joined),
            terms: try distance.map { [ObjectiveTerm(Self.alignment, try $0 / Double(translated))] } ?? [],
            embeddings: embeddings.compactMap { $0 })
    }
}

/// Two layers of Nyström attention over the tokens and a class token, with PPEG between them when the tokens are laid out
/// in a square.
private struct ClassTokenTransformer {
    private struct Layer {
        let norm: LayerNorm
        let attention: NystromAttention

        init(_ store: ParameterStore, _ name: String, width: Int) throws {
            norm = try LayerNorm(store, "\(name).norm", width: width)
            attention = try NystromAttention(
                store, "\(name).attention", width: width, heads: 8, landmarks: width / 2, dropout: 0.1)
        }

        func callAsFunction(_ x: Tensor, training generator: TensorGenerator?) throws -> Tensor {
            try x + attention(norm(x), training: generator)
        }
    }

    private let classToken: Tensor
    private let first: Layer
    private let second: Layer
    private let norm: LayerNorm
    /// Kernels [width, 1, size, size] and biases of PPEG.
    private let kernels: [(weight: Tensor, bias: Tensor)]
    private let width: Int

    init(_ store: ParameterStore, _ name: String, width: Int, isSquare: Bool) throws {
        self.width = width
        classToken = try store.make("\(name).class", [1, 1, width], .normal(1e-6))
        kernels = try (isSquare ? [7, 5, 3] : []).map { size in
            let bound = 1 / Double(size)
            return (
                try store.make("\(name).convolution\(size).weight", [width, 1, size, size], .uniform(bound)),
                try store.make("\(name).convolution\(size).bias", [width], .uniform(bound))
            )
        }
        first = try Layer(store, "\(name).0", width: width)
        second = try Layer(store, "\(name).1", width: width)
        norm = try LayerNorm(store, "\(name).norm", width: width)
    }

    /// [patients, tokens, width] → the class token [patients, width] and the others; in a square these are as many as fill
    /// it, the first ones repeated.
    func callAsFunction(
        _ tokens: Tensor, training generator: TensorGenerator?
    ) throws -> (classToken: Tensor, tokens: Tensor) {
        let patients = tokens.shape[0]
        var x = tokens
        let side = Int(Double(tokens.shape[1]).squareRoot().rounded(.up))
        if !kernels.isEmpty, side * side > tokens.shape[1] {
            let filling = try tokens.narrowed(1, from: 0, count: side * side - tokens.shape[1])
            x = try .concatenated([tokens, filling], dimension: 1)
        }
        x = try .concatenated([classToken.expanded([patients, 1, width]), x], dimension: 1)
        x = try first(x, training: generator)
        if !kernels.isEmpty { x = try mixingNeighbours(x, side: side) }
        x = try norm(second(x, training: generator))
        let count = x.shape[1]
        return (
            try x.narrowed(1, from: 0, count: 1).squeezed(1), try x.narrowed(1, from: 1, count: count - 1)
        )
    }

    private func mixingNeighbours(_ x: Tensor, side: Int) throws -> Tensor {
        let patients = x.shape[0]
        let image = try x.narrowed(1, from: 1, count: side * side).transposed(1, 2)
            .reshaped([patients, width, side, side])
        let mixed = try kernels.reduce(image) { try $0 + image.convolvedByChannel($1.weight, bias: $1.bias) }
        let flat = try mixed.reshaped([patients, width, side * side]).transposed(1, 2)
        return try .concatenated([x.narrowed(1, from: 0, count: 1), flat], dimension: 1)
    }
}
