import Foundation
import Results

/// Why an estimate could not be made from the data given.
public enum StatisticsError: LocalizedError, Equatable {
    case noPatients
    /// `what` names the array whose length disagrees with the outcome.
    case lengthsDiffer(what: String, count: Int, patients: Int)
    /// The row counts from 0.
    case notANumber(what: String, row: Int)
    case infinite(what: String, value: Double, row: Int)
    case invalidLevel(Double)
    case invalidProbability(Double)
    case invalidWeights(rho: Double, gamma: Double)
    case noEvents
    case singleGroup(String)
    case groupsNeverAtRiskTogether
    case noVariance
    case noVarianceOfMeans
    /// A horizon that is not positive, or beyond the last follow-up time of a group.
    case horizon(Double, last: Double, group: String?)
    case noComparablePair
    /// Times at which the censoring leaves nothing to estimate from: not below the last follow-up time, or negative.
    case evaluationTime(Double, last: Double)
    case noCases(Double, first: Double)
    case timesNotIncreasing
    case notAProbability(Double, row: Int, time: Double)

    public var errorDescription: String? {
        switch self {
        case .noPatients:
            "there are no patients to estimate from"
        case .lengthsDiffer(let what, let count, let patients):
            "there are \(count) \(what) for \(patients) patients; each patient needs one"
        case .notANumber(let what, let row):
            "\(what) of patient \(row + 1) is not a number (NaN)"
        case .infinite(let what, let value, let row):
            "\(what) of patient \(row + 1) is \(shortest(value)); finite numbers are needed"
        case .invalidLevel(let level):
            "the confidence level is \(shortest(level)); it lies between 0 and 1"
        case .invalidProbability(let probability):
            "the probability of a quantile is \(shortest(probability)); it lies between 0 and 1"
        case .invalidWeights(let rho, let gamma):
            "the Fleming-Harrington weights have rho \(shortest(rho)) and gamma \(shortest(gamma)); both are finite and not negative"
        case .noEvents:
            "no patient has an event"
        case .singleGroup(let name):
            "all patients are in one group, \(name); a comparison needs at least two"
        case .groupsNeverAtRiskTogether:
            "no event happened while patients of two groups were at risk, so the groups cannot be compared"
        case .noVariance:
            "every patient at risk has the event at once, so the log-rank statistic has no variance"
        case .noVarianceOfMeans:
            "neither restricted mean has an error: no event before the horizon leaves others of the group at risk"
        case .horizon(let horizon, _, _) where horizon <= 0:
            "the horizon is \(shortest(horizon)); means are restricted to times above 0"
        case .horizon(let horizon, let last, let group):
            "the horizon is \(shortest(horizon)), but follow-up\(group.map { " of group \($0)" } ?? "") ends at \(shortest(last))"
        case .noComparablePair:
            "no pair of patients can be compared: a pair needs an event in one patient before the time of the other"
        case .evaluationTime(let time, let last):
            "\(shortest(time)) is not a time to judge predictions at: nobody is followed beyond \(shortest(last))"
        case .noCases(let time, let first):
            "no patient has the event by \(shortest(time)); the first event is at \(shortest(first))"
        case .timesNotIncreasing:
            "the times at which to judge predictions are not increasing, or too few"
        case .notAProbability(let value, let row, let time):
            "the survival predicted for patient \(row + 1) at \(shortest(time)) is \(shortest(value)); it lies between 0 and 1"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .noPatients: "look at the filter that chose the patients"
        case .lengthsDiffer: nil
        case .notANumber, .infinite: "leave the patient out, or fill the value in"
        case .invalidLevel: "use level=0.95 for a 95% interval"
        case .invalidProbability: "use 0.5 for the median"
        case .invalidWeights: "use rho=1 gamma=0 for early differences, rho=0 gamma=1 for late ones"
        case .noEvents: "look at the coding of the event column: 1 or true means that the event was seen"
        case .singleGroup: "look at the grouping: one that splits the patients is needed"
        case .groupsNeverAtRiskTogether: "look at the follow-up of the groups with describe or a Kaplan-Meier curve"
        case .noVariance, .noVarianceOfMeans: nil
        case .horizon(_, let last, _): "use a horizon above 0 and not above \(shortest(last))"
        case .noComparablePair: "more events, or longer follow-up after them, are needed"
        case .evaluationTime(_, let last): "use times from 0 to below \(shortest(last))"
        case .noCases(_, let first): "use times from \(shortest(first)) on"
        case .timesNotIncreasing, .notAProbability: nil
        }
    }
}

extension StatisticsError {
    /// - Throws: `lengthsDiffer` unless there is one entry per patient, `noPatients` when there are none.
    static func check(_ count: Int, _ what: String, patients: Int) throws {
        guard count == patients else { throw lengthsDiffer(what: what, count: count, patients: patients) }
        guard patients > 0 else { throw noPatients }
    }
}
