import Torch

/// The detached embeddings of the most recent patients, as further candidates for contrasts when batches are small.
final class EmbeddingMemory {
    static let capacity = 256
    private var entries: [(patient: Int, vector: [Float])] = []

    var count: Int { entries.count }

    /// [entries, width]; nil when empty.
    func vectors() throws -> Tensor? {
        guard let first = entries.first else { return nil }
        return try Tensor(entries.flatMap(\.vector), shape: [entries.count, first.vector.count])
    }

    /// [patients, entries], true where the entry is of that very patient.
    func isOf(_ patients: [Int]) throws -> Tensor {
        try Tensor(
            mask: patients.flatMap { patient in entries.map { $0.patient == patient } },
            shape: [patients.count, entries.count])
    }

    /// Remembers embeddings [patients, width]; the oldest are forgotten.
    func remember(_ embedding: Tensor, of patients: [Int]) throws {
        let values = try embedding.floats()
        let width = values.count / max(patients.count, 1)
        for (row, patient) in patients.enumerated() {
            entries.append((patient, Array(values[row * width..<(row + 1) * width])))
        }
        entries.removeFirst(max(0, entries.count - EmbeddingMemory.capacity))
    }
}
