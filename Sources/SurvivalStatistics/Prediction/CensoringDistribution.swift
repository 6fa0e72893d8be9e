import Results

/// The Kaplan-Meier estimate of the probability of not being censored, for weights that make up for censoring.
///
///     G(t) = Π_{tₖ ≤ t} (1 − cₖ / (nₖ − dₖ))
///
/// with cₖ patients censored at tₖ. Events at the time of a censoring come first, so the patients who have them cannot
/// be censored then (R's `concordance`, scikit-survival).
struct CensoringDistribution {
    /// G just before each time of the risk sets.
    let before: [Double]
    /// G at each time, its censorings included.
    let at: [Double]

    init(_ sets: RiskSets) {
        var current = 1.0
        var (before, at): ([Double], [Double]) = ([], [])
        for index in 0..<sets.count {
            before.append(current)
            let exposed = Double(sets.start[sets.count] - sets.start[index] - sets.eventCount[index])
            let censored = Double(sets.censored(index).count)
            if censored > 0 { current *= (exposed - censored) / exposed }
            at.append(current)
        }
        self.before = before
        self.at = at
    }
}
