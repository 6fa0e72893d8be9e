import Torch

/// InfoNCE (van den Oord et al. 2018): row i of `x` is to recognise row i of `y` among all rows of `y` and the
/// remembered ones, by cosine over τ; the mean of both directions.
///
/// - Parameters:
///   - x, y: [patients, width], the same patients.
///   - patients: who they are, so that nobody is their own negative in a memory.
///   - memoryX, memoryY: recent embeddings of either kind.
/// - Returns: nil when there are fewer than two candidates.
func infoNCE(
    _ x: Tensor, _ y: Tensor, patients: [Int], temperature: Double, memoryX: EmbeddingMemory? = nil,
    memoryY: EmbeddingMemory? = nil
) throws -> Tensor? {
    guard patients.count + max(memoryX?.count ?? 0, memoryY?.count ?? 0) >= 2 else { return nil }
    let (unitX, unitY) = (try x.normalized(), try y.normalized())
    func direction(_ from: Tensor, _ to: Tensor, _ memory: EmbeddingMemory?) throws -> Tensor {
        let own = try from.matmul(to.transposed()) / temperature
        var all = own
        if let memory, let remembered = try memory.vectors() {
            let others = try from.matmul(remembered.normalized().transposed()) / temperature
            all = try .concatenated([own, others.filled(where: memory.isOf(patients), with: -1e9)], dimension: 1)
        }
        return try (all.logSumExp(1) - own.diagonal()).mean()
    }
    return try (direction(unitX, unitY, memoryY) + direction(unitY, unitX, memoryX)) * 0.5
}

/// Variance-invariance-covariance terms between the two embeddings of the same patients (Bardes et al. 2022,
/// arXiv:2105.04906): mean ‖x − y‖², plus for both the hinge Σ_j max(0, 1 − sd_j) and 0.1 · Σ_{j≠l} cov_jl² / width.
///
/// Remembered embeddings take part in variance and covariance, which are left out below two rows.
func varianceInvarianceCovariance(
    _ x: Tensor, _ y: Tensor, memoryX: EmbeddingMemory? = nil, memoryY: EmbeddingMemory? = nil
) throws -> Tensor {
    var loss = try (x - y).square().sum(1).mean()
    for (embedding, memory) in [(x, memoryX), (y, memoryY)] {
        let remembered = try memory?.vectors()
        let rows = try remembered.map { try Tensor.concatenated([embedding, $0]) } ?? embedding
        let count = rows.shape[0]
        guard count >= 2 else { continue }
        let centred = try rows - rows.mean(0, keeping: true)
        let covariance = try centred.transposed().matmul(centred) / Double(count - 1)
        let deviations = try (covariance.diagonal() + 1e-4).sqrt()
        let offDiagonal = try covariance.square().sum() - covariance.diagonal().square().sum()
        loss = try loss + (1 - deviations).relu().sum() + offDiagonal * (0.1 / Double(rows.shape[1]))
    }
    return loss
}
