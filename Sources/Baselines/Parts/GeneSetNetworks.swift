import SurvivalNetworks
import Torch

/// One self-normalising network per gene set (Klambauer et al. 2017), as MCAT and its successors have them: layers of a
/// linear map, ELU and alpha dropout.
///
/// Deviation: layers of all sets are batched products, not a loop over the sets.
struct GeneSetNetworks: TokenEncoder {
    private let first: GeneSetProduct
    private let firstBias: Tensor
    /// Further layers: [sets, in, out] and [sets, 1, out], in the order of the product's classes.
    private let weights: [Tensor]
    private let biases: [Tensor]
    private let dropout: Double
    private let inputDropout: Double

    /// - Parameter widths: outputs of each layer; the last is the width of the tokens.
    init(
        _ store: ParameterStore, _ name: String, featureCount: Int, sets: [[Int]], widths: [Int], dropout: Double,
        inputDropout: Double
    ) throws {
        first = try GeneSetProduct(
            store, name, featureCount: featureCount, sets: sets, width: widths[0], .uniform(1))
        firstBias = try store.make("\(name).bias", [sets.count, 1, widths[0]], .zeros)
        var weights: [Tensor] = []
        var biases: [Tensor] = []
        for (index, (from, to)) in zip(widths, widths.dropFirst()).enumerated() {
            let bound = 1 / Double(from).squareRoot()
            weights.append(try store.make("\(name).layer\(index + 2).weight", [sets.count, from, to], .uniform(bound)))
            biases.append(try store.make("\(name).layer\(index + 2).bias", [sets.count, 1, to], .uniform(bound)))
        }
        self.weights = weights
        self.biases = biases
        self.dropout = dropout
        self.inputDropout = inputDropout
    }

    func tokens(of batch: ModalityBatch, training generator: TensorGenerator?) throws -> Tensor {
        func active(_ x: Tensor) throws -> Tensor {
            let elu = try x.elu()
            return try generator.map { try elu.alphaDropout(dropout, $0) } ?? elu
        }
        let values = try generator.map { try batch.values.dropout(inputDropout, $0) } ?? batch.values
        var x = try active(first(values) + firstBias)
        for (weight, bias) in zip(weights, biases) { x = try active(x.batchMatmul(weight) + bias) }
        return try first.inOrder(x)
    }
}
