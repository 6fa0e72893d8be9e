import Results

/// Counts of pairs, over all and for each patient.
struct ConcordancePairs {
    private var concordant = 0
    private var discordant = 0
    private var tiedRisk = 0
    private var tiedTime = 0
    private var tiedBoth = 0
    /// For each patient, concordant less discordant pairs.
    private var balance: [Int]
    /// For each patient, comparable pairs.
    private var part: [Int]

    var comparable: Int { concordant + discordant + tiedRisk }

    init(patients: Int) {
        balance = [Int](repeating: 0, count: patients)
        part = balance
    }

    /// Adds the pairs within a stratum.
    mutating func count(_ sets: RiskSets, risk: [Double]) {
        let ranks = Ranks(sets.order.map { risk[$0] })
        countLaterPartners(sets, ranks)
        countEarlierPartners(sets, ranks)
        countTiedEvents(sets, ranks)
    }

    /// Of every event, the partners that are followed longer, or as long and censored. Back in time.
    private mutating func countLaterPartners(_ sets: RiskSets, _ ranks: Ranks) {
        var later = RankCounts(ranks: ranks.count)
        for index in stride(from: sets.count - 1, through: 0, by: -1) {
            for position in sets.censored(index) { later.add(ranks.rank[position]) }
            for position in sets.events(index) {
                let (below, equal) = later.counts(ranks.rank[position])
                let above = later.total - below - equal
                concordant += below
                discordant += above
                tiedRisk += equal
                balance[sets.order[position]] += below - above
                part[sets.order[position]] += later.total
            }
            for position in sets.events(index) { later.add(ranks.rank[position]) }
        }
    }

    /// Of every patient, the events before, or at the time of censoring. Forward in time; the pairs are counted
    /// already.
    private mutating func countEarlierPartners(_ sets: RiskSets, _ ranks: Ranks) {
        var earlier = RankCounts(ranks: ranks.count)
        for index in 0..<sets.count {
            for position in sets.events(index) { addEarlier(earlier, sets.order[position], ranks.rank[position]) }
            for position in sets.events(index) { earlier.add(ranks.rank[position]) }
            for position in sets.censored(index) { addEarlier(earlier, sets.order[position], ranks.rank[position]) }
        }
    }

    private mutating func addEarlier(_ earlier: borrowing RankCounts, _ row: Int, _ rank: Int) {
        guard earlier.total > 0 else { return }
        let (below, equal) = earlier.counts(rank)
        balance[row] += earlier.total - below - equal - below
        part[row] += earlier.total
    }

    private mutating func countTiedEvents(_ sets: RiskSets, _ ranks: Ranks) {
        var seen = [Int](repeating: 0, count: ranks.count)
        for index in 0..<sets.count where sets.eventCount[index] > 1 {
            var equal = 0
            for position in sets.events(index) {
                equal += seen[ranks.rank[position]]
                seen[ranks.rank[position]] += 1
            }
            for position in sets.events(index) { seen[ranks.rank[position]] = 0 }
            let events = sets.eventCount[index]
            tiedBoth += equal
            tiedTime += events * (events - 1) / 2 - equal
        }
    }

    func result() -> Concordance {
        let pairs = Double(comparable)
        let somers = Double(concordant - discordant) / pairs
        var squares = 0.0
        for (balance, part) in zip(balance, part) {
            let influence = (Double(balance) - somers * Double(part)) / pairs
            squares += influence * influence
        }
        return Concordance(
            concordance: (somers + 1) / 2, standardError: squares.squareRoot() / 2, concordant: concordant,
            discordant: discordant, tiedRisk: tiedRisk, tiedTime: tiedTime, tiedBoth: tiedBoth)
    }
}

/// Numbers as dense ranks from 0; equal numbers share one.
struct Ranks {
    let rank: [Int]
    let count: Int

    init(_ values: [Double]) {
        var rank = [Int](repeating: 0, count: values.count)
        var count = 0
        var previous: Double?
        for row in ascendingOrder(values) {
            if previous != values[row] { count += 1 }
            previous = values[row]
            rank[row] = count - 1
        }
        self.rank = rank
        self.count = count
    }
}

/// How many patients have each rank, and how many a lower one: a Fenwick tree (Fenwick 1994, Softw. Pract. Exp.
/// 24:327).
struct RankCounts: ~Copyable {
    private var tree: [Int32]
    private var count: [Int32]
    private(set) var total = 0

    init(ranks: Int) {
        tree = [Int32](repeating: 0, count: ranks + 1)
        count = [Int32](repeating: 0, count: ranks)
    }

    mutating func add(_ rank: Int) {
        count[rank] += 1
        total += 1
        var node = rank + 1
        while node < tree.count {
            tree[node] += 1
            node += node & -node
        }
    }

    /// The patients of lower rank and of this rank.
    borrowing func counts(_ rank: Int) -> (below: Int, equal: Int) {
        var below = 0
        var node = rank
        while node > 0 {
            below += Int(tree[node])
            node &= node - 1
        }
        return (below, Int(count[rank]))
    }
}
