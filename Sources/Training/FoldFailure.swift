import Foundation
import SurvivalNetworks
import SurvivalStatistics

/// Why one fold of a cross-validation cannot be trained, where another might.
struct FoldFailure: LocalizedError {
    /// From 1.
    let fold: Int
    let error: any LocalizedError

    /// Nil for what is wrong in every fold alike.
    init?(fold: Int, _ error: any Error) {
        let isOfFold =
            switch error {
            case PreparationError.noModalities: false
            case is PreparationError, is StatisticsError, is PenalisedCoxError: true
            case TrainingError.notFinite, TrainingError.noEventSeen, TrainingError.noFiniteRisk,
                TrainingError.predictionNotFinite:
                true
            default: false
            }
        guard isOfFold, let error = error as? any LocalizedError else { return nil }
        self.fold = fold
        self.error = error
    }

    var errorDescription: String? { error.errorDescription.map { "fold \(fold): \($0)" } }
    var recoverySuggestion: String? { error.recoverySuggestion }
}
