import Torch

/// SurvPath's attention between pathways and patches: one head, a layer norm before, no bias. Pathways attend to all
/// tokens; patches to pathways, and in MMP, or where a patient has none of these, to patches as well.
struct PathwayAttention {
    private let norm: LayerNorm
    private let projection: Linear
    private let width: Int
    private let bagAttendsToItself: Bool

    /// - Parameters:
    ///   - inputs: width of the tokens.
    ///   - width: of queries, keys and values.
    init(
        _ store: ParameterStore, _ name: String, from inputs: Int, to width: Int, bagAttendsToItself: Bool
    ) throws {
        norm = try LayerNorm(store, "\(name).norm", width: inputs)
        projection = try Linear(store, "\(name).in", from: inputs, to: 3 * width, bias: false)
        self.width = width
        self.bagAttendsToItself = bagAttendsToItself
    }

    /// Both sides' tokens after attention, of the new width.
    func callAsFunction(
        sets: ModalityTokens, bag: ModalityTokens
    ) throws -> (sets: ModalityTokens, bag: ModalityTokens) {
        let (ofSets, ofBag) = (try split(sets.values), try split(bag.values))
        let keys = try Tensor.concatenated([ofSets.keys, ofBag.keys], dimension: 1)
        let values = try Tensor.concatenated([ofSets.values, ofBag.values], dimension: 1)
        let absent =
            sets.absent == nil && bag.absent == nil
            ? nil : try Tensor.concatenated([sets.absentTokens, bag.absentTokens], dimension: 1)
        let fromSets = try attended(ofSets.queries, keys, values, absent)
        let fromBag: Tensor
        if bagAttendsToItself {
            fromBag = try attended(ofBag.queries, keys, values, absent)
        } else if sets.areOfEveryone {
            fromBag = try attended(ofBag.queries, ofSets.keys, ofSets.values, sets.absent)
        } else {
            let withheld = try bag.absentTokens.converted(to: .float) + sets.presence
            let hidden = try Tensor.concatenated(
                [sets.absentTokens, withheld.less(0.5).logicalNot()], dimension: 1)
            fromBag = try attended(ofBag.queries, keys, values, hidden)
        }
        return (sets.mapped { _ in fromSets }, bag.mapped { _ in fromBag })
    }

    private func attended(_ queries: Tensor, _ keys: Tensor, _ values: Tensor, _ absent: Tensor?) throws -> Tensor {
        let scores = try queries.batchMatmul(keys.transposed()) / Double(width).squareRoot()
        let masked = try absent.map { try scores.filled(where: $0.unsqueezed(1), with: -1e9) } ?? scores
        return try masked.softmax(2).batchMatmul(values)
    }

    private func split(_ x: Tensor) throws -> (queries: Tensor, keys: Tensor, values: Tensor) {
        let all = try projection(norm(x))
        func part(_ index: Int) throws -> Tensor { try all.narrowed(2, from: index * width, count: width) }
        return (try part(0), try part(1), try part(2))
    }
}

/// Layer norm, linear, GELU, dropout, linear: what follows the attention in SurvPath and MMP.
struct PathwayFeedForward {
    private let norm: LayerNorm
    private let inner: Linear
    private let outer: Linear
    private let dropout: Double

    init(_ store: ParameterStore, _ name: String, width: Int, dropout: Double) throws {
        norm = try LayerNorm(store, "\(name).norm", width: width)
        inner = try Linear(store, "\(name).in", from: width, to: width)
        outer = try Linear(store, "\(name).out", from: width, to: width)
        self.dropout = dropout
    }

    func callAsFunction(_ x: Tensor, training generator: TensorGenerator?) throws -> Tensor {
        let active = try inner(norm(x)).gelu()
        return try outer(generator.map { try active.dropout(dropout, $0) } ?? active)
    }
}
