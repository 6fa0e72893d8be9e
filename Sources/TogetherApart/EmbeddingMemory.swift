import Torch

/// The detached embeddings of the most recent patients, as further candidates for contrasts when batches are small.
final class EmbeddingMemory {
    static let capacity = 256
    private var patients: [Int] = []
    private var entries: Tensor?

    var count: Int { patients.count }

    /// [entries, width], the oldest first; nil when empty.
    func vectors() throws -> Tensor? { entries }

    /// [patients, entries], true where the entry is of that very patient.
    func isOf(_ patients: [Int]) throws -> Tensor {
        try Tensor(
            mask: patients.flatMap { patient in self.patients.map { $0 == patient } },
            shape: [patients.count, self.patients.count])
    }

    /// Remembers embeddings [patients, width]; the oldest are forgotten.
    func remember(_ embedding: Tensor, of patients: [Int]) throws {
        let new = try embedding.detached()
        let all = try entries.map { try Tensor.concatenated([$0, new]) } ?? new.copied()
        self.patients += patients
        let surplus = max(0, self.patients.count - EmbeddingMemory.capacity)
        self.patients.removeFirst(surplus)
        entries = try all.narrowed(0, from: surplus, count: self.patients.count)
    }
}
