import SurvivalNetworks
import Torch

/// The tokens of one modality for every patient of a batch.
struct ModalityTokens {
    /// [patients, tokens, width]; zeros where there is none.
    let values: Tensor
    /// True where there is no token, [patients, tokens]; nil when every patient has all of them.
    let absent: Tensor?
    /// 1 for patients who have the modality, else 0: [patients, 1].
    let presence: Tensor
    /// Positions in the batch of the patients who have the modality.
    let rows: [Int]
    private let rowIndices: Tensor?

    /// - Parameters:
    ///   - part: nil when none of the patients has the modality.
    ///   - width: of the tokens that the encoder makes.
    ///   - count: tokens to stand in when none of the patients has the modality.
    ///   - areSummaries: the encoder makes equally many tokens of any bag.
    init(
        _ part: ModalityBatch?, of batch: Batch, width: Int, count: Int = 1, areSummaries: Bool = false,
        training generator: TensorGenerator?,
        encoder: any TokenEncoder
    ) throws {
        guard let part else {
            values = try .zeros([batch.count, count, width])
            absent = try Tensor(mask: [Bool](repeating: true, count: batch.count * count), shape: [batch.count, count])
            presence = try .zeros([batch.count, 1])
            rows = []
            rowIndices = nil
            return
        }
        let tokens = try encoder.tokens(of: part, training: generator)
        let mask = areSummaries ? nil : try part.mask
        rows = part.rows
        if part.rows.count == batch.count {
            rowIndices = nil
            values = tokens
            presence = try .ones([batch.count, 1])
            absent = try mask?.less(0.5)
        } else {
            rowIndices = part.rowIndices
            let count = tokens.shape[1]
            // Tokens that no layer has made may be narrow.
            values = try Tensor.zeros([batch.count, count, width]).converted(like: tokens)
                .addingAt(0, part.rowIndices, tokens)
            presence = try Tensor.zeros([batch.count, 1]).addingAt(0, part.rowIndices, .ones([part.rows.count, 1]))
            absent = try Tensor.zeros([batch.count, count])
                .addingAt(0, part.rowIndices, mask ?? .ones([part.rows.count, count])).less(0.5)
        }
    }

    /// The same tokens with other values.
    ///
    /// - Precondition: the values are of the same patients and tokens.
    private init(_ other: ModalityTokens, values: Tensor) {
        self.values = values
        absent = other.absent
        presence = other.presence
        rows = other.rows
        rowIndices = other.rowIndices
    }

    func mapped(_ transform: (Tensor) throws -> Tensor) rethrows -> ModalityTokens {
        ModalityTokens(self, values: try transform(values))
    }

    var count: Int { values.shape[1] }

    /// Whether every patient of the batch has the modality.
    var areOfEveryone: Bool { rows.count == values.shape[0] }

    /// True where there is no token, [patients, tokens].
    var absentTokens: Tensor {
        get throws {
            try absent
                ?? Tensor(
                    mask: [Bool](repeating: false, count: values.shape[0] * count), shape: [values.shape[0], count])
        }
    }

    /// Each patient's share of every token when all of a patient's count alike, [patients, tokens]; 0 for no token.
    var evenWeights: Tensor {
        get throws {
            guard let absent else { return try Tensor.ones([values.shape[0], count]) / Double(count) }
            let there = try absent.logicalNot().converted(to: .float)
            return try there / there.sum(1, keeping: true).clamped(min: 1)
        }
    }

    /// The mean over each patient's tokens, [patients, width]; zeros for a patient without any.
    func mean() throws -> Tensor { try evenWeights.unsqueezed(1).batchMatmul(values).squeezed(1) }

    /// What the patients look like in one modality, for those who have it.
    ///
    /// - Parameters:
    ///   - vectors: [patients, width], of the whole batch.
    ///   - saliency: [patients, tokens], of the whole batch; nil when tokens are not weighed.
    func embedding(_ modality: String, _ vectors: Tensor, saliency: Tensor?) throws -> EmbeddingOutput? {
        guard !rows.isEmpty else { return nil }
        func there(_ tensor: Tensor) throws -> Tensor { try rowIndices.map { try tensor.selected(0, $0) } ?? tensor }
        return EmbeddingOutput(
            modality: modality, role: .specific, rows: rows, vectors: try there(vectors),
            saliency: try saliency.map { try there($0).detached() })
    }
}
