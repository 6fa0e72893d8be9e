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
    let linearWidth: Int

    init(
        _ store: ParameterStore, _ name: String, featureCount: Int, sets: [[Int]], width: Int, dropout: Double,
        inputDropout: Double
    ) throws {
        product = try GeneSetProduct(store, name, featureCount: featureCount, sets: sets, width: width, .normal(1))
        bias = try store.make("\(name).bias", [sets.count, 1, width], .zeros)
        norm = try LayerNorm(store, "\(name).norm", width: width)
        self.dropout = dropout
        self.inputDropout = inputDropout
        linearWidth = width
    }

    func tokens(of batch: ModalityBatch, training generator: TensorGenerator?) throws -> Tensor {
        try norm(product.inOrder(activated(products(of: batch, training: generator), training: generator)))
    }

    /// Before the activation a set is linear in its genes.
    func tokensAndLinear(
        of batch: ModalityBatch, training generator: TensorGenerator?
    ) throws -> (tokens: Tensor, linear: Tensor?) {
        let made = try products(of: batch, training: generator)
        return (
            try norm(product.inOrder(activated(made, training: generator))).withoutPadding(of: batch.segments),
            try product.inOrder(made).withoutPadding(of: batch.segments)
        )
    }

    /// [sets, patients, d], the sets in the product's order.
    private func products(of batch: ModalityBatch, training generator: TensorGenerator?) throws -> Tensor {
        let features = try batch.features
        let values = try generator.map { try features.dropout(inputDropout, $0) } ?? features
        return try product(values) + bias
    }

    private func activated(_ products: Tensor, training generator: TensorGenerator?) throws -> Tensor {
        try products.seluWithAlphaDropout(dropout, training: generator)
    }
}
