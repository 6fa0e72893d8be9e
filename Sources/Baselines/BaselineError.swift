import Foundation
import SurvivalNetworks

/// Why a model cannot be trained on the modalities that a cohort has.
public enum BaselineError: LocalizedError, Equatable {
    /// The model joins two modalities, and the cohort has another number of them.
    case notTwoModalities(model: String, found: [String])
    /// A modality that the model has no way to take in, and why.
    case unusable(modality: String, model: String, reason: String, advice: String)

    public var errorDescription: String? {
        switch self {
        case .notTwoModalities(let model, let found):
            "\(model) joins two modalities, and the cohort has \(Self.list(found))"
        case .unusable(let modality, let model, let reason, _):
            "\(model) cannot take the modality \(modality): \(reason)"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .notTwoModalities(let model, let found):
            found.count > 2
                ? "attach only the two that \(model) is to join, or use a model that takes any number: snn, abmil, concat"
                : "attach a second one, or use a model that takes any number: snn, abmil, concat"
        case .unusable(_, _, _, let advice): advice
        }
    }

    private static func list(_ names: [String]) -> String {
        names.count == 1 ? "only \(names[0])" : "\(names.count): " + names.joined(separator: ", ")
    }
}

/// Which of two modalities plays the part that genes play in models of histology and genes, and which the part of
/// histology.
struct ModalityPair {
    /// The few tokens, each with a meaning of its own: gene sets before columns.
    let sets: Int
    /// The bag of tokens: patches when there are any.
    let bag: Int

    /// - Throws: `BaselineError.notTwoModalities`.
    init(_ inputs: [ModalityInput], model: String) throws {
        guard inputs.count == 2 else {
            throw BaselineError.notTwoModalities(model: model, found: inputs.map(\.name))
        }
        let isPatches = inputs.map { if case .patches = $0.content { true } else { false } }
        let isSets = inputs.map { if case .sets = $0.content { true } else { false } }
        // The second is the bag, unless the first is the likelier one.
        let swapped = isPatches[0] != isPatches[1] ? isPatches[0] : !isSets[0] && isSets[1]
        sets = swapped ? 1 : 0
        bag = swapped ? 0 : 1
    }
}
