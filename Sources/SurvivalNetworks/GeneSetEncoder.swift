import Torch

/// Gene sets as tokens: one small self-normalising network (Klambauer et al. 2017) per set, genes → d, SELU and alpha
/// dropout, then a layer norm common to all sets. A second layer per set lost concordance in simulation.
struct GeneSetEncoder: TokenEncoder {
    private let product: GeneSetProduct
    /// [sets, 1, d], in the order of the product's classes.
    private let bias: Tensor
    private let norm: LayerNorm
    private let dropout: Double
    private let inputDropout: Double

    init(
        _ store: ParameterStore, _ name: String, featureCount: Int, sets: [[Int]], width: Int, dropout: Double,
        inputDropout: Double
    ) throws {
        product = try GeneSetProduct(store, name, featureCount: featureCount, sets: sets, width: width, .normal(1))
        bias = try store.make("\(name).bias", [sets.count, 1, width], .zeros)
        norm = try LayerNorm(store, "\(name).norm", width: width)
        self.dropout = dropout
        self.inputDropout = inputDropout
    }

    func tokens(of batch: ModalityBatch, training generator: TensorGenerator?) throws -> Tensor {
        let values = try generator.map { try batch.features.dropout(inputDropout, $0) } ?? batch.features
        // [sets, patients, d]
        let active = try (product(values) + bias).seluWithAlphaDropout(dropout, training: generator)
        return try norm(product.inOrder(active))
    }
}
