import Foundation
import Results

/// Follow-up of patients who can have one of several kinds of event, the first of which ends it.
public struct CompetingOutcome: Sendable, Equatable {
    public let time: [Double]
    /// For each patient an index into `causes`; nil for those who were censored.
    public let cause: [Int?]
    /// The kinds of event; one may have happened to nobody.
    public let causes: [String]

    public var count: Int { time.count }

    /// - Precondition: every cause is an index into `causes`, whose names differ.
    /// - Throws: `OutcomeError` when the arrays differ in length or a time is negative, infinite or NaN.
    public init(time: [Double], cause: [Int?], causes: [String]) throws {
        self.time = try Outcome(time: time, event: cause.map { $0 != nil }).time
        precondition(cause.allSatisfy { $0.map(causes.indices.contains) ?? true }, "a cause without a name")
        precondition(Set(causes).count == causes.count, "two causes of one name")
        self.cause = cause
        self.causes = causes
    }

    /// How many patients had the event of that cause.
    public func eventCount(_ cause: Int) -> Int { self.cause.reduce(0) { $0 + ($1 == cause ? 1 : 0) } }

    /// - Throws: `CompetingRisksError.noSuchCause`.
    func check(_ cause: Int) throws {
        guard causes.indices.contains(cause) else {
            throw CompetingRisksError.noSuchCause(cause, count: causes.count)
        }
    }
}
