import Foundation

/// Why an estimate of competing risks could not be made.
public enum CompetingRisksError: LocalizedError, Equatable {
    /// The index counts from 0.
    case noSuchCause(Int, count: Int)
    case noEvents(cause: String)
    /// The variance of Gray's test has no inverse.
    case noVariance(cause: String)
    case invalidWeight(rho: Double)

    public var errorDescription: String? {
        switch self {
        case .noSuchCause(let cause, let count):
            "there is no cause number \(cause + 1) among \(count)"
        case .noEvents(let cause):
            "no patient has the event \(cause)"
        case .noVariance(let cause):
            "the groups cannot be compared for \(cause): some are never at risk together with others, or have no "
                + "variance"
        case .invalidWeight(let rho):
            "the weight of Gray's test has rho \(rho); a finite number is needed"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .noSuchCause, .noVariance: nil
        case .noEvents: "look at the coding of the causes with describe"
        case .invalidWeight: "use rho=0 for weights that do not change with time"
        }
    }
}
