import Results

/// A concordance with what each patient adds to it.
public struct ConcordanceInfluence: Sendable, Equatable {
    public var concordance: Double
    /// For each patient the derivative of the concordance by the patient's weight; they sum to 0.
    ///
    /// Their sum of squares is the infinitesimal-jackknife variance. Of two risks of the same patients the sum of
    /// products is the covariance, so that of the differences' squares is the variance of the difference.
    public var influence: [Double]
}

/// Harrell's concordance, as `concordance(_:risk:strata:)`, with what each patient adds to it: R's `dfbeta` of
/// `concordance(..., influence = 1)`. O(n log n).
///
/// - Throws: as `concordance(_:risk:strata:)`.
public func concordanceInfluence(
    _ outcome: Outcome, risk: [Double], strata: [Int]? = nil
) throws -> ConcordanceInfluence {
    try StatisticsError.check(risk.count, "risks", patients: outcome.count)
    if let row = risk.firstIndex(where: \.isNaN) { throw StatisticsError.notANumber(what: "the risk", row: row) }
    var pairs = ConcordancePairs<Int>(patients: outcome.count)
    for sets in try RiskSets.sets(outcome, strata: strata) {
        pairs.count(sets, Ranks(sets.order.map { risk[$0] })) { _ in 1 }
    }
    guard pairs.comparable > 0 else { throw StatisticsError.noComparablePair }
    return ConcordanceInfluence(concordance: pairs.estimate().concordance, influence: pairs.influences())
}

/// Uno's concordance, as `unoConcordance(_:risk:horizon:)`, with what each patient adds to it, the weights taken as
/// known. O(n log n).
///
/// - Throws: as `unoConcordance(_:risk:horizon:)`.
public func unoInfluence(_ outcome: Outcome, risk: [Double], horizon: Double? = nil) throws -> ConcordanceInfluence {
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
    return ConcordanceInfluence(concordance: pairs.estimate().concordance, influence: pairs.influences())
}
