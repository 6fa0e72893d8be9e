import Results

/// Uno's concordance: Harrell's with weights that make up for censoring.
public struct UnoConcordance: Sendable, Equatable {
    public var concordance: Double
    /// Of the infinitesimal jackknife, the weights taken as known.
    public var standardError: Double
    /// Events up to this time count; nil when all do.
    public var horizon: Double?
}

/// Uno's concordance of a risk with the outcome up to a horizon; a higher risk means an earlier event.
///
/// Pairs are compared as by `concordance(_:risk:strata:)`, and each counts 1/G(t−)² for the time t of its event, G
/// being the Kaplan-Meier estimate of the censoring distribution in the same patients. So the estimate does not
/// depend on the pattern of censoring, as Harrell's does. Pairs whose event is after the horizon do not count; a
/// horizon keeps late events, whose weights are large and unsure, from deciding. O(n log n).
///
/// G is taken just before the event, where events and censorings at one time leave no choice: a patient with the event
/// at t was not censored before t. R does so too; scikit-survival takes G at t, so that the two differ when a censoring
/// falls on the time of an event.
///
/// Source: Uno et al. 2011, Stat Med 30:1105; agrees with R's `concordance(..., timewt = "n/G2", ymax = horizon)`.
///
/// - Throws: `StatisticsError`: `.lengthsDiffer`, `.noPatients`, `.notANumber` (a NaN risk), `.noComparablePair`.
public func unoConcordance(_ outcome: Outcome, risk: [Double], horizon: Double? = nil) throws -> UnoConcordance {
    try StatisticsError.check(risk.count, "risks", patients: outcome.count)
    if let row = risk.firstIndex(where: \.isNaN) { throw StatisticsError.notANumber(what: "the risk", row: row) }
    try outcome.refuseEntry("Uno's concordance")
    let sets = RiskSets(outcome, times: DistinctTimes(outcome.time))
    let censoring = CensoringDistribution(sets)
    var pairs = ConcordancePairs<Double>(patients: outcome.count)
    pairs.count(sets, Ranks(sets.order.map { risk[$0] })) { index in
        if let horizon, sets.time[index] > horizon { return 0 }
        return 1 / (censoring.before[index] * censoring.before[index])
    }
    guard pairs.comparable > 0 else { throw StatisticsError.noComparablePair }
    let (concordance, standardError) = pairs.estimate()
    return UnoConcordance(concordance: concordance, standardError: standardError, horizon: horizon)
}
