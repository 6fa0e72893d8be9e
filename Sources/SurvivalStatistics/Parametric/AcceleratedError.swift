import Foundation

/// Why an accelerated failure time model could not be fitted.
public enum AcceleratedError: LocalizedError, Equatable {
    /// Times of 0 have no logarithm; the rows count from 0.
    case zeroTimes(rows: [Int])
    /// A column that is a linear combination of others.
    case dependentColumn(String, of: [String])
    /// The exponential distribution has no scale that strata could have of their own.
    case fixedScaleWithStrata
    case stratumWithoutEvents(Int)
    /// The likelihood grows without bound as the scale falls to 0.
    case vanishingScale

    public var errorDescription: String? {
        switch self {
        case .zeroTimes(let rows):
            Self.zeroTimes(of: rows.map { String($0 + 1) })
        case .dependentColumn(let name, let others):
            "\(name) is a linear combination of \(others.joined(separator: ", ")), so their coefficients cannot be "
                + "told apart"
        case .fixedScaleWithStrata:
            "the exponential distribution has its scale fixed at 1, so strata cannot have scales of their own"
        case .stratumWithoutEvents(let stratum):
            "no patient of stratum \(stratum) has an event, so its scale cannot be estimated"
        case .vanishingScale:
            "the events fit the model without error, so the scale has no estimate: its likelihood grows without bound"
        }
    }

    /// The wording of `zeroTimes`, for patients who have names.
    public static func zeroTimes(of patients: [String]) -> String {
        let isOne = patients.count == 1
        let others = patients.count > 5 ? " and \(patients.count - 5) more" : ""
        return (isOne ? "the time of patient " : "the times of patients ")
            + patients.prefix(5).joined(separator: ", ") + others + (isOne ? " is" : " are")
            + " 0, which has no logarithm"
    }

    public var recoverySuggestion: String? {
        switch self {
        case .zeroTimes: "leave them out, or add the time that had passed, such as half a day"
        case .dependentColumn(let name, _): "leave \(name) out of the model"
        case .fixedScaleWithStrata: "use the Weibull distribution, or leave strata out"
        case .stratumWithoutEvents: "join strata, or leave them out"
        case .vanishingScale: "use fewer terms, or more patients with different times"
        }
    }
}
