import Foundation
import Results
import Torch

/// What patients' shared embeddings explain of a modality's specific one: r ≈ r̄ + (s − s̄) B, by least squares over the
/// training patients, where s is the mean of the shared embeddings of the modalities that a patient has.
///
/// The remainder r − (s − s̄) B is uncorrelated with s there, and (s, r) and (s, remainder) span the same functions: a
/// linear head loses nothing, W_s s + W_r r = (W_s + W_r Bᵀ) s + W_r (r − Bᵀ s).
struct SharedExplanation {
    /// s̄ [1, shared width]
    private let mean: Tensor
    /// B [shared width, d]
    private let coefficients: Tensor

    /// - Parameters: vectors of the same patients; those that are no numbers have no part. Nil when fewer patients are
    ///   left than s has dimensions, since then everything would be explained.
    /// - Precondition: the matrices have the same rows.
    init?(of specific: Matrix, by shared: Matrix) throws {
        precondition(specific.rows == shared.rows, "embeddings of different patients")
        let known = (0..<shared.rows).filter { row in
            specific[row: row].allSatisfy(\.isFinite) && shared[row: row].allSatisfy(\.isFinite)
        }
        guard known.count > shared.columns + 1 else { return nil }
        func tensor(_ matrix: Matrix) throws -> Tensor {
            try Tensor(double: known.flatMap { matrix[row: $0] }, shape: [known.count, matrix.columns])
        }
        let (s, r) = (try tensor(shared), try tensor(specific))
        let centre = try s.mean(0, keeping: true)
        // The pseudo-inverse: directions in which s hardly varies explain nothing.
        let (u, singular, vt) = try (s - centre).singularValues()
        let values = try singular.doubles()
        let least = 1e-6 * (values.first ?? 0)
        let inverse = try Tensor(double: values.map { $0 > least ? 1 / $0 : 0 }, shape: [values.count, 1])
        let projected = try u.transposed().matmul(r - r.mean(0, keeping: true))
        let fitted = try vt.transposed().matmul(projected * inverse)
        mean = try Tensor(centre.doubles().map(Float.init), shape: centre.shape)
        coefficients = try Tensor(fitted.doubles().map(Float.init), shape: fitted.shape)
    }

    /// r − (s − s̄) B for specific embeddings [patients, d] and the shared ones of the same patients.
    func remainder(of specific: Tensor, given shared: Tensor) throws -> Tensor {
        try specific - (shared - mean).matmul(coefficients)
    }
}

/// The mean vector of each patient over the parts that have one.
struct PatientMeans {
    private var sums: [Int: [Double]] = [:]
    private var counts: [Int: Int] = [:]

    /// - Precondition: the parts have one width.
    init(_ parts: [Embeddings.Part]) {
        for part in parts {
            for (place, row) in part.rows.enumerated() {
                let vector = part.vectors[row: place]
                sums[row] = sums[row].map { zip($0, vector).map { $0 + $1 } } ?? Array(vector)
                counts[row, default: 0] += 1
            }
        }
    }

    /// Nil when a patient has no vector.
    func of(_ rows: [Int]) -> Matrix? {
        var values: [Double] = []
        for row in rows {
            guard let sum = sums[row], let count = counts[row] else { return nil }
            values += sum.map { $0 / Double(count) }
        }
        guard !rows.isEmpty else { return nil }
        return Matrix(rows: rows.count, columns: values.count / rows.count, values: values)
    }
}
