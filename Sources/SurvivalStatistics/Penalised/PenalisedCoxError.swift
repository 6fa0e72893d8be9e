import Foundation

/// Why a penalised Cox regression could not be fitted.
public enum PenalisedCoxError: LocalizedError, Equatable {
    case noCovariates
    case mixing(Double)
    case penalty(Double)
    /// No covariate that could be penalised varies.
    case nothingToPenalise
    /// No covariate is related to the outcome at all, so every penalty gives the same model.
    case noRelation
    case unknownColumn(Int, columns: Int)
    case fewFolds(Int)
    /// The fold's number as it was given.
    case foldWithoutEvents(Int)
    case foldWithAllEvents(Int)
    case foldCount(Int, events: Int)

    public var errorDescription: String? {
        switch self {
        case .noCovariates: "a penalised Cox regression needs at least one covariate"
        case .mixing(let alpha): "alpha is \(alpha); it lies between 0 (ridge) and 1 (lasso)"
        case .penalty(let lambda): "a penalty lambda of \(lambda) is not a finite positive number"
        case .nothingToPenalise: "no penalised covariate varies between patients"
        case .noRelation: "no covariate is related to the outcome, so there is no largest penalty to begin with"
        case .unknownColumn(let column, let columns):
            "column \(column) is to be free of the penalty, but there are \(columns)"
        case .fewFolds(let count): "cross-validation needs at least two folds, and there is \(count)"
        case .foldWithoutEvents(let fold):
            "nobody in fold \(fold) has the event, so the fold says nothing of the deviance"
        case .foldWithAllEvents(let fold): "nobody outside fold \(fold) has the event, so nothing can be fitted there"
        case .foldCount(let count, let events):
            "\(count) folds cannot be made of \(events) events; each fold needs one"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .noCovariates, .unknownColumn, .fewFolds: nil
        case .mixing: "use alpha=0.5 for equal parts of both"
        case .penalty: "leave lambda out for a path of penalties chosen from the data"
        case .nothingToPenalise: "look at the columns: each has one value in all patients"
        case .noRelation: "give the penalty lambda"
        case .foldWithoutEvents, .foldWithAllEvents: "use fewer folds, or folds in which events are equally frequent"
        case .foldCount(_, let events): events < 2 ? "more events are needed" : "use at most \(events) folds"
        }
    }
}

/// What a reader of a penalised Cox regression has to know.
public enum PenalisedCoxWarning: Sendable, Equatable, CustomStringConvertible {
    /// The conditions of an optimum still fail for this penalty after so many Newton steps.
    case notConverged(lambda: Double, iterations: Int)

    public var description: String {
        switch self {
        case .notConverged(let lambda, let iterations):
            "the fit for lambda \(lambda) did not converge in \(iterations) steps; its coefficients are not to be "
                + "relied on"
        }
    }
}
