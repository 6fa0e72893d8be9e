import Torch

/// Table columns as tokens (Gorishniy et al. 2021): the column's features times learned vectors, plus a bias.
struct ColumnEncoder: TokenEncoder {
    /// [features, d]
    private let vectors: Tensor
    /// [columns, d]
    private let bias: Tensor
    /// The column of each feature; nil when every column is one feature.
    private let columns: Tensor?
    private let dropout: Double
    private let inputDropout: Double

    init(
        _ store: ParameterStore, _ name: String, columnOfFeature: [Int], width: Int, dropout: Double,
        inputDropout: Double
    ) throws {
        let features = columnOfFeature.count
        let columns = (columnOfFeature.max() ?? -1) + 1
        let bound = 1 / Double(width).squareRoot()
        vectors = try store.make("\(name).vectors", [features, width], .uniform(bound))
        bias = try store.make("\(name).bias", [columns, width], .uniform(bound))
        self.columns = columns == features ? nil : try Tensor(indices: columnOfFeature)
        self.dropout = dropout
        self.inputDropout = inputDropout
    }

    func tokens(of batch: ModalityBatch, training generator: TensorGenerator?) throws -> Tensor {
        let features = try batch.features
        let values = try generator.map { try features.dropout(inputDropout, $0) } ?? features
        let scaled = try values.unsqueezed(2) * vectors
        let summed = try columns.map {
            try Tensor.zeros([batch.rows.count] + bias.shape).addingAt(1, $0, scaled)
        }
        let tokens = try (summed ?? scaled) + bias
        return try generator.map { try tokens.dropout(dropout, $0) } ?? tokens
    }
}
