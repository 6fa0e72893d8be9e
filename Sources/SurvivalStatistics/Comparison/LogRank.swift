import Results

/// The log-rank comparison of the survival of groups.
public struct LogRank: Sendable, Equatable {
    public struct Group: Sendable, Equatable {
        public var name: String
        public var patients: Int
        /// Events, each counted with the weight of its time.
        public var observed: Double
        /// Events expected if all groups had the hazard of the whole, weighted likewise.
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
/// have d n_g / n of them, and the covariances are those of the hypergeometric distribution. With w the weight of the
/// time (1 unless asked otherwise),
///
///     V_gh = Σ w² d (n − d) / (n − 1) · (n_g / n) (1[g = h] − n_h / n)
///     χ² = (O − E)ᵀ V⁻ (O − E)
///
/// With strata, the sums run over the times of each stratum, n and n_g counting its patients. A group that is never at
/// risk at an event (E = 0) is reported and takes no part; the degrees of freedom are the rank of V: the groups that do,
/// less one, and less one more for each set of groups that strata or late entry keep apart from the others (as in R's
/// `coxph`). A patient censored at the time of an event is at risk there, one who enters at that time is not yet; nearly equal times
/// count as one. Without ties the statistic is that of the score test of Cox regression, with late entries too. Groups
/// are ordered as numbers when every label is one, else by characters. O(n log n) at most for n patients, and O(k²) for
/// k groups at each event time.
///
/// Source: Mantel 1966, Cancer Chemother Rep 50:163; Peto & Peto 1972, JRSS A 135:185; agrees with R's `survdiff`, which
/// knows no late entry.
///
/// - Parameters:
///   - groups: the group of each patient.
///   - strata: the stratum of each patient.
/// - Throws: `StatisticsError`: `.lengthsDiffer`, `.noPatients`, `.singleGroup`, `.noEvents`,
///   `.groupsNeverAtRiskTogether`, `.noVariance`, `.invalidWeights`; `DelayedEntryError.noLengthLeft`.
public func logRank(
    _ outcome: Outcome, groups: [String], weights: LogRankWeights = .logRank, strata: [Int]? = nil
) throws -> LogRank {
    try StatisticsError.check(groups.count, "group labels", patients: outcome.count)
    try weights.check()
    let labels = GroupLabels(groups)
    guard labels.names.count > 1 else { throw StatisticsError.singleGroup(labels.names[0]) }
    guard outcome.eventCount > 0 else { throw StatisticsError.noEvents }
    var tally = LogRankTally(groups: labels, weights: weights)
    for sets in try RiskSets.sets(outcome, strata: strata, takesEntry: true) { tally.add(sets) }
    return try tally.result()
}
