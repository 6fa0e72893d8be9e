import Results
import SurvivalNetworks
import Torch

/// What a network says of patients in evaluation, batch by batch.
struct Evaluation {
    /// Network outputs, patients × outputs.
    var outputs: Matrix
    /// Embeddings with rows into the evaluated patients, a part per modality and role.
    var parts: [Embeddings.Part]
    /// Per modality and role, in the order of `parts`: each patient's share of every token; none where the network does not
    /// weigh tokens.
    var saliency: [[[Double]]]

    /// - Parameter observe: told the share done after every batch; what it throws ends the evaluation.
    init(
        _ network: any SurvivalNetwork, _ inputs: [ModalityInput], patients: [Int],
        observe: (Double) throws -> Void = { _ in }
    ) throws {
        var outputs: [Double] = []
        var outputCount = 0
        var collected: [(part: Embeddings.Part, saliency: [[Double]])] = []
        var start = 0
        while start < patients.count {
            let rows = Evaluation.batch(of: patients[start...], inputs)
            try withoutGradients {
                let batch = try Batch(rows, of: inputs)
                let output = try network.forward(batch, training: nil)
                outputs += try output.outputs.doubles()
                outputCount = output.outputs.shape[1]
                for embedding in output.embeddings {
                    let places = embedding.rows.map { $0 + start }
                    let values = try embedding.vectors.doubles()
                    let weights = try Evaluation.saliency(of: embedding, in: batch, inputs)
                    let index = collected.firstIndex {
                        $0.part.modality == embedding.modality && $0.part.role == embedding.role
                    }
                    if let index {
                        let before = collected[index].part
                        collected[index].part.rows += places
                        collected[index].part.vectors = Matrix(
                            rows: before.rows.count + places.count, columns: before.vectors.columns,
                            values: before.vectors.values + values)
                        collected[index].saliency += weights
                    } else {
                        let vectors = Matrix(
                            rows: places.count, columns: embedding.vectors.shape[1], values: values)
                        collected.append(
                            (
                                Embeddings.Part(
                                    modality: embedding.modality, role: embedding.role, rows: places,
                                    vectors: vectors), weights
                            ))
                    }
                }
            }
            start += rows.count
            try observe(Double(start) / Double(patients.count))
        }
        self.outputs = Matrix(rows: patients.count, columns: outputCount, values: outputs)
        parts = collected.map(\.part)
        saliency = collected.map(\.saliency)
    }

    /// The next patients: 32 of them, or fewer when their bags, padded to the longest, would take more than 256 MB.
    private static func batch(of patients: ArraySlice<Int>, _ inputs: [ModalityInput]) -> [Int] {
        var rows: [Int] = []
        var longest = 0
        for patient in patients.prefix(32) {
            longest = max(longest, inputs.map { $0.patchValues(of: patient) }.max() ?? 0)
            if !rows.isEmpty, longest * (rows.count + 1) > 1 << 26 { break }
            rows.append(patient)
        }
        return rows
    }

    /// Each patient's token weights, without padding.
    private static func saliency(
        of embedding: EmbeddingOutput, in batch: Batch, _ inputs: [ModalityInput]
    ) throws -> [[Double]] {
        guard let modality = inputs.firstIndex(where: { $0.name == embedding.modality }),
            let counts = batch.modalities[modality]?.tokenCounts, let saliency = embedding.saliency
        else { return [] }
        let values = try saliency.doubles()
        let width = saliency.shape[1]
        return counts.enumerated().map { Array(values[$0 * width..<$0 * width + $1]) }
    }
}
