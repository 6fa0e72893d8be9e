import Foundation

/// Why a cohort cannot be trained on, or a model not be applied to it.
public enum PreparationError: LocalizedError, Equatable {
    case noModalities
    case modalityAbsent(String)
    case nothingUsable(String)
    case noTrainingEvents
    case modalityMissing(String, cohort: [String])
    case otherForm(String)
    case columnMissing(String, modality: String)
    case patchWidth(modality: String, expected: Int, found: Int)

    public var errorDescription: String? {
        switch self {
        case .noModalities: "the cohort has no modality to train on"
        case .modalityAbsent(let name): "no training patient has the modality \(name)"
        case .nothingUsable(let name): "the modality \(name) has no column with a value among the training patients"
        case .noTrainingEvents: "there is no event among the training patients, so there is nothing to learn"
        case .modalityMissing(let name, let present):
            "the model was trained on the modality \(name), which the cohort does not have; it has "
                + (present.isEmpty ? "none" : present.joined(separator: ", "))
        case .otherForm(let name): "the modality \(name) has another form here than where the model was trained"
        case .columnMissing(let column, let modality):
            "the modality \(modality) lacks the column \(column), or has it with another type than in training"
        case .patchWidth(let modality, let expected, let found):
            "the patches of \(modality) have \(found) features; the model was trained on \(expected)"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .noModalities: "attach one first: attach COHORT name \"file.csv\""
        case .modalityAbsent, .nothingUsable: "check the patient ids of its file, or leave the modality out"
        case .noTrainingEvents: "check which value means the event; in cross-validation, use fewer folds"
        case .modalityMissing, .otherForm, .columnMissing: "attach it as in training"
        case .patchWidth: "use features of the same encoder"
        }
    }
}
