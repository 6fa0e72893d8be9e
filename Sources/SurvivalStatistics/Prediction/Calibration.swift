import Foundation
import Results

/// Predicted survival at a time beside what was seen, in groups of patients of similar prediction.
public struct Calibration: Sendable, Equatable {
    public struct Group: Sendable, Equatable {
        public var patients: Int
        /// Events up to the horizon.
        public var events: Int
        /// Mean predicted survival.
        public var predicted: Double
        /// The Kaplan-Meier estimate; not a number where the group's follow-up ends before the horizon, above 0.
        public var observed: Double
        /// Log-log interval; not a number where there is none, as at 1.
        public var lower: Double
        public var upper: Double
    }

    public var horizon: Double
    public var level: Double
    public var patients: Int
    /// From the lowest predicted risk to the highest.
    public var groups: [Group]
    /// Over all patients, with the mean prediction beside the Kaplan-Meier estimate.
    public var overall: Group
    /// (1 − Kaplan-Meier) / mean predicted risk: above 1 more events happened than predicted.
    public var observedToExpected: Double
}

/// Groups of similar predicted survival beside their Kaplan-Meier estimates at the horizon.
///
/// Patients are ordered by predicted risk, and of n the one with r lower predictions belongs to group ⌊r G / n⌋; equal
/// predictions stay together, and a group that remains empty is left out. O(n log n).
///
/// - Parameters:
///   - survival: the predicted probability of no event by the horizon, one per patient.
///   - groups: how many.
///   - level: confidence of the log-log intervals.
/// - Throws: `StatisticsError.lengthsDiffer`, `.noPatients`, `.invalidLevel`; `CalibrationError.horizon`, which names
///   the usable range, `.notAProbability`.
/// - Precondition: `groups` is positive.
public func calibration(
    _ outcome: Outcome, survival: [Double], horizon: Double, groups: Int = 10, level: Double = 0.95
) throws -> Calibration {
    precondition(groups > 0, "\(groups) groups")
    try checkCalibration(outcome, survival, horizon: horizon)
    func group(_ rows: [Int]) throws -> Calibration.Group {
        let part = outcome[rows]
        let curve = try kaplanMeier(part, level: level)
        let last = curve.time.count - 1
        let place = curve.time.partitioningIndex { $0 > horizon } - 1
        let isKnown = horizon <= curve.time[last] || curve.survival[last] == 0
        let isBounded = isKnown && place >= 0
        return Calibration.Group(
            patients: rows.count, events: rows.count { outcome.event[$0] && outcome.time[$0] <= horizon },
            predicted: rows.reduce(0) { $0 + survival[$1] } / Double(rows.count),
            observed: isKnown ? curve.survival(at: horizon) : .nan, lower: isBounded ? curve.lower[place] : .nan,
            upper: isBounded ? curve.upper[place] : .nan)
    }
    var members = [[Int]](repeating: [], count: groups)
    var lower = 0
    let order = ascendingOrder(survival.map { 1 - $0 })
    for (position, row) in order.enumerated() {
        if position > 0, survival[order[position - 1]] != survival[row] { lower = position }
        members[lower * groups / order.count].append(row)
    }
    let overall = try group(Array(0..<outcome.count))
    return Calibration(
        horizon: horizon, level: level, patients: outcome.count,
        groups: try members.filter { !$0.isEmpty }.map(group), overall: overall,
        observedToExpected: (1 - overall.observed) / (1 - overall.predicted))
}

func checkCalibration(_ outcome: Outcome, _ survival: [Double], horizon: Double) throws {
    try outcome.refuseEntry("calibration")
    try StatisticsError.check(survival.count, "predictions", patients: outcome.count)
    if let row = survival.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
        throw CalibrationError.notAProbability(survival[row], row: row)
    }
    let last = outcome.time.max() ?? 0
    guard horizon > 0 && horizon < last else { throw CalibrationError.horizon(horizon, last: last) }
}
