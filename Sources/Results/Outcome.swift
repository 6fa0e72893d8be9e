import Foundation

/// Right-censored follow-up of a group of patients: for each, a time and whether the event was seen then, and on request
/// when observation began.
///
/// Times are non-negative and finite, in whatever unit the cohort uses. `event[i] == false` means that
/// patient *i* was censored at `time[i]`.
public struct Outcome: Sendable, Equatable {
    public let time: [Double]
    public let event: [Bool]
    /// When each patient came under observation (left truncation, or one row per interval of a patient): at risk after
    /// `entry[i]` up to and including `time[i]`. Nil when all were observed from the start.
    public let entry: [Double]?

    public var count: Int { time.count }
    public var eventCount: Int { event.lazy.filter { $0 }.count }

    /// - Throws: `OutcomeError` when the arrays differ in length, a time is negative, infinite or NaN, or an entry is
    ///   infinite, NaN or not before its time. An entry may be negative, so that a time of 0 can have one.
    public init(time: [Double], event: [Bool], entry: [Double]? = nil) throws {
        guard time.count == event.count else {
            throw OutcomeError.lengthsDiffer(times: time.count, events: event.count)
        }
        if let row = time.firstIndex(where: { !($0.isFinite && $0 >= 0) }) {
            throw OutcomeError.invalidTime(time[row], row: row)
        }
        if let entry {
            guard entry.count == time.count else {
                throw OutcomeError.entriesDiffer(times: time.count, entries: entry.count)
            }
            for row in entry.indices {
                guard entry[row].isFinite else { throw OutcomeError.invalidEntry(entry[row], row: row) }
                guard entry[row] < time[row] else {
                    throw OutcomeError.entryNotBeforeTime(entry[row], time: time[row], row: row)
                }
            }
        }
        self.time = time
        self.event = event
        self.entry = entry
    }

    private init(checkedTime time: [Double], event: [Bool], entry: [Double]?) {
        self.time = time
        self.event = event
        self.entry = entry
    }

    /// The follow-up of the patients at `rows`, in that order.
    public subscript(rows: [Int]) -> Outcome {
        Outcome(
            checkedTime: rows.map { time[$0] }, event: rows.map { event[$0] },
            entry: entry.map { entry in rows.map { entry[$0] } })
    }
}

public enum OutcomeError: LocalizedError, Equatable {
    case lengthsDiffer(times: Int, events: Int)
    case invalidTime(Double, row: Int)
    case entriesDiffer(times: Int, entries: Int)
    case invalidEntry(Double, row: Int)
    case entryNotBeforeTime(Double, time: Double, row: Int)

    public var errorDescription: String? {
        switch self {
        case .lengthsDiffer(let times, let events):
            "\(times) times but \(events) event flags were given; each patient needs both"
        case .invalidTime(let time, let row):
            "the time of patient \(row + 1) is \(shortest(time)); a follow-up time is finite and not negative"
        case .entriesDiffer(let times, let entries):
            "\(times) times but \(entries) entries were given; each patient needs both"
        case .invalidEntry(let entry, let row):
            "the entry of patient \(row + 1) is \(shortest(entry)); the time at which observation begins is finite"
        case .entryNotBeforeTime(let entry, let time, let row):
            "patient \(row + 1) enters at \(shortest(entry)) and is followed until \(shortest(time)); the entry must come first"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .lengthsDiffer, .invalidTime, .entriesDiffer: nil
        case .invalidEntry: "leave the patient out, or fill the value in"
        case .entryNotBeforeTime:
            "entry and time count from one origin, in one unit; leave out who was never under observation"
        }
    }
}
