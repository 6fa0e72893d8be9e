import Cohorts
import Torch

/// The inputs of one modality for those patients of a batch who have it.
public struct ModalityBatch {
    /// Positions in the batch of the patients who have the modality, increasing.
    public let rows: [Int]
    /// Features as they lie: of tables and gene sets one matrix for all, [patients, features]; of patches one a patient,
    /// [patches, features], in the precision that the bags are kept in, all else in single.
    public let pieces: [Tensor]
    /// The tokens of each patient.
    public let segments: Segments
    private let isBags: Bool
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
    /// Number of tokens of each patient.
    public var tokenCounts: [Int] { segments.counts }

    /// Of the features.
    public var precision: Tensor.ScalarType { pieces[0].scalarType ?? .float }

    /// The features in one piece, which patches of several patients are copied into, the patients one after another.
    public var features: Tensor {
        get throws { pieces.count == 1 ? pieces[0] : try .concatenated(pieces) }
    }

    /// Features: [patients, features] for tables and gene sets, [patients, tokens, features] for patches, with zeros
    /// where a patient has fewer than another.
    public var values: Tensor {
        get throws { isBags ? try features.padded(to: segments) : try features }
    }

    /// 1 for tokens, 0 for padding: [patients, tokens]; nil when every patient has the same number of tokens.
    public var mask: Tensor? {
        get throws { try segments.mask() }
    }

    init(rows: [Int], patients: [Int], input: ModalityInput) throws {
        self.rows = rows
        rowIndices = try Tensor(indices: rows)
        switch input.content {
        case .columns(let values, let columnOfFeature):
            pieces = [try ModalityBatch.rows(patients, of: values, width: columnOfFeature.count)]
            segments = Segments([Int](repeating: input.tokenNames.count, count: rows.count))
            isBags = false
        case .sets(let values, let width, let sets):
            pieces = [try ModalityBatch.rows(patients, of: values, width: width)]
            segments = Segments([Int](repeating: sets.count, count: rows.count))
            isBags = false
        case .patches(let bags):
            let loaded = try patients.map { try bags.bag(of: $0) }
            let type: Tensor.ScalarType = bags.precision == .bf16 ? .bfloat : .float
            pieces = try loaded.map { bag in
                let shape = [bag.count, bags.width]
                if let whole = bag.whole {
                    return try Tensor(lending: whole.bytes, type, of: whole.owner, shape: shape)
                }
                return try Tensor(shape: shape, type) { place in
                    if let start = place.baseAddress { bag.copy(to: start) }
                }
            }
            segments = Segments(loaded.map(\.count))
            isBags = true
        }
    }

    /// One vector a patient, [patients, features]: the features of a table, the mean of a bag of patches.
    public func vectors() throws -> Tensor {
        guard isBags else { return try features }
        let shares = try Tensor(
            segments.counts.flatMap { count in repeatElement(1 / Float(count), count: count) },
            shape: [segments.rowCount, 1])
        return try Tokens(features.converted(to: .float), segments).pooled(by: shares).squeezed(1)
    }

    private static func rows(_ rows: [Int], of values: [Float], width: Int) throws -> Tensor {
        var picked: [Float] = []
        picked.reserveCapacity(rows.count * width)
        for row in rows { picked += values[row * width..<(row + 1) * width] }
        return try Tensor(picked, shape: [rows.count, width])
    }
}
