import Results

/// How well a risk orders the patients' events.
public struct Concordance: Sendable, Equatable {
    /// (concordant + tiedRisk / 2) / comparablePairs: 1 is perfect, 0.5 is chance.
    public var concordance: Double
    /// Of the infinitesimal jackknife.
    public var standardError: Double
    /// Comparable pairs in which the patient with the earlier event has the higher risk.
    public var concordant: Int
    /// Comparable pairs in which the patient with the earlier event has the lower risk.
    public var discordant: Int
    /// Comparable pairs of equal risk.
    public var tiedRisk: Int
    /// Pairs with events at the same time but different risks; not comparable.
    public var tiedTime: Int
    /// Pairs with events at the same time and equal risks; not comparable.
    public var tiedBoth: Int

    public var comparablePairs: Int { concordant + discordant + tiedRisk }
}

/// Harrell's concordance of a risk with the outcome; a higher risk means an earlier event.
///
/// A pair of patients is comparable when one has the event before the other's time, or at the time at which the other
/// is censored. Two events at one time are not comparable; nearly equal times count as one. Comparable pairs of
/// exactly equal risk count half. With strata, only pairs within a stratum are compared.
///
/// The standard error is R's infinitesimal jackknife: with cᵢ, dᵢ and mᵢ the concordant, discordant and all
/// comparable pairs that patient i is part of, N the comparable pairs and D = (C − D)/N Somers' d,
///
///     Var = ¼ Σᵢ ((cᵢ − dᵢ − D mᵢ) / N)²
///
/// O(n log n), by counting earlier and later patients of lower risk in a Fenwick tree.
///
/// Source: Harrell et al. 1982, JAMA 247:2543; Therneau & Watson 2015, Mayo technical report 85; agrees with R's
/// `survival::concordance(..., reverse = TRUE)`.
///
/// - Parameters:
///   - risk: one number per patient.
///   - strata: the stratum of each patient.
/// - Throws: `StatisticsError`: `.lengthsDiffer`, `.noPatients`, `.notANumber` (a NaN risk), `.noComparablePair`.
public func concordance(_ outcome: Outcome, risk: [Double], strata: [Int]? = nil) throws -> Concordance {
    try StatisticsError.check(risk.count, "risks", patients: outcome.count)
    if let row = risk.firstIndex(where: \.isNaN) { throw StatisticsError.notANumber(what: "the risk", row: row) }
    var pairs = ConcordancePairs<Int>(patients: outcome.count)
    var (tiedTime, tiedBoth) = (0, 0)
    for sets in try RiskSets.sets(outcome, strata: strata) {
        let ranks = Ranks(sets.order.map { risk[$0] })
        pairs.count(sets, ranks) { _ in 1 }
        let (time, both) = tiedEvents(sets, ranks)
        tiedTime += time
        tiedBoth += both
    }
    guard pairs.comparable > 0 else { throw StatisticsError.noComparablePair }
    let (estimate, standardError) = pairs.estimate()
    return Concordance(
        concordance: estimate, standardError: standardError, concordant: pairs.concordant,
        discordant: pairs.discordant, tiedRisk: pairs.tiedRisk, tiedTime: tiedTime, tiedBoth: tiedBoth)
}

/// Pairs of events at one time, with different and with equal risks.
private func tiedEvents(_ sets: RiskSets, _ ranks: Ranks) -> (time: Int, both: Int) {
    var seen = [Int](repeating: 0, count: ranks.count)
    var (all, equal) = (0, 0)
    for index in 0..<sets.count where sets.eventCount[index] > 1 {
        for position in sets.events(index) {
            equal += seen[ranks.rank[position]]
            seen[ranks.rank[position]] += 1
        }
        for position in sets.events(index) { seen[ranks.rank[position]] = 0 }
        all += sets.eventCount[index] * (sets.eventCount[index] - 1) / 2
    }
    return (all - equal, equal)
}
