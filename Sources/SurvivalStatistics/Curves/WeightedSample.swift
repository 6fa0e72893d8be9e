import Results

/// The patients of one group with their weights, for the infinitesimal jackknife of a curve.
///
/// An estimate that is a sum over the event times, such as log S or H, changes with the weight of patient i by
///
///     Σ_{tₖ ≤ t} (aₖ 1[i has the event at tₖ] − cₖ 1[i is at risk at tₖ])
///
/// up to its sign; its variance is the sum of w² times the square of that over the patients. For H, a = 1/n and
/// c = d/n²; for log S, a = 1/(n − d) and c = d/(n (n − d)).
struct WeightedSample {
    let sets: RiskSets
    let weights: [Double]

    /// The variance at each time, in one pass forward: of those under observation the sums of w², w² b and w² b² are
    /// held, b being the sum of the c since their entry. O(n).
    func variance(event a: [Double], atRisk c: [Double]) -> [Double] {
        var total = 0.0
        var atEntry = [Double](repeating: 0, count: sets.patients)
        var (past, zeroth, first, second) = (0.0, CompensatedSum(), CompensatedSum(), CompensatedSum())
        func enter(_ position: Int) {
            atEntry[position] = total
            zeroth.add(square(position))
        }
        func leave(_ position: Int, event: Double) {
            let (weight, since) = (square(position), total - atEntry[position])
            zeroth.add(-weight)
            first.add(-weight * since)
            second.add(-weight * since * since)
            past += weight * (event - since) * (event - since)
        }
        if sets.entries == nil { for position in 0..<sets.patients { enter(position) } }
        return (0..<sets.count).map { index in
            for position in sets.entering(index) { enter(position) }
            second.add(c[index] * (2 * first.value + c[index] * zeroth.value))
            first.add(c[index] * zeroth.value)
            total += c[index]
            for position in sets.events(index) { leave(position, event: a[index]) }
            for position in sets.censored(index) { leave(position, event: 0) }
            if sets.atRiskCount(index) == sets.start[index + 1] - sets.start[index] {
                (zeroth, first, second) = (CompensatedSum(), CompensatedSum(), CompensatedSum())
            }
            return past + max(second.value, 0)
        }
    }

    private func square(_ position: Int) -> Double {
        let weight = weights[sets.order[position]]
        return weight * weight
    }
}
