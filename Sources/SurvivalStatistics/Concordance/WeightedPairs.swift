/// Sums over comparable pairs of patients with weights, or who come under observation late: a pair counts the product of
/// its weights, and only while both are at risk.
///
/// The manner is that of `ConcordancePairs`, whose counts of whole pairs are faster where there is neither.
struct WeightedPairs {
    private(set) var concordant = 0.0
    private(set) var discordant = 0.0
    private(set) var tiedRisk = 0.0
    private(set) var tiedTime = 0.0
    private(set) var tiedBoth = 0.0
    private let weights: [Double]
    /// For each patient the weights of the partners, concordant less discordant.
    private var balance: [Double]
    /// For each patient the weights of all partners.
    private var part: [Double]

    var comparable: Double { concordant + discordant + tiedRisk }

    init(weights: [Double]) {
        self.weights = weights
        balance = [Double](repeating: 0, count: weights.count)
        part = balance
    }

    /// Adds the pairs within a stratum. O(n log n).
    mutating func count(_ sets: RiskSets, _ ranks: Ranks) {
        countLaterPartners(sets, ranks)
        countEarlierPartners(sets, ranks)
        countTiedEvents(sets, ranks)
    }

    /// Of every event, the partners at risk who are followed longer, or as long and censored. Back in time.
    private mutating func countLaterPartners(_ sets: RiskSets, _ ranks: Ranks) {
        var later = RankSums<Double>(ranks: ranks.count)
        // A sum that should be 0 again after patients have gone may be off by rounding; no pair, no sum.
        var number = 0
        for index in stride(from: sets.count - 1, through: 0, by: -1) {
            if index + 1 < sets.count {
                for position in sets.entering(index + 1) {
                    later.add(-weights[sets.order[position]], at: ranks.rank[position])
                    number -= 1
                }
            }
            for position in sets.censored(index) {
                later.add(weights[sets.order[position]], at: ranks.rank[position])
                number += 1
            }
            for position in sets.events(index) where number > 0 {
                let row = sets.order[position]
                let (below, equal) = later.sums(ranks.rank[position])
                let above = later.total - below - equal
                concordant += weights[row] * below
                discordant += weights[row] * above
                tiedRisk += weights[row] * equal
                balance[row] += below - above
                part[row] += later.total
            }
            for position in sets.events(index) {
                later.add(weights[sets.order[position]], at: ranks.rank[position])
                number += 1
            }
        }
    }

    /// Of every patient, the events since the entry and before their time, or at it where they are censored. Forward in
    /// time; the totals have them already.
    private mutating func countEarlierPartners(_ sets: RiskSets, _ ranks: Ranks) {
        var earlier = RankSums<Double>(ranks: ranks.count)
        func add(_ sign: Double, _ position: Int, to balance: inout [Double], _ part: inout [Double]) {
            let row = sets.order[position]
            let (below, equal) = earlier.sums(ranks.rank[position])
            balance[row] += sign * (earlier.total - below - equal - below)
            part[row] += sign * earlier.total
        }
        for index in 0..<sets.count {
            for position in sets.entering(index) { add(-1, position, to: &balance, &part) }
            for position in sets.events(index) { add(1, position, to: &balance, &part) }
            for position in sets.events(index) {
                earlier.add(weights[sets.order[position]], at: ranks.rank[position])
            }
            for position in sets.censored(index) { add(1, position, to: &balance, &part) }
        }
    }

    private mutating func countTiedEvents(_ sets: RiskSets, _ ranks: Ranks) {
        var seen = [Double](repeating: 0, count: ranks.count)
        for index in 0..<sets.count where sets.eventCount[index] > 1 {
            var all = 0.0
            for position in sets.events(index) {
                let weight = weights[sets.order[position]]
                tiedBoth += weight * seen[ranks.rank[position]]
                tiedTime += weight * (all - seen[ranks.rank[position]])
                seen[ranks.rank[position]] += weight
                all += weight
            }
            for position in sets.events(index) { seen[ranks.rank[position]] = 0 }
        }
    }

    /// Concordance with its infinitesimal-jackknife standard error, the influences added up within clusters.
    func estimate(clusters: [Int]?) -> (concordance: Double, standardError: Double) {
        let somers = (concordant - discordant) / comparable
        let influence = weights.indices.map { row in
            weights[row] * (balance[row] - somers * part[row]) / comparable
        }
        let squares = influence.clustered(clusters).reduce(0) { $0 + $1 * $1 }
        return ((somers + 1) / 2, squares.squareRoot() / 2)
    }
}

extension [Double] {
    /// The sums over clusters, in the order in which they first occur; the numbers themselves without any.
    func clustered(_ clusters: [Int]?) -> [Double] {
        guard let clusters else { return self }
        var place: [Int: Int] = [:]
        var sums: [Double] = []
        for (value, cluster) in zip(self, clusters) {
            if let index = place[cluster] {
                sums[index] += value
            } else {
                place[cluster] = sums.count
                sums.append(value)
            }
        }
        return sums
    }
}
