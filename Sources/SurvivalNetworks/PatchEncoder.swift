import Torch

/// Patch features → linear, ReLU, layer norm, dropout.
struct PatchEncoder: TokenEncoder {
    private let projection: Linear
    private let norm: LayerNorm
    private let dropout: Double
    let linearWidth: Int

    init(_ store: ParameterStore, _ name: String, features: Int, width: Int, dropout: Double) throws {
        projection = try Linear(store, "\(name).projection", from: features, to: width)
        norm = try LayerNorm(store, "\(name).norm", width: width)
        self.dropout = dropout
        linearWidth = features
    }

    func tokens(of batch: ModalityBatch, training generator: TensorGenerator?) throws -> Tensor {
        try unpaddedTokens(of: batch, training: generator).padded(to: batch.segments)
    }

    func unpaddedTokens(of batch: ModalityBatch, training generator: TensorGenerator?) throws -> Tensor {
        try norm.ofRectified(projection, of: batch.pieces, dropout: dropout, training: generator)
    }

    /// The patches' features are linear in themselves.
    func tokensAndLinear(
        of batch: ModalityBatch, training generator: TensorGenerator?
    ) throws -> (tokens: Tensor, linear: Tensor?) {
        (try unpaddedTokens(of: batch, training: generator), try batch.features)
    }
}
