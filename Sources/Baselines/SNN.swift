import Results
import SurvivalNetworks
import Torch

/// Self-normalising network (Klambauer et al. 2017, arXiv:1706.02515) on each modality's features side by side, as
/// MCAT's genomic baseline has it (Chen et al. 2021, ICCV; github.com/mahmoodlab/MCAT, `SNN`): four layers of a linear map,
/// ELU and alpha dropout.
///
/// `late` fusion: each modality has outputs of its own, and a patient's are their mean over the modalities present.
/// `concat`: the networks' last layers side by side through two linear layers with ReLU, as MCAT fuses.
///
/// Deviations: the code knows one modality; several are joined as its multimodal models join theirs. Patches enter as
/// the mean of the bag's features. Initial weights are normal with variance 1/inputs, as in the code.
public final class SNN: BaselineNetwork {
    public struct Options: BaselineOptions {
        public enum Fusion: String, Sendable, CaseIterable { case concat, late }
        /// Width of every layer.
        public var dim = 256
        public var fusion = Fusion.concat
        public var dropout = 0.25
        public var inputDropout: InputDropout = 0.0

        public init() {}

        public var settings: [Predictions.Setting] {
            [
                .init("dim", dim), .init("fusion", fusion.rawValue), .init("dropout", dropout),
            ] + inputDropout.settings
        }
    }

    public static let word = "snn"
    private static let layerCount = 4

    public let parameters: ParameterStore
    private let options: Options
    private let inputs: [ModalityInput]
    private let networks: [[Linear]]
    private let joint: DenseLayers?
    /// One, or one per modality for late fusion.
    private let heads: [Linear]

    public init(_ options: Options, data: TrainingData, outputs: Int, generator: TensorGenerator) throws {
        self.options = options
        inputs = data.inputs
        let store = ParameterStore(generator: generator)
        parameters = store
        let dim = options.dim
        networks = try data.inputs.map { input in
            try (0..<Self.layerCount).map { layer in
                let from = layer == 0 ? input.vectorWidth : dim
                let linear = try Linear(store, "\(input.name).\(layer)", from: from, to: dim)
                // Self-normalisation wants this distribution.
                try linear.weight.assign(generator.normal([dim, from]) / Double(from).squareRoot())
                if let bias = linear.bias { try bias.assign(.zeros([dim])) }
                return linear
            }
        }
        let count = data.inputs.count
        switch options.fusion {
        case .concat:
            joint = count > 1 ? try DenseLayers(store, "joint", widths: [count * dim, dim, dim]) : nil
            heads = [try Linear(store, "head", from: dim, to: outputs)]
        case .late:
            joint = nil
            heads = try data.inputs.map { try Linear(store, "\($0.name).head", from: dim, to: outputs) }
        }
    }

    public func forward(_ batch: Batch, training generator: TensorGenerator?) throws -> NetworkOutput {
        var features: [Tensor] = []
        var presence: [Tensor] = []
        var embeddings: [EmbeddingOutput] = []
        for (input, (part, network)) in zip(inputs, zip(batch.modalities, networks)) {
            guard let part else {
                features.append(try .zeros([batch.count, options.dim]))
                presence.append(try .zeros([batch.count, 1]))
                continue
            }
            let values = try part.vectors()
            let kept =
                try generator.map { try values.dropout(options.inputDropout.probability(of: input.content), $0) }
                ?? values
            let own = try network.reduce(kept) { x, layer in
                let active = try layer(x).elu()
                return try generator.map { try active.alphaDropout(options.dropout, $0) } ?? active
            }
            features.append(
                try Tensor.zeros([batch.count, options.dim]).addingAt(0, part.rowIndices, own))
            presence.append(
                try Tensor.zeros([batch.count, 1]).addingAt(0, part.rowIndices, .ones([part.rows.count, 1])))
            embeddings.append(
                EmbeddingOutput(
                    modality: input.name, role: .specific, rows: part.rows, vectors: own, saliency: nil))
        }
        return NetworkOutput(
            outputs: try fused(features, presence, generator), terms: [], embeddings: embeddings)
    }

    private func fused(_ features: [Tensor], _ presence: [Tensor], _ generator: TensorGenerator?) throws -> Tensor {
        switch options.fusion {
        case .concat:
            let all = try Tensor.concatenated(features, dimension: 1)
            return try heads[0](joint?(all, training: generator) ?? all)
        case .late:
            let parts = try zip(zip(heads, features), presence).map { try $0.0($0.1) * $1 }
            let there = try presence.dropFirst().reduce(presence[0]) { try $0 + $1 }
            return try parts.dropFirst().reduce(parts[0]) { try $0 + $1 } / there.clamped(min: 1)
        }
    }
}
