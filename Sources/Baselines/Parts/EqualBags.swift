import SurvivalNetworks
import Torch

/// Patients of a batch who have equally many tokens of either of two modalities, so that nothing has to be padded: for
/// layers that mix neighbouring tokens or count them.
struct EqualBags {
    /// Positions in the batch.
    let positions: [Int]
    /// `positions` as a tensor of indices.
    let indices: Tensor
    /// [patients, tokens, width]; nil when these patients lack the modality.
    let sets: Tensor?
    let bag: Tensor?

    /// All patients of the batch in groups, ordered by the first patient of each.
    static func groups(
        _ batch: Batch, _ pair: ModalityPair, sets: ModalityTokens, bag: ModalityTokens
    ) throws -> [EqualBags] {
        func counts(_ modality: Int) -> [Int] {
            var counts = [Int](repeating: 0, count: batch.count)
            if let part = batch.modalities[modality] {
                for (row, count) in zip(part.rows, part.tokenCounts) { counts[row] = count }
            }
            return counts
        }
        let (setCounts, bagCounts) = (counts(pair.sets), counts(pair.bag))
        var order: [[Int]] = []
        var members: [[Int]: [Int]] = [:]
        for position in 0..<batch.count {
            let key = [setCounts[position], bagCounts[position]]
            if members[key] == nil { order.append(key) }
            members[key, default: []].append(position)
        }
        return try order.map { key in
            let positions = members[key] ?? []
            let indices = try Tensor(indices: positions)
            func tokens(_ all: ModalityTokens, _ count: Int) throws -> Tensor? {
                guard count > 0 else { return nil }
                return try all.values.selected(0, indices).narrowed(1, from: 0, count: count)
            }
            return EqualBags(
                positions: positions, indices: indices, sets: try tokens(sets, key[0]), bag: try tokens(bag, key[1]))
        }
    }
}
