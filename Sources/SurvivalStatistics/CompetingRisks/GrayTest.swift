import Foundation
import Results

/// Gray's comparison of the cumulative incidence of one cause between groups.
public struct GrayTest: Sendable, Equatable {
    public struct Group: Sendable, Equatable {
        public var name: String
        public var patients: Int
        /// Events of the cause, each counted with the weight of its time.
        public var observed: Double
        /// Events expected if all groups had one incidence, weighted likewise.
        public var expected: Double
    }

    public var cause: String
    public var groups: [Group]
    public var chiSquare: Double
    public var degreesOfFreedom: Int
    /// Upper tail of the chi-square distribution.
    public var p: Double
}

/// Gray's test that the groups share the cumulative incidence of a cause.
///
/// Group r has n_r patients at risk at a time, event-free survival S_r and incidence F_r of the cause, both just before
/// it. Those who had another event stay in the adjusted risk set, R_r = n_r (1 − F_r) / S_r. With d events of the
/// cause, d_r of them in the group, and F the incidence of all, F = Σ d / Σ_r (n_r / S_r), just before the time,
///
///     z_r = Σ (1 − F)^ρ (d_r − d R_r / Σ R),   χ² = zᵀ V⁻¹ z
///
/// on groups − 1 degrees of freedom, V from the paper, with its correction for several events of one time. Unlike a
/// log-rank test of the cause, it compares what F counts: how many have the event, not how fast those still at risk
/// have it. ρ above 0 stresses early differences. With strata the sums run within each. A patient censored at the time
/// of an event is at risk there; nearly equal times count as one. Groups are ordered as numbers when every label is
/// one, else by characters. O(n log n) at most for n patients, and O(k³) for k groups at each event time.
///
/// Source: Gray 1988, Ann Statist 16:1141; agrees with R's `cmprsk::cuminc`.
///
/// - Parameters:
///   - cause: an index into the outcome's causes.
///   - groups: the group of each patient.
///   - strata: the stratum of each patient.
/// - Throws: `CompetingRisksError`: `.noSuchCause`, `.noEvents`, `.noVariance`, `.invalidWeight`; `StatisticsError`:
///   `.lengthsDiffer`, `.noPatients`, `.singleGroup`.
public func grayTest(
    _ outcome: CompetingOutcome, cause: Int, groups: [String], rho: Double = 0, strata: [Int]? = nil
) throws -> GrayTest {
    try StatisticsError.check(groups.count, "group labels", patients: outcome.count)
    if let strata { try StatisticsError.check(strata.count, "strata", patients: outcome.count) }
    try outcome.check(cause)
    guard rho.isFinite else { throw CompetingRisksError.invalidWeight(rho: rho) }
    let labels = GroupLabels(groups)
    guard labels.names.count > 1 else { throw StatisticsError.singleGroup(labels.names[0]) }
    guard outcome.eventCount(cause) > 0 else { throw CompetingRisksError.noEvents(cause: outcome.causes[cause]) }
    let times = DistinctTimes(outcome.time)
    let stratum = GroupLabels(strata.map { $0.map(String.init) } ?? groups.map { _ in "" })
    var tallies = stratum.names.map { _ in GrayTally(groups: labels.names.count, rho: rho) }
    for (row, code) in stratum.codes.enumerated() { tallies[code].enter(group: labels.codes[row]) }
    var present: Set<Int> = []
    for index in 0..<times.count {
        for row in times.order[times.block(index)] {
            let kind: GrayTally.Kind = outcome.cause[row].map { $0 == cause ? .cause : .other } ?? .censored
            tallies[stratum.codes[row]].leave(group: labels.codes[row], kind)
            present.insert(stratum.codes[row])
        }
        for code in present { tallies[code].close() }
        present.removeAll(keepingCapacity: true)
    }
    return try result(tallies, outcome: outcome, cause: cause, labels: labels)
}

private func result(
    _ tallies: [GrayTally], outcome: CompetingOutcome, cause: Int, labels: GroupLabels
) throws -> GrayTest {
    let count = labels.names.count
    var (observed, expected) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    // The scores sum to 0, so one group is left out.
    let used = count - 1
    var variance = Matrix(rows: used, columns: used, values: [Double](repeating: 0, count: used * used))
    for tally in tallies {
        let part = tally.variance
        for group in 0..<count {
            observed[group] += tally.observed[group]
            expected[group] += tally.expected[group]
        }
        for row in 0..<used {
            for column in 0..<used { variance[row, column] += part[row * count + column] }
        }
    }
    let factorization = Factorization(variance, tolerance: 1e-10)
    guard factorization.dependentColumns.isEmpty else {
        throw CompetingRisksError.noVariance(cause: outcome.causes[cause])
    }
    let difference = (0..<used).map { observed[$0] - expected[$0] }
    let chiSquare = zip(difference, factorization.solve(difference)).reduce(0) { $0 + $1.0 * $1.1 }
    var patients = [Int](repeating: 0, count: count)
    for code in labels.codes { patients[code] += 1 }
    return GrayTest(
        cause: outcome.causes[cause],
        groups: labels.names.indices.map {
            GrayTest.Group(
                name: labels.names[$0], patients: patients[$0], observed: observed[$0], expected: expected[$0])
        },
        chiSquare: chiSquare, degreesOfFreedom: used,
        p: Distributions.chiSquareUpperTail(chiSquare, degreesOfFreedom: used))
}
