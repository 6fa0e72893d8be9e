import Foundation
import Results

/// The log-rank comparison of the survival of groups.
public struct LogRank: Sendable, Equatable {
    public struct Group: Sendable, Equatable {
        public var name: String
        public var patients: Int
        public var observed: Double
        /// Events expected if all groups had the hazard of the whole.
        public var expected: Double
    }

    public var groups: [Group]
    /// Covariance of observed − expected, groups × groups; each row sums to 0.
    public var variance: Matrix
    public var chiSquare: Double
    public var degreesOfFreedom: Int
    /// Upper tail of the chi-square distribution.
    public var p: Double
}

/// The log-rank test that the groups share one hazard.
///
/// At each distinct event time, d of the n patients at risk have the event; group g with n_g at risk is expected to
/// have d n_g / n of them, and the covariances are those of the hypergeometric distribution,
///
///     V_gh = Σ d (n − d) / (n − 1) · (n_g / n) (1[g = h] − n_h / n)
///     χ² = (O − E)ᵀ V⁻ (O − E)
///
/// A group that is never at risk at an event (E = 0) is reported and takes no part; the degrees of freedom are the
/// groups that do, less one. A patient censored at the time of an event is at risk there; nearly equal times count as
/// one. Groups are ordered as numbers when every label is one, else by characters. O(n log n) at most for n patients,
/// and O(k²) for k groups at each event time.
///
/// Source: Mantel 1966, Cancer Chemother Rep 50:163; Peto & Peto 1972, JRSS A 135:185; agrees with R's `survdiff`.
///
/// - Parameter groups: the group of each patient.
/// - Throws: `StatisticsError`: `.lengthsDiffer`, `.noPatients`, `.singleGroup`, `.noEvents`,
///   `.groupsNeverAtRiskTogether`, `.noVariance`.
public func logRank(_ outcome: Outcome, groups: [String]) throws -> LogRank {
    try StatisticsError.check(groups.count, "group labels", patients: outcome.count)
    let labels = GroupLabels(groups)
    guard labels.names.count > 1 else { throw StatisticsError.singleGroup(labels.names[0]) }
    guard outcome.eventCount > 0 else { throw StatisticsError.noEvents }

    var tally = LogRankTally(groups: labels)
    tally.add(outcome, times: DistinctTimes(outcome.time))
    return try tally.result()
}

/// Sums of a log-rank test.
private struct LogRankTally {
    let groups: GroupLabels
    var observed: [Double]
    var expected: [Double]
    var variance: Matrix

    init(groups: GroupLabels) {
        self.groups = groups
        let count = groups.names.count
        observed = [Double](repeating: 0, count: count)
        expected = observed
        variance = Matrix(rows: count, columns: count, values: [Double](repeating: 0, count: count * count))
    }

    mutating func add(_ outcome: Outcome, times: DistinctTimes) {
        let count = groups.names.count
        var atRisk = [Int](repeating: 0, count: count)
        for index in stride(from: times.count - 1, through: 0, by: -1) {
            var deaths = 0
            for row in times.order[times.block(index)] {
                let group = groups.codes[row]
                atRisk[group] += 1
                if outcome.event[row] {
                    deaths += 1
                    observed[group] += 1
                }
            }
            guard deaths > 0 else { continue }
            let total = Double(outcome.count - times.start[index])
            let share = Double(deaths) / total
            let spread = total > 1 ? share * (total - Double(deaths)) / (total - 1) : 0
            for group in 0..<count where atRisk[group] > 0 {
                let size = Double(atRisk[group])
                expected[group] += share * size
                guard spread > 0 else { continue }
                for other in 0..<count {
                    variance[group, other] += spread * size * ((group == other ? 1 : 0) - Double(atRisk[other]) / total)
                }
            }
        }
    }

    func result() throws -> LogRank {
        let compared = expected.indices.filter { expected[$0] > 0 }
        guard compared.count > 1 else { throw StatisticsError.groupsNeverAtRiskTogether }
        // The rows sum to 0, so one group is left out.
        let used = Array(compared.dropFirst())
        let block = Matrix(
            rows: used.count, columns: used.count, values: used.flatMap { row in used.map { variance[row, $0] } })
        let factorization = Factorization(block, tolerance: .ulpOfOne)
        guard factorization.dependentColumns.isEmpty else { throw StatisticsError.noVariance }
        let difference = used.map { observed[$0] - expected[$0] }
        let chiSquare = zip(difference, factorization.solve(difference)).reduce(0) { $0 + $1.0 * $1.1 }
        var patients = [Int](repeating: 0, count: groups.names.count)
        for code in groups.codes { patients[code] += 1 }
        return LogRank(
            groups: groups.names.indices.map {
                LogRank.Group(
                    name: groups.names[$0], patients: patients[$0], observed: observed[$0], expected: expected[$0])
            },
            variance: variance, chiSquare: chiSquare, degreesOfFreedom: used.count,
            p: Distributions.chiSquareUpperTail(chiSquare, degreesOfFreedom: used.count))
    }
}
