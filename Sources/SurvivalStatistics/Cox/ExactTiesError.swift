import Foundation

/// What the exact partial likelihood does not have: it compares sets of patients, so no patient has a score of their own.
public enum ExactTiesError: LocalizedError, Equatable {
    case noRobustVariance
    case noResiduals(String)
    case noTestOfProportionalHazards
    case noEntryOrWeights
    case noPenalty

    public var errorDescription: String? {
        switch self {
        case .noRobustVariance: "with exact ties there are no robust errors: no patient has a score of their own"
        case .noResiduals(let kind):
            "with exact ties there are no \(kind) residuals: no patient has a score of their own"
        case .noPenalty: "there is no penalised likelihood with exact ties"
        case .noTestOfProportionalHazards: "with exact ties there is no test of proportional hazards"
        case .noEntryOrWeights: "the exact likelihood is that of patients observed from the start who count once each"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .noResiduals: "fit with ties=efron, or look at martingale or deviance residuals"
        case .noRobustVariance, .noTestOfProportionalHazards, .noPenalty, .noEntryOrWeights: "use ties=efron"
        }
    }
}
