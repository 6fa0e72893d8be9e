import Cohorts

/// One modality of a cohort, ready to be made into batches: scaled as the training patients of a fold say.
public struct ModalityInput: Sendable {
    public enum Content: Sendable {
        /// Patients × features; each column of the table is one token, made of one or several features.
        case columns(values: [Float], columnOfFeature: [Int])
        /// Patients × features; each gene set is one token. `sets` index the features.
        case sets(values: [Float], width: Int, sets: [[Int]])
        /// A bag of patch features per patient; each patch is one token.
        case patches(PatchBags)
    }

    public let name: String
    public private(set) var content: Content
    /// Which patients of the cohort have the modality.
    public let present: [Bool]
    /// Names of the tokens; empty for patches.
    public let tokenNames: [String]

    /// Numbers of the one vector that a patient's features, or the mean of the patches, are.
    public var vectorWidth: Int {
        switch content {
        case .columns(_, let columnOfFeature): columnOfFeature.count
        case .sets(_, let width, _): width
        case .patches(let bags): bags.width
        }
    }

    /// The same input, which reads bags from files ahead of their use; each reader of its own order needs its own.
    public func readingAhead() -> ModalityInput {
        guard case .patches(let bags) = content else { return self }
        var copy = self
        copy.content = .patches(bags.readingAhead())
        return copy
    }

    /// Tells the rows of the cohort that will be asked for next, in order.
    public func expect(_ patients: [Int]) {
        if case .patches(let bags) = content { bags.expect(patients) }
    }

    /// How many numbers the patient's patches are; 0 for a table.
    public func patchValues(of patient: Int) -> Int {
        guard case .patches(let bags) = content else { return 0 }
        return bags.count(of: patient) * bags.width
    }
}
