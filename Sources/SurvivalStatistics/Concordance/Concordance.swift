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

    /// Sums over the pairs of the products of their weights, where the counts above are numbers of pairs; nil when every
    /// patient counts once.
    public var weighted: WeightedPairCounts?

    public var comparablePairs: Int { concordant + discordant + tiedRisk }
}

/// Sums of the products of two patients' weights over kinds of pairs, as `Concordance` has them.
public struct WeightedPairCounts: Sendable, Equatable {
    public var concordant: Double
    public var discordant: Double
    public var tiedRisk: Double
    public var tiedTime: Double
    public var tiedBoth: Double
}

/// Harrell's concordance of a risk with the outcome; a higher risk means an earlier event.
///
/// A pair of patients is comparable when one has the event before the other's time, or at the time at which the other
/// is censored. Two events at one time are not comparable; nearly equal times count as one. Comparable pairs of
/// exactly equal risk count half. With strata, only pairs within a stratum are compared. A patient who comes under
/// observation late is compared with events from then on only. With weights a pair counts the product of its weights.
///
/// The standard error is R's infinitesimal jackknife: with cᵢ, dᵢ and mᵢ the concordant, discordant and all
/// comparable pairs that patient i is part of, N the comparable pairs and D = (C − D)/N Somers' d,
///
///     Var = ¼ Σᵢ ((cᵢ − dᵢ − D mᵢ) / N)²
///
/// with weights, all of them sums of weights, and each term of the sum times wᵢ²; with clusters, the terms are added up
/// within clusters before they are squared.
///
/// O(n log n), by counting earlier and later patients of lower risk; with weights in a Fenwick tree.
///
/// Source: Harrell et al. 1982, JAMA 247:2543; Therneau & Watson 2015, Mayo technical report 85; agrees with R's
/// `survival::concordance(..., reverse = TRUE)`.
///
/// - Parameters:
///   - risk: one number per patient.
///   - strata: the stratum of each patient.
///   - weights: how much each patient counts, none negative.
///   - clusters: equal numbers for patients who may resemble each other, for the standard error.
/// - Throws: `StatisticsError`: `.lengthsDiffer`, `.noPatients`, `.notANumber` (a NaN risk), `.noComparablePair`;
///   `CaseWeightError`; `DelayedEntryError.noLengthLeft`.
public func concordance(
    _ outcome: Outcome, risk: [Double], strata: [Int]? = nil, weights: [Double]? = nil, clusters: [Int]? = nil
) throws -> Concordance {
    try StatisticsError.check(risk.count, "risks", patients: outcome.count)
    if let row = risk.firstIndex(where: \.isNaN) { throw StatisticsError.notANumber(what: "the risk", row: row) }
    if let clusters { try StatisticsError.check(clusters.count, "clusters", patients: outcome.count) }
    if let weights { try CaseWeights.check(weights, patients: outcome.count) }
    if weights != nil || outcome.entry != nil {
        return try weightedConcordance(outcome, risk: risk, strata: strata, weights: weights, clusters: clusters)
    }
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
    let (estimate, standardError) = pairs.estimate(clusters: clusters)
    return Concordance(
        concordance: estimate, standardError: standardError, concordant: pairs.concordant,
        discordant: pairs.discordant, tiedRisk: pairs.tiedRisk, tiedTime: tiedTime, tiedBoth: tiedBoth)
}

/// With weights, or with late entries.
private func weightedConcordance(
    _ outcome: Outcome, risk: [Double], strata: [Int]?, weights: [Double]?, clusters: [Int]?
) throws -> Concordance {
    var plain = WeightedPairs(weights: [Double](repeating: 1, count: outcome.count))
    var weighted = weights.map(WeightedPairs.init)
    for sets in try RiskSets.sets(outcome, strata: strata, takesEntry: true) {
        let ranks = Ranks(sets.order.map { risk[$0] })
        plain.count(sets, ranks)
        weighted?.count(sets, ranks)
    }
    let pairs = weighted ?? plain
    guard pairs.comparable > 0 else { throw StatisticsError.noComparablePair }
    let (estimate, standardError) = pairs.estimate(clusters: clusters)
    // Sums of ones: whole, as far as a Double counts.
    return Concordance(
        concordance: estimate, standardError: standardError, concordant: Int(plain.concordant),
        discordant: Int(plain.discordant), tiedRisk: Int(plain.tiedRisk), tiedTime: Int(plain.tiedTime),
        tiedBoth: Int(plain.tiedBoth),
        weighted: weighted.map {
            WeightedPairCounts(
                concordant: $0.concordant, discordant: $0.discordant, tiedRisk: $0.tiedRisk, tiedTime: $0.tiedTime,
                tiedBoth: $0.tiedBoth)
        })
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
