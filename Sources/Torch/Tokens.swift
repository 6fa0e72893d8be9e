internal import CTorch

/// The tokens H of a batch of bags, on their way past those who read them.
///
/// Every reader hands the tokens on to the next, so that backward their gradients gather in one piece of memory, one reader
/// after the other, and no sum of matrices as large as H is ever made.
public final class Tokens {
    /// H [tokens of all patients, d], as the last reader handed it on.
    public private(set) var matrix: Tensor
    public let segments: Segments
    /// What the tokens are made of before the first nonlinearity, [tokens of all patients, linear width], where that is
    /// gathered, too.
    public let linear: Tokens?
    /// Whether readers multiply rounded tokens.
    private let isNarrow: Bool
    /// The tokens rounded, once somebody has read them.
    private var rounded: Tensor?

    /// - Parameter precision: of the products that tokens enter where they are many, single or bfloat16.
    public init(
        _ matrix: Tensor, _ segments: Segments, precision: Tensor.ScalarType = .float, madeOf linear: Tensor? = nil
    ) {
        self.matrix = matrix
        self.segments = segments
        self.linear = linear.map { Tokens($0, segments) }
        isNarrow = precision == .bfloat && matrix.scalarType == .float && matrix.shape[0] >= 2 * matrix.shape[1]
    }

    /// cos(W h, p) of every token h and prototype p [K, d]: [tokens, K]. W h is not made where tokens are many.
    public func cosines(through layer: Linear, with prototypes: Tensor) throws -> Tensor {
        try read { narrow, passed in
            try .made {
                ct_prototype_cosines(
                    matrix.handle, narrow, layer.weight.handle, prototypes.handle, &passed, &$0)
            }
        }
    }

    /// Weighted sums of each patient's tokens, weightsᵀ H: by [tokens, K] → [patients, K, d].
    public func pooled(by weights: Tensor) throws -> Tensor {
        try read { narrow, passed in
            try .made {
                ct_gathered(
                    matrix.handle, narrow, weights.handle, segments.counts.map(Int64.init), segments.count, &passed, &$0
                )
            }
        }
    }

    /// How much each anchor attends to each token, before the softmax.
    public enum AnchorScores {
        /// H Qᵀ of queries Q [anchors, d], scaled: by what the tokens hold.
        case ofContent(queries: Tensor)
        /// [tokens of a patient, anchors], the same for all patients: by which tokens they are.
        case ofIdentity(Tensor)
    }

    /// What anchors gather by attention, once for every view: the softmax of the scores over a patient's tokens, its mean
    /// over the anchors, the tokens weighted by it.
    ///
    /// - Parameter views: masks [tokens] of those without part; nil for none.
    /// - Returns: what is gathered, [patients, views, d], and the tokens' weights in it, [tokens, views].
    public func attended(
        by scores: AnchorScores, views: [Tensor?]
    ) throws -> (pooled: Tensor, weights: Tensor) {
        var (queries, own): (Tensor?, Tensor?)
        switch scores {
        case .ofContent(let asked): queries = asked
        case .ofIdentity(let known): own = known
        }
        var weights: OpaquePointer?
        let pooled = try read { narrow, passed in
            try Tensor.made {
                ct_anchor_attention(
                    matrix.handle, narrow, queries?.handle, own?.handle, views.map { $0?.handle }, views.count,
                    segments.counts.map(Int64.init), segments.count, &passed, &$0, &weights)
            }
        }
        guard let weights else { throw TorchError(message: "no weights were made") }
        return (pooled, Tensor(owning: weights))
    }

    private func read(_ body: (_ narrow: OpaquePointer?, inout OpaquePointer?) throws -> Tensor) throws -> Tensor {
        var passed: OpaquePointer?
        if isNarrow, rounded == nil { rounded = try matrix.detached().converted(to: .bfloat) }
        let result = try body(rounded?.handle, &passed)
        guard let passed else { throw TorchError(message: "the tokens were not handed on") }
        matrix = Tensor(owning: passed)
        return result
    }
}

extension Tensor {
    /// These shares [tokens of all patients, K] times exp(E Pᵀ/√d), of keys E [tokens of a patient, d] that are the same for
    /// all patients and prototypes P [K, d]; each column made to sum to 1 again over a patient's tokens.
    public func counted(by keys: Tensor, of prototypes: Tensor) throws -> Tensor {
        try .made { ct_keyed_shares(handle, keys.handle, prototypes.handle, &$0) }
    }

    /// Σ_k π_k u_k with π = softmax_k(score(tanh(hidden(u_k)))) of self, u [patients, K, d]: [patients, d]; and π
    /// [patients, K].
    public func gatedMean(hidden: Linear, score: Linear) throws -> (mean: Tensor, weights: Tensor) {
        guard let bias = hidden.bias else { preconditionFailure("a gate's hidden layer has a bias") }
        var weights: OpaquePointer?
        let mean = try Tensor.made {
            ct_gated_mean(handle, hidden.weight.handle, bias.handle, score.weight.handle, &$0, &weights)
        }
        guard let weights else { throw TorchError(message: "no weights were made") }
        return (mean, Tensor(owning: weights))
    }
}
