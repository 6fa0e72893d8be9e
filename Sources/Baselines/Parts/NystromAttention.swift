import Torch

/// Attention in several heads, approximated through landmarks (Nyström; Xiong et al. 2021, arXiv:2102.03902) in linear time
/// and memory:
///
///     softmax(Q K̃ᵀ) · pinv(softmax(Q̃ K̃ᵀ)) · softmax(Q̃ Kᵀ) V + depthwise convolution of V along the tokens
///
/// Q̃ and K̃ are means of consecutive queries and keys, the tokens padded in front with zeros to a multiple of their number;
/// the pseudoinverse takes six iterations of third order. O(tokens × landmarks).
///
/// All bags of a call have the same number of tokens, and no patient depends on another: the iterations begin for each
/// patient as they would alone.
struct NystromAttention {
    private static let iterations = 6
    private static let kernel = 33
    private let projection: Linear
    private let output: Linear
    /// [heads, 1, 33, 1]
    private let residual: Tensor
    private let width: Int
    private let heads: Int
    private let landmarks: Int
    private let dropout: Double

    /// - Precondition: `width` is a multiple of `heads`.
    init(
        _ store: ParameterStore, _ name: String, width: Int, heads: Int, landmarks: Int, dropout: Double
    ) throws {
        precondition(width % heads == 0, "\(heads) heads do not divide a width of \(width)")
        self.width = width
        self.heads = heads
        self.landmarks = landmarks
        self.dropout = dropout
        projection = try Linear(store, "\(name).in", from: width, to: 3 * width, bias: false)
        output = try Linear(store, "\(name).out", from: width, to: width)
        residual = try store.make(
            "\(name).residual", [heads, 1, Self.kernel, 1], .uniform(1 / Double(Self.kernel).squareRoot()))
    }

    /// [patients, tokens, width] → the same shape.
    func callAsFunction(_ x: Tensor, training generator: TensorGenerator?) throws -> Tensor {
        let (patients, tokens) = (x.shape[0], x.shape[1])
        let padding = (landmarks - tokens % landmarks) % landmarks
        let padded = padding == 0 ? x : try .concatenated([.zeros([patients, padding, width]), x], dimension: 1)
        let total = tokens + padding
        let depth = width / heads
        // [3, patients, heads, tokens, depth]
        let parts = try projection(padded).reshaped([patients, total, 3, heads, depth]).permuted([2, 0, 3, 1, 4])
        func part(_ index: Int) throws -> Tensor { try parts.narrowed(0, from: index, count: 1).squeezed(0) }
        let (q, k, v) = (try part(0) / Double(depth).squareRoot(), try part(1), try part(2))
        func means(_ x: Tensor) throws -> Tensor {
            try x.reshaped([patients, heads, landmarks, total / landmarks, depth]).mean(3)
        }
        let (fewQueries, fewKeys) = (try means(q), try means(k))
        let toLandmarks = try q.matmul(fewKeys.transposed()).softmax(-1)
        let between = try fewQueries.matmul(fewKeys.transposed()).softmax(-1)
        let fromLandmarks = try fewQueries.matmul(k.transposed()).softmax(-1)
        let mixed = try toLandmarks.matmul(Self.pseudoinverse(between)).matmul(fromLandmarks.matmul(v))
        let all = try (mixed + v.convolvedByChannel(residual)).transposed(1, 2).reshaped([patients, total, width])
        let out = try output(all.narrowed(1, from: padding, count: tokens))
        return try generator.map { try out.dropout(dropout, $0) } ?? out
    }

    /// Of matrices [patients, heads, n, n]: Z ← ¼ Z (13 I − A Z (15 I − A Z (7 I − A Z))), from Aᵀ/(‖A‖₁ ‖A‖_∞) with
    /// the largest norms over a patient's heads.
    private static func pseudoinverse(_ a: Tensor) throws -> Tensor {
        func largest(_ sums: Tensor) throws -> Tensor { try sums.maximum(2, keeping: true).maximum(1, keeping: true) }
        let magnitudes = try a.abs()
        let norms = try largest(magnitudes.sum(3)) * largest(magnitudes.sum(2))
        let identity = try Tensor.identity(a.shape[3])
        var z = try a.transposed() / norms.unsqueezed(3)
        for _ in 0..<iterations {
            let az = try a.matmul(z)
            let inner = try identity * 15 - az.matmul(identity * 7 - az)
            z = try z.matmul(identity * 13 - az.matmul(inner)) * 0.25
        }
        return z
    }
}
