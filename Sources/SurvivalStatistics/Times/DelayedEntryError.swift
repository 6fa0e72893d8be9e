import Foundation
import Results

/// Why an estimate cannot be made of patients who come under observation late.
public enum DelayedEntryError: LocalizedError, Equatable {
    /// An estimator that does not know late entry would take patients for observed, and safe, before they were.
    case notTaken(by: String)
    /// Entry and time differ by so little that they count as one time.
    case noLengthLeft(entry: Double, time: Double, row: Int)

    public var errorDescription: String? {
        switch self {
        case .notTaken(let what):
            "\(what) does not take late entry into account, and would be biased by patients who were not observed from "
                + "the start"
        case .noLengthLeft(let entry, let time, let row):
            "patient \(row + 1) enters at \(shortest(entry)) and is followed until \(shortest(time)): times so close count as one, which "
                + "leaves no time under observation"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .notTaken: "choose patients who were observed from the start, or use an estimate that takes entry times"
        case .noLengthLeft: "leave the patient out, or correct the times"
        }
    }
}

extension Outcome {
    /// - Throws: `DelayedEntryError.notTaken` when patients have entry times.
    func refuseEntry(_ what: String) throws {
        if entry != nil { throw DelayedEntryError.notTaken(by: what) }
    }
}
