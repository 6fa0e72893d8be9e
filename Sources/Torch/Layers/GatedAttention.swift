/// Gated attention over the instances of a bag (Ilse, Tomczak & Welling 2018, arXiv:1802.04712, eq. 9):
///
///     a = softmax_i(wᵀ(tanh(V hᵢ) ⊙ σ(U hᵢ))),   z = Σ aᵢ hᵢ
///
/// with dropout after either nonlinearity.
public struct GatedAttention {
    private let content: Linear
    private let gate: Linear
    private let score: Linear
    private let dropout: Double

    /// - Parameter hidden: rows of V and U.
    public init(_ store: ParameterStore, _ name: String, width: Int, hidden: Int, dropout: Double) throws {
        content = try Linear(store, "\(name).content", from: width, to: hidden)
        gate = try Linear(store, "\(name).gate", from: width, to: hidden)
        score = try Linear(store, "\(name).score", from: hidden, to: 1)
        self.dropout = dropout
    }

    /// - Parameters:
    ///   - instances: [patients, tokens, width]
    ///   - absent: true for tokens without part, [patients, tokens].
    /// - Returns: z [patients, width] and a [patients, tokens].
    public func callAsFunction(
        _ instances: Tensor, leavingOut absent: Tensor? = nil, training generator: TensorGenerator? = nil
    ) throws -> (pooled: Tensor, weights: Tensor) {
        func kept(_ x: Tensor) throws -> Tensor { try generator.map { try x.dropout(dropout, $0) } ?? x }
        let scores = try score(kept(content(instances).tanh()) * kept(gate(instances).sigmoid())).squeezed(2)
        let weights = try (absent.map { try scores.filled(where: $0, with: -1e9) } ?? scores).softmax(1)
        return (try weights.unsqueezed(1).batchMatmul(instances).squeezed(1), weights)
    }
}
