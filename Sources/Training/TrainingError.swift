import Foundation

/// Why a training was refused or stopped.
public enum TrainingError: LocalizedError, Equatable {
    case noFolds
    case coxBatchOfOne
    case notFinite(epoch: Int, patients: [String])
    case noEventSeen
    case noFiniteRisk
    /// Products in bfloat16 are asked for, and there are none; or tensors are made on a GPU.
    case noNarrowProducts(onProcessor: Bool)
    case predictionNotFinite(patients: [String])
    case notFusible(String)

    public var errorDescription: String? {
        switch self {
        case .noFolds: "the cohort has no folds to cross-validate on"
        case .coxBatchOfOne: "a Cox loss compares patients within a batch, and a batch of 1 has nobody to compare"
        case .notFinite(let epoch, let patients):
            "the loss or its gradient stopped being a number in epoch \(epoch), on the batch of \(Self.some(patients))"
        case .noEventSeen: "no batch held an event, so nothing was learned"
        case .noFiniteRisk: "the model's risk is not a number for any of the training patients"
        case .noNarrowProducts(onProcessor: true):
            "precision=bf16: this processor has no instructions for products in bfloat16 (AVX-512 BF16)"
        case .noNarrowProducts(onProcessor: false):
            "precision=bf16: products in bfloat16 are the processor's, and tensors are made on a GPU"
        case .predictionNotFinite(let patients): "what the model predicts is not a number for \(Self.some(patients))"
        case .notFusible(let name):
            "\(name) cannot be fused with another model: it says nothing of patients that its fit left out"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .noFolds: "make them first: folds COHORT k=5"
        case .coxBatchOfOne: "use batch=all, or loss=discrete"
        case .notFinite: "lower lr, or look at these patients' features"
        case .noEventSeen: "use a larger batch, or batch=all"
        case .noFiniteRisk: "lower lr, or look at the features"
        case .noNarrowProducts(onProcessor: true): "use precision=fp32, or auto, which takes bf16 only where it pays"
        case .noNarrowProducts(onProcessor: false): "use precision=fp32, or settings device=cpu"
        case .predictionNotFinite: "look at these patients' features, or leave them out: where=…"
        case .notFusible: "with=(model cox)"
        }
    }

    private static func some(_ patients: [String]) -> String {
        patients.prefix(5).joined(separator: ", ") + (patients.count > 5 ? " and \(patients.count - 5) more" : "")
    }
}
