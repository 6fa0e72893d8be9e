/// What a comparable pair counts: 1 as a rule, the weight of its event's time where censoring is made up for.
protocol PairWeight: Comparable, Numeric {
    /// What running sums of weights are kept in.
    associatedtype Cell: Numeric
    init(_ count: Int32)
    init(cell: Cell)
    var cell: Cell { get }
    var asDouble: Double { get }
}

extension Int: PairWeight {
    init(cell: Int32) { self = Int(cell) }
    var cell: Int32 { Int32(self) }
    var asDouble: Double { Double(self) }
}

extension Double: PairWeight {
    init(cell: Double) { self = cell }
    var cell: Double { self }
    var asDouble: Double { self }
}

/// Weighted counts of comparable pairs, over all and for each patient.
struct ConcordancePairs<Weight: PairWeight> {
    private(set) var concordant: Weight = 0
    private(set) var discordant: Weight = 0
    private(set) var tiedRisk: Weight = 0
    /// For each patient, concordant less discordant pairs.
    private var balance: [Weight]
    /// For each patient, comparable pairs.
    private var part: [Weight]

    var comparable: Weight { concordant + discordant + tiedRisk }

    init(patients: Int) {
        balance = [Weight](repeating: 0, count: patients)
        part = balance
    }

    /// Adds the pairs within a stratum.
    ///
    /// - Parameter weight: what a pair counts whose event is at that place in the times of the stratum.
    mutating func count(_ sets: RiskSets, _ ranks: Ranks, weight: (Int) -> Weight) {
        countLaterPartners(sets, ranks, weight)
        countEarlierPartners(sets, ranks, weight)
    }

    /// Of every event, the partners that are followed longer, or as long and censored. Back in time.
    private mutating func countLaterPartners(_ sets: RiskSets, _ ranks: Ranks, _ weight: (Int) -> Weight) {
        var later = RankSums<Int32>(ranks: ranks.count)
        for index in stride(from: sets.count - 1, through: 0, by: -1) {
            for position in sets.censored(index) { later.add(1, at: ranks.rank[position]) }
            guard sets.eventCount[index] > 0 else { continue }
            let weight = weight(index)
            for position in sets.events(index) {
                let (below, equal) = later.sums(ranks.rank[position])
                let above = later.total - below - equal
                concordant += weight * Weight(below)
                discordant += weight * Weight(above)
                tiedRisk += weight * Weight(equal)
                balance[sets.order[position]] += weight * (Weight(below) - Weight(above))
                part[sets.order[position]] += weight * Weight(later.total)
            }
            for position in sets.events(index) { later.add(1, at: ranks.rank[position]) }
        }
    }

    /// Of every patient, the events before, or at the time of censoring. Forward in time; the totals have them already.
    private mutating func countEarlierPartners(_ sets: RiskSets, _ ranks: Ranks, _ weight: (Int) -> Weight) {
        var earlier = RankSums<Weight.Cell>(ranks: ranks.count)
        for index in 0..<sets.count {
            for position in sets.events(index) { addEarlier(earlier, sets.order[position], ranks.rank[position]) }
            if sets.eventCount[index] > 0 {
                let cell = weight(index).cell
                for position in sets.events(index) { earlier.add(cell, at: ranks.rank[position]) }
            }
            for position in sets.censored(index) { addEarlier(earlier, sets.order[position], ranks.rank[position]) }
        }
    }

    private mutating func addEarlier(_ earlier: borrowing RankSums<Weight.Cell>, _ row: Int, _ rank: Int) {
        let (below, equal) = earlier.sums(rank)
        balance[row] += Weight(cell: earlier.total - below - equal) - Weight(cell: below)
        part[row] += Weight(cell: earlier.total)
    }

    /// What each patient adds to the concordance when their weight grows: the derivatives whose squares sum to the
    /// infinitesimal-jackknife variance.
    func influences() -> [Double] {
        let pairs = comparable.asDouble
        let somers = (concordant - discordant).asDouble / pairs
        return zip(balance, part).map { ($0.asDouble - somers * $1.asDouble) / pairs / 2 }
    }

    /// Concordance with its infinitesimal-jackknife standard error.
    func estimate() -> (concordance: Double, standardError: Double) {
        let pairs = comparable.asDouble
        let somers = (concordant - discordant).asDouble / pairs
        var squares = 0.0
        for (balance, part) in zip(balance, part) {
            let influence = (balance.asDouble - somers * part.asDouble) / pairs
            squares += influence * influence
        }
        return ((somers + 1) / 2, squares.squareRoot() / 2)
    }
}
