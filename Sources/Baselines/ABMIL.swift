import Results
import SurvivalNetworks
import Torch

/// Attention-based multiple-instance learning with gated attention (Ilse, Tomczak & Welling 2018, arXiv:1802.04712), at
/// CLAM's sizes (Lu et al. 2021, doi:10.1038/s41551-020-00682-w; github.com/mahmoodlab/CLAM) as MCAT's survival baseline
/// `MIL_Attention_FC_surv` has it: a layer to 512, attention with 256 hidden units, a layer to 256. The modalities'
/// vectors side by side go through two linear layers with ReLU.
///
/// Deviations: every modality is a bag of tokens under its own attention, gene sets and columns as well; the code gives
/// genes one network on all of them (that is `snn`). An absent modality gives zeros. With one modality there is nothing to
/// join, and the two layers are left out, as in the code.
public final class ABMIL: BaselineNetwork {
    public struct Options: BaselineOptions {
        /// Width of the instances.
        public var dim = 512
        /// Width of the attention's hidden layer and of a modality's vector.
        public var hidden = 256
        public var dropout = 0.25
        public var inputDropout: InputDropout = 0.0

        public init() {}

        public var settings: [Predictions.Setting] {
            [
                .init("dim", dim), .init("hidden", hidden), .init("dropout", dropout),
            ] + inputDropout.settings
        }
    }

    public static let word = "abmil"

    public let parameters: ParameterStore
    private let options: Options
    private let inputs: [ModalityInput]
    private let encoders: [any TokenEncoder]
    private let attentions: [GatedAttention]
    private let rhos: [DenseLayers]
    private let joint: DenseLayers?
    private let head: Linear

    public init(_ options: Options, data: TrainingData, outputs: Int, generator: TensorGenerator) throws {
        self.options = options
        inputs = data.inputs
        let store = ParameterStore(generator: generator)
        parameters = store
        let style = TokenStyle(
            patches: [options.dim], sets: [options.dim], dropout: options.dropout, inputDropout: options.inputDropout)
        encoders = try inputs.map { try style.encoder(store, $0) }
        attentions = try inputs.map {
            try GatedAttention(
                store, "\($0.name).attention", width: options.dim, hidden: options.hidden, dropout: options.dropout)
        }
        rhos = try inputs.map {
            try DenseLayers(store, "\($0.name).rho", widths: [options.dim, options.hidden], dropout: options.dropout)
        }
        let width = options.hidden
        joint =
            inputs.count > 1 ? try DenseLayers(store, "joint", widths: [inputs.count * width, width, width]) : nil
        head = try Linear(store, "head", from: width, to: outputs)
    }

    public func forward(_ batch: Batch, training generator: TensorGenerator?) throws -> NetworkOutput {
        var vectors: [Tensor] = []
        var embeddings: [EmbeddingOutput] = []
        for (modality, input) in inputs.enumerated() {
            let tokens = try ModalityTokens(
                batch.modalities[modality], of: batch, width: options.dim, training: generator,
                encoder: encoders[modality])
            let (pooled, weights) = try attentions[modality](
                tokens.values, leavingOut: tokens.absent, training: generator)
            let vector = try rhos[modality](pooled, training: generator) * tokens.presence
            vectors.append(vector)
            if let embedding = try tokens.embedding(input.name, vector, saliency: weights) {
                embeddings.append(embedding)
            }
        }
        let all = try Tensor.concatenated(vectors, dimension: 1)
        return NetworkOutput(
            outputs: try head(joint?(all, training: generator) ?? all), terms: [], embeddings: embeddings)
    }
}
