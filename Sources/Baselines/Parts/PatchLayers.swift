import SurvivalNetworks
import Torch

/// Patch features through linear layers, each followed by ReLU and dropout unless `isLinear`.
struct PatchLayers: TokenEncoder {
    private let layers: [Linear]
    private let isLinear: Bool
    private let dropout: Double

    /// - Parameter widths: outputs of each layer; the last is the width of the tokens.
    init(
        _ store: ParameterStore, _ name: String, features: Int, widths: [Int], isLinear: Bool, dropout: Double
    ) throws {
        layers = try zip([features] + widths, widths).enumerated().map { index, sizes in
            try Linear(store, "\(name).patches.\(index)", from: sizes.0, to: sizes.1)
        }
        self.isLinear = isLinear
        self.dropout = dropout
    }

    func tokens(of batch: ModalityBatch, training generator: TensorGenerator?) throws -> Tensor {
        try layers.reduce(batch.values) { x, layer in
            if isLinear { return try layer(x) }
            let active = try layer(x).relu()
            return try generator.map { try active.dropout(dropout, $0) } ?? active
        }
    }
}

/// How a baseline turns modalities into tokens.
struct TokenStyle {
    /// Layers over patches, the last as wide as the tokens; ReLU and dropout after each unless `patchesAreLinear`.
    var patches: [Int]
    var patchesAreLinear = false
    /// Layers of each gene set's network, the last as wide as the tokens.
    var sets: [Int]
    var dropout: Double
    /// Dropout of the features of gene sets and columns.
    var inputDropout: InputDropout

    /// The encoder of a modality; columns become feature tokens as in TTA, since no paper has them.
    func encoder(_ store: ParameterStore, _ input: ModalityInput) throws -> any TokenEncoder {
        let name = "\(input.name).encoder"
        switch input.content {
        case .patches(let bags):
            return try PatchLayers(
                store, name, features: bags.width, widths: patches, isLinear: patchesAreLinear, dropout: dropout)
        case .sets(_, let featureCount, let geneSets):
            return try GeneSetNetworks(
                store, name, featureCount: featureCount, sets: geneSets, widths: sets, dropout: dropout,
                inputDropout: inputDropout.features)
        case .columns:
            return try input.makeEncoder(
                store, width: sets.last ?? 1, dropout: dropout, inputDropout: inputDropout)
        }
    }
}
