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
        let each = (tokens + padding) / landmarks
        let depth = width / heads
        // [3, patients, heads, tokens, depth]
        let parts = try projection(x).reshaped([patients, tokens, 3, heads, depth]).permuted([2, 0, 3, 1, 4])
        func part(_ index: Int) throws -> Tensor { try parts.narrowed(0, from: index, count: 1).squeezed(0) }
        func padded(_ x: Tensor, _ count: Int) throws -> Tensor {
            count == 0 ? x : try .concatenated([.zeros([patients, heads, count, depth]), x], dimension: 2)
        }
        // Zeros are alike: one key stands for all of them, and one landmark for those that are means of zeros alone.
        let empty = padding / each
        let keyCounts = try Self.counts(standingFor: padding, among: min(padding, 1) + tokens)
        let landmarkCounts = try Self.counts(standingFor: empty, among: min(empty, 1) + landmarks - empty)
        func means(_ x: Tensor) throws -> Tensor {
            let own = try padded(x, padding % each).reshaped([patients, heads, landmarks - empty, each, depth]).mean(3)
            return try padded(own, min(empty, 1))
        }
        func attention(_ queries: Tensor, _ keys: Tensor, _ counts: Tensor?) throws -> Tensor {
            let scores = try queries.matmul(keys.transposed())
            return try (counts.map { try scores + $0.log() } ?? scores).softmax(-1)
        }
        let (q, k, v) = (try part(0) / Double(depth).squareRoot(), try part(1), try part(2))
        let (fewQueries, fewKeys) = (try means(q), try means(k))
        let toLandmarks = try attention(q, fewKeys, landmarkCounts)
        let between = try attention(fewQueries, fewKeys, landmarkCounts)
        let fromLandmarks = try attention(fewQueries, padded(k, min(padding, 1)), keyCounts)
        let mixed = try toLandmarks.matmul(Self.pseudoinverse(between, landmarkCounts))
            .matmul(fromLandmarks.matmul(padded(v, min(padding, 1))))
        let all = try (mixed + v.convolvedByChannel(residual)).transposed(1, 2).reshaped([patients, tokens, width])
        let out = try output(all)
        return try generator.map { try out.dropout(dropout, $0) } ?? out
    }

    /// How many each of `total` stands for: the first one for so many, the others for themselves; nil when it, too, does.
    private static func counts(standingFor first: Int, among total: Int) throws -> Tensor? {
        guard first > 1 else { return nil }
        return try Tensor([Float(first)] + [Float](repeating: 1, count: total - 1), shape: [total])
    }

    /// Of attention [patients, heads, n, n] between landmarks: Z ← ¼ Z (13 I − A Z (15 I − A Z (7 I − A Z))), from
    /// Aᵀ/(‖A‖₁ ‖A‖_∞) with the largest norms over a patient's heads; ‖A‖_∞ is 1, as rows add up to 1.
    ///
    /// Where a landmark stands for several, its column of A is the sum of theirs. With N the numbers they stand for, products
    /// of such matrices are again sums of the columns of the whole ones' products, and Aᵀ becomes (N A N⁻¹)ᵀ.
    private static func pseudoinverse(_ a: Tensor, _ counts: Tensor?) throws -> Tensor {
        let whole = try counts.map { try a * $0.unsqueezed(1) / $0 } ?? a
        let norm = try whole.sum(2).maximum(2, keeping: true).maximum(1, keeping: true)
        return try a.pseudoinverse(from: whole.transposed() / norm.unsqueezed(3), iterations: iterations)
    }
}
