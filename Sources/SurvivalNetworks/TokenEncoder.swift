import Torch

/// Turns a modality's inputs into tokens of the embedding width.
public protocol TokenEncoder {
    /// [patients, tokens, d]. Dropout is drawn from `generator`; nil means evaluation, without dropout.
    func tokens(of batch: ModalityBatch, training generator: TensorGenerator?) throws -> Tensor
    /// The same without padding: the tokens of all patients one after another, [tokens, d].
    func unpaddedTokens(of batch: ModalityBatch, training generator: TensorGenerator?) throws -> Tensor
    /// Width of what tokens are made of before the first nonlinearity; 0 where they are linear themselves.
    var linearWidth: Int { get }
    /// The unpadded tokens and, where they are not linear in the inputs, what they are made of: [tokens, linear width].
    func tokensAndLinear(
        of batch: ModalityBatch, training generator: TensorGenerator?
    ) throws -> (tokens: Tensor, linear: Tensor?)
}

extension TokenEncoder {
    public func unpaddedTokens(of batch: ModalityBatch, training generator: TensorGenerator?) throws -> Tensor {
        try tokens(of: batch, training: generator).withoutPadding(of: batch.segments)
    }

    public var linearWidth: Int { 0 }

    public func tokensAndLinear(
        of batch: ModalityBatch, training generator: TensorGenerator?
    ) throws -> (tokens: Tensor, linear: Tensor?) {
        (try unpaddedTokens(of: batch, training: generator), nil)
    }
}

extension ModalityInput {
    /// The encoder that fits the modality: patches, gene sets or columns.
    ///
    /// - Parameters:
    ///   - width: d, the width of the tokens.
    ///   - dropout: probability with which a token's activations are set to 0 in training.
    ///   - inputDropout: the same for the features of gene sets and columns, before the first layer.
    public func makeEncoder(
        _ store: ParameterStore, width: Int, dropout: Double, inputDropout: InputDropout
    ) throws -> any TokenEncoder {
        let scope = "\(name).encoder"
        switch content {
        case .patches(let bags):
            return try PatchEncoder(store, scope, features: bags.width, width: width, dropout: dropout)
        case .sets(_, let featureCount, let sets):
            return try GeneSetEncoder(
                store, scope, featureCount: featureCount, sets: sets, width: width, dropout: dropout,
                inputDropout: inputDropout.features)
        case .columns(_, let columnOfFeature):
            return try ColumnEncoder(
                store, scope, columnOfFeature: columnOfFeature, width: width, dropout: dropout,
                inputDropout: inputDropout.columns)
        }
    }
}
