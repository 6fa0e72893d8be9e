import Cohorts
import SurvivalNetworks
import Torch

/// What patch features are kept in and multiplied in. Weights, sums and all that follows the projection of the patches
/// (norms, transport, losses, optimiser) are in single precision in any case.
public enum Precision: String, Sendable, CaseIterable {
    case fp32
    /// Features and the large products they enter in bfloat16 (`Linear`, `LayerNorm.ofRectified`,
    /// `Tokens.cosines`).
    case bf16
    /// `bf16` where a bag is large and the processor multiplies so, else `fp32`.
    case auto

    /// What it comes to for a model that learns from some patients of a cohort: single precision where nothing is multiplied
    /// in bfloat16, since there are no patches or the model is a fit of its own.
    ///
    /// - Parameters:
    ///   - patients: those learned from, whose bags are large or not; rows of the cohort.
    ///   - products: whether products in bfloat16 are fast; nil when tensors are not made on the processor.
    /// - Throws: `TrainingError.noNarrowProducts` where bfloat16 is asked for in vain.
    public func resolved(
        for model: any SurvivalModel, on cohort: Cohort, learningFrom patients: [Int],
        products: Bool? = TorchRuntime.hasNarrowProducts
    ) throws -> FeaturePrecision {
        guard case .steps = model.learning, cohort.hasPatches else { return .fp32 }
        switch self {
        case .fp32: return .fp32
        case .bf16:
            guard products == true else { throw TrainingError.noNarrowProducts(onProcessor: products != nil) }
            return .bf16
        case .auto: return products == true && cohort.hasLargeBags(among: patients) ? .bf16 : .fp32
        }
    }

    /// What all patients' features may be kept in for a training on some of them after another: bfloat16 where each is in
    /// it, else single precision, from which each takes its own.
    ///
    /// - Parameter trainings: rows of the cohort learned from, by training.
    public func resolved(
        for model: any SurvivalModel, on cohort: Cohort, learningFrom trainings: [[Int]]
    ) throws -> FeaturePrecision {
        let each = try trainings.map { try resolved(for: model, on: cohort, learningFrom: $0) }
        return each.isEmpty || each.contains(.fp32) ? .fp32 : .bf16
    }
}

extension Cohort {
    fileprivate var hasPatches: Bool {
        modalities.contains { if case .patches = $0.content { true } else { false } }
    }
}
