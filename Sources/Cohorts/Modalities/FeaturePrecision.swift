/// How patch features are kept, in memory and in caches.
public enum FeaturePrecision: String, Sendable, CaseIterable {
    /// Single precision: 24 bits of mantissa, four bytes.
    case fp32
    /// Its upper half, rounded to nearest with ties to even: 8 bits of mantissa, two bytes.
    case bf16

    /// Bytes of a number.
    public var size: Int { self == .fp32 ? 4 : 2 }
}

extension Cohort {
    /// The same cohort, with the patch features of all modalities given out in that precision (`PatchBags.kept(in:)`).
    public func keepingFeatures(in precision: FeaturePrecision) -> Cohort {
        var copy = self
        for (index, modality) in modalities.enumerated() {
            guard case .patches(let bags) = modality.content else { continue }
            copy.modalities[index].content = .patches(bags.kept(in: precision))
        }
        return copy
    }

    /// What patch features are given out in; single precision where there are none.
    public var featurePrecision: FeaturePrecision {
        for modality in modalities { if case .patches(let bags) = modality.content { return bags.precision } }
        return .fp32
    }
}
