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

    /// What it comes to for a model and a cohort: single precision where nothing is multiplied in bfloat16, since there
    /// are no patches or the model is a fit of its own.
    ///
    /// - Parameter products: whether products in bfloat16 are fast; nil when tensors are not made on the processor.
    /// - Throws: `TrainingError.noNarrowProducts` where bfloat16 is asked for in vain.
    public func resolved(
        for model: any SurvivalModel, on cohort: Cohort, products: Bool? = TorchRuntime.hasNarrowProducts
    ) throws -> FeaturePrecision {
        guard case .steps = model.learning, cohort.hasPatches else { return .fp32 }
        switch self {
        case .fp32: return .fp32
        case .bf16:
            guard products == true else { throw TrainingError.noNarrowProducts(onProcessor: products != nil) }
            return .bf16
        case .auto: return products == true && cohort.hasLargeBags ? .bf16 : .fp32
        }
    }
}

extension Cohort {
    fileprivate var hasPatches: Bool {
        modalities.contains { if case .patches = $0.content { true } else { false } }
    }
}
