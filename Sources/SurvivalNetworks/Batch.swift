import Cohorts
import Torch

/// The inputs of one modality for those patients of a batch who have it.
public struct ModalityBatch {
    /// Positions in the batch of the patients who have the modality, increasing.
    public let rows: [Int]
    /// Features: [patients, features] for tables and gene sets, [patients, tokens, features] for patches.
    public let values: Tensor
    /// 1 for tokens, 0 for padding: [patients, tokens]; nil when every patient has the same number of tokens.
    public let mask: Tensor?
    /// Number of tokens of each patient.
    public let tokenCounts: [Int]
    /// `rows` as a tensor of indices.
    public let rowIndices: Tensor
}

/// Some patients of a cohort, ready for a network.
public struct Batch {
    /// Rows of the cohort.
    public let patients: [Int]
    /// One per modality, in the cohort's order; nil when none of the patients has it.
    public let modalities: [ModalityBatch?]

    public var count: Int { patients.count }

    /// - Throws: what reading the patients' files throws.
    public init(_ patients: [Int], of inputs: [ModalityInput]) throws {
        self.patients = patients
        modalities = try inputs.map { input in
            let rows = patients.indices.filter { input.present[patients[$0]] }
            guard !rows.isEmpty else { return nil }
            return try ModalityBatch(rows: rows, patients: rows.map { patients[$0] }, input: input)
        }
    }
}

extension ModalityBatch {
    init(rows: [Int], patients: [Int], input: ModalityInput) throws {
        self.rows = rows
        rowIndices = try Tensor(indices: rows)
        switch input.content {
        case .columns(let values, let columnOfFeature):
            self.values = try ModalityBatch.rows(patients, of: values, width: columnOfFeature.count)
            mask = nil
            tokenCounts = [Int](repeating: input.tokenNames.count, count: rows.count)
        case .sets(let values, let width, let sets):
            self.values = try ModalityBatch.rows(patients, of: values, width: width)
            mask = nil
            tokenCounts = [Int](repeating: sets.count, count: rows.count)
        case .patches(let bags):
            let width = bags.width
            let loaded = try patients.map { try bags.bag(of: $0) }
            tokenCounts = loaded.map(\.count)
            let longest = tokenCounts.max() ?? 0
            let shape = [rows.count, longest, width]
            if loaded.count == 1, let whole = loaded[0].whole {
                self.values = try Tensor(lending: whole.values, of: whole.owner, shape: shape)
            } else {
                self.values = try Tensor(shape: shape) { place in
                    for (row, bag) in loaded.enumerated() {
                        let part = UnsafeMutableBufferPointer(
                            rebasing: place[row * longest * width..<(row + 1) * longest * width])
                        if let start = part.baseAddress { bag.copy(to: start) }
                        part[(bag.count * width)...].update(repeating: 0)
                    }
                }
            }
            mask =
                tokenCounts.allSatisfy { $0 == longest }
                ? nil
                : try Tensor(
                    tokenCounts.flatMap { count in (0..<longest).map { $0 < count ? 1 : 0 } } as [Float],
                    shape: [rows.count, longest])
        }
    }

    /// One vector a patient, [patients, features]: the features of a table, the mean of a bag of patches.
    public func vectors() throws -> Tensor {
        guard values.shape.count == 3 else { return values }
        guard let mask else { return try values.mean(1) }
        return try (values * mask.unsqueezed(2)).sum(1) / mask.sum(1, keeping: true)
    }

    private static func rows(_ rows: [Int], of values: [Float], width: Int) throws -> Tensor {
        var picked: [Float] = []
        picked.reserveCapacity(rows.count * width)
        for row in rows { picked += values[row * width..<(row + 1) * width] }
        return try Tensor(picked, shape: [rows.count, width])
    }
}
