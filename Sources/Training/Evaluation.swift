import Results
import SurvivalNetworks
import Torch

/// What a network says of patients in evaluation, batch by batch.
struct Evaluation {
    /// Network outputs, patients × outputs.
    var outputs: Matrix
    /// Embeddings with rows into the evaluated patients, a part per modality and role.
    var parts: [Embeddings.Part]
    /// What the embeddings drew from every token; a part per modality and role where the network weighs tokens.
    var saliency: [Saliency.Part]
    /// A part per modality, where the network has prototypes.
    var prototypes: [PrototypeUse.Part]

    /// - Parameter observe: told the share done after every batch; what it throws ends the evaluation.
    init(
        _ network: any SurvivalNetwork, _ inputs: [ModalityInput], patients: [Int],
        observe: (Double) throws -> Void = { _ in }
    ) throws {
        let inputs = inputs.map { $0.readingAhead() }
        for input in inputs { input.expect(patients) }
        var outputs: [Double] = []
        var outputCount = 0
        var collected: [Collected] = []
        var start = 0
        while start < patients.count {
            let rows = Evaluation.batch(of: patients[start...], inputs)
            try withoutGradients {
                let batch = try Batch(rows, of: inputs)
                let output = try network.forward(batch, training: nil)
                outputs += try output.outputs.doubles()
                outputCount = output.outputs.shape[1]
                for embedding in output.embeddings {
                    guard let modality = inputs.firstIndex(where: { $0.name == embedding.modality }),
                        let counts = batch.modalities[modality]?.tokenCounts
                    else { preconditionFailure("an embedding of a modality that the batch has not") }
                    let index = collected.firstIndex {
                        $0.embedding.modality == embedding.modality && $0.embedding.role == embedding.role
                    }
                    if index == nil { collected.append(Collected(embedding, tokenNames: inputs[modality].tokenNames)) }
                    try collected[index ?? collected.count - 1].add(embedding, from: start, tokenCounts: counts)
                }
            }
            start += rows.count
            try observe(Double(start) / Double(patients.count))
        }
        self.outputs = Matrix(rows: patients.count, columns: outputCount, values: outputs)
        parts = collected.map(\.part)
        saliency = collected.compactMap(\.saliency)
        prototypes = collected.compactMap(\.prototypeUse)
    }

    /// The next patients: 32 of them, or fewer when their bags, padded to the longest, would take more than 16 MB. A
    /// larger bag comes alone, and is not even copied where it is mapped.
    private static func batch(of patients: ArraySlice<Int>, _ inputs: [ModalityInput]) -> [Int] {
        var rows: [Int] = []
        var longest = 0
        for patient in patients.prefix(32) {
            longest = max(longest, inputs.map { $0.patchValues(of: patient) }.max() ?? 0)
            if !rows.isEmpty, longest * (rows.count + 1) > 1 << 22 { break }
            rows.append(patient)
        }
        return rows
    }
}

/// What the batches so far said of one modality in one role.
private struct Collected {
    let embedding: EmbeddingOutput
    let tokenNames: [String]
    private var rows: [Int] = []
    private var vectors: [Double] = []
    private var weights: [[Float]] = []
    private var occupancy: [Double] = []
    private var given: [Matrix] = []
    private var cosine: [Double] = []

    /// - Parameter embedding: of the first batch; tells modality, role and sizes.
    init(_ embedding: EmbeddingOutput, tokenNames: [String]) {
        self.embedding = embedding
        self.tokenNames = tokenNames
    }

    /// - Parameter start: how many patients the batches before had.
    mutating func add(_ batch: EmbeddingOutput, from start: Int, tokenCounts: [Int]) throws {
        rows += batch.rows.map { $0 + start }
        vectors += try batch.vectors.doubles()
        // Without padding.
        if let saliency = batch.saliency {
            let values = try saliency.floats()
            let width = saliency.shape[1]
            weights += tokenCounts.enumerated().map { Array(values[$0 * width..<$0 * width + $1]) }
        }
        guard let prototypes = batch.prototypes else { return }
        occupancy += try prototypes.occupancy.doubles()
        guard !tokenNames.isEmpty else { return }
        // Named tokens are the same for all patients, so there is no padding.
        let (shares, size) = (try prototypes.given.doubles(), tokenNames.count * prototypes.given.shape[2])
        given += batch.rows.indices.map { patient in
            Matrix(
                rows: tokenNames.count, columns: prototypes.given.shape[2],
                values: Array(shares[patient * size..<(patient + 1) * size]))
        }
        let sums = try prototypes.cosine.sum(0).doubles()
        cosine = cosine.isEmpty ? sums : zip(cosine, sums).map { $0 + $1 }
    }

    var part: Embeddings.Part {
        Embeddings.Part(
            modality: embedding.modality, role: embedding.role, rows: rows,
            vectors: Matrix(rows: rows.count, columns: embedding.vectors.shape[1], values: vectors))
    }

    /// Nil where tokens are not weighed.
    var saliency: Saliency.Part? {
        guard embedding.saliency != nil else { return nil }
        return Saliency.Part(
            modality: embedding.modality, role: embedding.role, rows: rows, tokenNames: tokenNames, weights: weights)
    }

    var prototypeUse: PrototypeUse.Part? {
        guard let count = embedding.prototypes?.occupancy.shape[1] else { return nil }
        return PrototypeUse.Part(
            modality: embedding.modality, fold: 0, rows: rows,
            occupancy: Matrix(rows: rows.count, columns: count, values: occupancy), tokenNames: tokenNames,
            given: given,
            cosine: Matrix(
                rows: tokenNames.count, columns: tokenNames.isEmpty ? 0 : count,
                values: cosine.map { $0 / Double(rows.count) }))
    }
}
