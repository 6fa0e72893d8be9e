import Torch

/// Rows of the most recent patients, without history, as further candidates for contrasts when batches are small.
final class EmbeddingMemory {
    static let capacity = 256
    private var patients: [Int] = []
    /// Twice as many places as are remembered, so that rows are seldom moved; those in use begin at `start`.
    private var places: Tensor?
    private var start = 0
    private var used = 0
    /// What came last. It is put into its place when the rows are next wanted: until then a gradient may be on its way that
    /// wants them as they were.
    private var latest: Tensor?

    var count: Int { patients.count }

    /// [entries, width], the oldest first; nil when empty.
    func rows() throws -> Tensor? {
        try settle()
        return try places?.narrowed(0, from: start, count: used)
    }

    /// [patients, entries], true where the entry is of that very patient; nil when none is of any.
    func isOf(_ patients: [Int]) throws -> Tensor? {
        guard patients.contains(where: self.patients.contains) else { return nil }
        return try Tensor(
            mask: patients.flatMap { patient in self.patients.map { $0 == patient } },
            shape: [patients.count, self.patients.count])
    }

    /// Remembers a row for each patient, [patients, width]; the oldest are forgotten.
    ///
    /// - Precondition: no more than the capacity come at a time.
    func remember(_ rows: Tensor, of patients: [Int]) throws {
        precondition(patients.count <= EmbeddingMemory.capacity, "more patients than are remembered")
        try settle()
        latest = try rows.detached()
        self.patients += patients
        self.patients.removeFirst(max(0, self.patients.count - EmbeddingMemory.capacity))
    }

    private func settle() throws {
        guard let latest else { return }
        let shape = latest.shape
        let kept = patients.count - shape[0]
        let all = try places ?? .zeros([2 * EmbeddingMemory.capacity, shape[1]])
        start += used - kept
        if start + patients.count > 2 * EmbeddingMemory.capacity {
            try all.narrowed(0, from: 0, count: kept).assign(all.narrowed(0, from: start, count: kept).copied())
            start = 0
        }
        try all.narrowed(0, from: start + kept, count: shape[0]).assign(latest)
        (places, used, self.latest) = (all, patients.count, nil)
    }
}
