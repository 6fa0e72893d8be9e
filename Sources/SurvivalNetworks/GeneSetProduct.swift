import Torch

/// The first layer of as many networks as there are gene sets: each set's features times its own weights.
///
/// Sets of like size share one batched product: they are put into classes by powers of two, padded within the class
/// with a feature that is always 0, so that padding at most doubles the work.
public struct GeneSetProduct {
    private struct SizeClass {
        /// Features of the sets one after another, padded with an index beyond the last: [sets · longest].
        let features: Tensor
        /// [sets, longest, d]
        let weight: Tensor
    }

    private let classes: [SizeClass]
    /// Brings the sets from the classes' order back into their own; nil where that is the same.
    private let order: Tensor?

    /// - Parameters:
    ///   - featureCount: features of a patient, which the sets index.
    ///   - width: d, outputs per set.
    ///   - initial: the weights' distribution, which is scaled by 1/√(size of the set).
    /// - Precondition: no set is empty.
    public init(
        _ store: ParameterStore, _ name: String, featureCount: Int, sets: [[Int]], width: Int,
        _ initial: ParameterStore.Initial
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
            let filled = members.reduce(0) { $0 + sets[$1].count }
            let weight = try store.make(
                "\(name).\(number).weight", [members.count, longest, width], initial,
                padding: (members.count * longest - filled) * width)
            try weight.assign(weight.detached() * Tensor(scale, shape: [members.count, 1, 1]))
            classes.append(SizeClass(features: try Tensor(indices: features), weight: weight))
            sequence += members
        }
        self.classes = classes
        var position = [Int](repeating: 0, count: sets.count)
        for (place, member) in sequence.enumerated() { position[member] = place }
        order = position == Array(sets.indices) ? nil : try Tensor(indices: position)
    }

    /// [patients, features] → [sets, patients, d], the sets in the order of the classes.
    public func callAsFunction(_ values: Tensor) throws -> Tensor {
        let products = try classes.map { try values.multiplied(bySets: $0.features, $0.weight) }
        return products.count == 1 ? products[0] : try .concatenated(products)
    }

    /// [sets, patients, …] in the order of the classes → [patients, sets, …] in the sets' own.
    public func inOrder(_ x: Tensor) throws -> Tensor {
        try (order.map { try x.selected(0, $0) } ?? x).transposed(0, 1)
    }
}
