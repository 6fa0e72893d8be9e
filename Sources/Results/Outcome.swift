import Foundation

/// Right-censored follow-up of a group of patients: for each, a time and whether the event was seen then.
///
/// Times are non-negative and finite, in whatever unit the cohort uses. `event[i] == false` means that
/// patient *i* was censored at `time[i]`.
public struct Outcome: Sendable, Equatable {
    public let time: [Double]
    public let event: [Bool]

    public var count: Int { time.count }
    public var eventCount: Int { event.lazy.filter { $0 }.count }

    /// - Throws: `OutcomeError` when the arrays differ in length or a time is negative, infinite or NaN.
    public init(time: [Double], event: [Bool]) throws {
        guard time.count == event.count else {
            throw OutcomeError.lengthsDiffer(times: time.count, events: event.count)
        }
        if let row = time.firstIndex(where: { !($0.isFinite && $0 >= 0) }) {
            throw OutcomeError.invalidTime(time[row], row: row)
        }
        self.time = time
        self.event = event
    }

    private init(checkedTime time: [Double], event: [Bool]) {
        self.time = time
        self.event = event
    }

    /// The follow-up of the patients at `rows`, in that order.
    public subscript(rows: [Int]) -> Outcome {
        Outcome(checkedTime: rows.map { time[$0] }, event: rows.map { event[$0] })
    }
}

public enum OutcomeError: LocalizedError, Equatable {
    case lengthsDiffer(times: Int, events: Int)
    case invalidTime(Double, row: Int)

    public var errorDescription: String? {
        switch self {
        case .lengthsDiffer(let times, let events):
            "\(times) times but \(events) event flags were given; each patient needs both"
        case .invalidTime(let time, let row):
            "the time of patient \(row + 1) is \(time); a follow-up time is finite and not negative"
        }
    }
}
