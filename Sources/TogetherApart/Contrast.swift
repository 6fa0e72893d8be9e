import Torch

/// InfoNCE (van den Oord et al. 2018): row i of `x` is to recognise row i of `y` among all rows of `y` and the
/// remembered ones, by cosine over τ; the mean of both directions.
///
/// - Parameters:
///   - x, y: [patients, width], the same patients.
///   - patients: who they are, so that nobody is their own negative in a memory.
///   - memoryX, memoryY: the directions of recent embeddings of either kind.
/// - Returns: nil when there are fewer than two candidates.
func infoNCE(
    _ x: Tensor, _ y: Tensor, patients: [Int], temperature: Double, memoryX: EmbeddingMemory? = nil,
    memoryY: EmbeddingMemory? = nil
) throws -> Tensor? {
    guard patients.count + max(memoryX?.count ?? 0, memoryY?.count ?? 0) >= 2 else { return nil }
    return try x.contrast(
        with: y, temperature: temperature, memories: (memoryX?.rows(), memoryY?.rows()),
        own: (memoryX?.isOf(patients), memoryY?.isOf(patients)))
}

/// Variance-invariance-covariance terms between the two embeddings of the same patients (Bardes et al. 2022,
/// arXiv:2105.04906): mean ‖x − y‖², plus for both the hinge Σ_j max(0, 1 − sd_j) and 0.1 · Σ_{j≠l} cov_jl² / width.
///
/// Remembered embeddings take part in variance and covariance, which are left out below two rows.
func varianceInvarianceCovariance(
    _ x: Tensor, _ y: Tensor, memoryX: EmbeddingMemory? = nil, memoryY: EmbeddingMemory? = nil
) throws -> Tensor {
    try x.varianceInvarianceCovariance(with: y, memories: (memoryX?.rows(), memoryY?.rows()))
}
