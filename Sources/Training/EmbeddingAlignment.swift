import Results
import Torch

/// Brings embeddings into the coordinates of a reference that embeds the same patients: for each role the translation,
/// rotation and scale that fit best over all modalities (orthogonal Procrustes, Schönemann 1966).
///
/// - Precondition: both have the same parts with the same rows.
func alignedParts(_ parts: [Embeddings.Part], to reference: [Embeddings.Part]) throws -> [Embeddings.Part] {
    var aligned = parts
    for role in Embeddings.Role.allCases {
        let indices = parts.indices.filter { parts[$0].role == role }
        guard let first = indices.first else { continue }
        let width = parts[first].vectors.columns
        let source = try Tensor.rows(indices.map { parts[$0].vectors }, width: width)
        let target = try Tensor.rows(
            indices.map { index in
                guard let match = reference.first(where: { $0.modality == parts[index].modality && $0.role == role }),
                    match.rows == parts[index].rows
                else { preconditionFailure("the reference embeds other patients") }
                return match.vectors
            }, width: width)
        let (sourceMean, targetMean) = (try source.mean(0, keeping: true), try target.mean(0, keeping: true))
        let (x, y) = (try source - sourceMean, try target - targetMean)
        let (u, singular, vt) = try x.transposed().matmul(y).singularValues()
        let spread = try x.square().sum().item()
        let scale = spread > 0 ? try singular.sum().item() / spread : 1
        let moved = try x.matmul(u.matmul(vt)) * scale + targetMean
        let values = try moved.doubles()
        var offset = 0
        for index in indices {
            let count = parts[index].vectors.values.count
            aligned[index].vectors.values = Array(values[offset..<offset + count])
            offset += count
        }
    }
    return aligned
}

extension Tensor {
    fileprivate static func rows(_ matrices: [Matrix], width: Int) throws -> Tensor {
        try Tensor(
            double: matrices.flatMap(\.values), shape: [matrices.reduce(0) { $0 + $1.rows }, width])
    }
}
