import Torch

/// Gene sets as tokens: one small self-normalising network (Klambauer et al. 2017) per set, genes → d, SELU and alpha
/// dropout, then a layer norm common to all sets. A second layer per set lost concordance in simulation.
///
/// Sets of like size share one batched product: they are put into classes by powers of two, padded within the class
/// with a feature that is always 0, so that padding at most doubles the work.
struct GeneSetEncoder: TokenEncoder {
    private struct SizeClass {
        /// Features of the sets one after another, padded with the index of the zero feature: [sets · longest].
        let features: Tensor
        let setCount: Int
        let longest: Int
        /// [sets, longest, d]
        let weight: Tensor
    }

    private let classes: [SizeClass]
    /// Brings the sets from the classes' order back into their own.
    private let order: Tensor
    /// [sets, 1, d], in the classes' order.
    private let bias: Tensor
    private let norm: LayerNorm
    private let dropout: Double
    private let inputDropout: Double

    init(
        _ store: ParameterStore, _ name: String, featureCount: Int, sets: [[Int]], width: Int, dropout: Double,
        inputDropout: Double
    ) throws {
        // The number of binary digits of size − 1: 1, 2, 3–4, 5–8, …
        let bySize = Dictionary(grouping: sets.indices) { Int.bitWidth - (sets[$0].count - 1).leadingZeroBitCount }
        var classes: [SizeClass] = []
        var sequence: [Int] = []
        for (number, members) in bySize.sorted(by: { $0.key < $1.key }).map(\.value).enumerated() {
            let longest = members.map { sets[$0].count }.max() ?? 0
            var features: [Int] = []
            var scale: [Float] = []
            for member in members {
                let set = sets[member]
                features += set + repeatElement(featureCount, count: longest - set.count)
                scale.append(1 / Float(set.count).squareRoot())
            }
            let weight = try store.make(
                "\(name).\(number).weight", [members.count, longest, width], .normal(1))
            try weight.assign(weight.detached() * Tensor(scale, shape: [members.count, 1, 1]))
            classes.append(
                SizeClass(
                    features: try Tensor(indices: features), setCount: members.count, longest: longest, weight: weight))
            sequence += members
        }
        self.classes = classes
        var position = [Int](repeating: 0, count: sets.count)
        for (place, member) in sequence.enumerated() { position[member] = place }
        order = try Tensor(indices: position)
        bias = try store.make("\(name).bias", [sets.count, 1, width], .zeros)
        norm = try LayerNorm(store, "\(name).norm", width: width)
        self.dropout = dropout
        self.inputDropout = inputDropout
    }

    func tokens(of batch: ModalityBatch, training generator: TensorGenerator?) throws -> Tensor {
        let patients = batch.rows.count
        let values = try generator.map { try batch.values.dropout(inputDropout, $0) } ?? batch.values
        let padded = try Tensor.concatenated([values, .zeros([patients, 1])], dimension: 1)
        let products = try classes.map { sizeClass in
            try padded.selected(1, sizeClass.features)
                .reshaped([patients, sizeClass.setCount, sizeClass.longest])
                .transposed(0, 1)
                .batchMatmul(sizeClass.weight)
        }
        // [sets, patients, d]
        let active = try (Tensor.concatenated(products) + bias).selu()
        let kept = try generator.map { try active.alphaDropout(dropout, $0) } ?? active
        return try norm(kept.selected(0, order).transposed(0, 1))
    }
}
