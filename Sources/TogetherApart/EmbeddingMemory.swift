import Torch

/// The detached embeddings of the most recent patients, as further candidates for contrasts when batches are small.
final class EmbeddingMemory {
    static let capacity = 256
    private var patients: [Int] = []
    /// [entries, width], the oldest first; nil when empty.
    private(set) var vectors: Tensor?
    /// The same, each divided by its length.
    private(set) var directions: Tensor?

    var count: Int { patients.count }

    /// [patients, entries], true where the entry is of that very patient; nil when none is of any.
    func isOf(_ patients: [Int]) throws -> Tensor? {
        guard patients.contains(where: self.patients.contains) else { return nil }
        return try Tensor(
            mask: patients.flatMap { patient in self.patients.map { $0 == patient } },
            shape: [patients.count, self.patients.count])
    }

    /// Remembers embeddings [patients, width]; the oldest are forgotten.
    func remember(_ embedding: Tensor, of patients: [Int]) throws {
        self.patients += patients
        let surplus = max(0, self.patients.count - EmbeddingMemory.capacity)
        self.patients.removeFirst(surplus)
        func appended(_ entries: Tensor?, _ new: Tensor) throws -> Tensor {
            let all = try entries.map { try Tensor.concatenated([$0, new]) } ?? new.copied()
            return surplus == 0 ? all : try all.narrowed(0, from: surplus, count: self.patients.count)
        }
        let new = try embedding.detached()
        directions = try appended(directions, new.normalized())
        vectors = try appended(vectors, new)
    }
}
