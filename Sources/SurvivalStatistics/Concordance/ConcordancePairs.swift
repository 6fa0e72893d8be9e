/// What a comparable pair counts: 1 as a rule, the weight of its event's time where censoring is made up for.
protocol PairWeight: Comparable, Numeric {
    init(_ count: Int)
    /// A sum of weights, which a Double holds exactly where they are whole.
    init(sum: Double)
    var asDouble: Double { get }
}

extension Int: PairWeight {
    init(sum: Double) { self = Int(sum) }
    var asDouble: Double { Double(self) }
}

extension Double: PairWeight {
    init(sum: Double) { self = sum }
    var asDouble: Double { self }
}

/// Weighted counts of comparable pairs, over all and for each patient.
struct ConcordancePairs<Weight: PairWeight> {
    private(set) var concordant: Weight = 0
    private(set) var discordant: Weight = 0
    private(set) var tiedRisk: Weight = 0
    /// One per patient, in the order in which they were counted.
    private var shares: [Share] = []
    private let patients: Int

    /// The pairs that a patient is part of.
    private struct Share {
        var row: UInt32
        /// Concordant less discordant ones.
        var balance: Weight
        var all: Weight
    }

    var comparable: Weight { concordant + discordant + tiedRisk }

    init(patients: Int) {
        self.patients = patients
        shares.reserveCapacity(patients)
    }

    /// Adds the pairs within a stratum. O(n log n).
    ///
    /// The patients are taken in ascending order of time, at one time those with the event first, and of these the
    /// higher risks first: then no event counts among what came before another of its time with a lower risk.
    ///
    /// - Parameter weight: what a pair counts whose event is at that place in the times of the stratum.
    mutating func count(_ sets: RiskSets, _ ranks: Ranks, weight: (Int) -> Weight) {
        let times = Self.times(sets, weight)
        var entries = Self.sequence(sets, ranks, times)
        LowerBefore.gather(&entries, ranks: ranks.count)
        var start = 0
        while start < entries.count {
            var end = start + 1
            while end < entries.count && entries[end].rank == entries[start].rank { end += 1 }
            addEqualRisks(entries, start..<end, times)
            start = end
        }
    }

    /// What the pairs of a stratum need to know of one of its times.
    private struct Time {
        var weight: Weight
        /// The weights of all events at earlier times.
        var before: Weight
        /// The same, and those at this time.
        var upTo: Weight
        /// Patients censored at this time or followed beyond it.
        var later: Int
    }

    private static func times(_ sets: RiskSets, _ weight: (Int) -> Weight) -> [Time] {
        var before: Weight = 0
        return (0..<sets.count).map { index in
            let events = sets.events(index)
            let own = events.isEmpty ? 0 : weight(index)
            let upTo = before + own * Weight(events.count)
            defer { before = upTo }
            return Time(weight: own, before: before, upTo: upTo, later: sets.patients - events.upperBound)
        }
    }

    /// The patients in the sequence in which they are compared. The tag of each is twice the index of the time, and one
    /// more at an event; the counts of events start from the number of events that follow at the same time.
    private static func sequence(_ sets: RiskSets, _ ranks: Ranks, _ times: [Time]) -> [LowerBefore] {
        var byRank: [UInt64] = []
        return [LowerBefore](unsafeUninitializedCapacity: sets.patients) { entries, count in
            for index in times.indices {
                let (events, weight) = (sets.events(index), times[index].weight.asDouble)
                byRank.removeAll(keepingCapacity: true)
                for position in events {
                    byRank.append(UInt64(ranks.rank[position]) << 32 | UInt64(position - events.lowerBound))
                }
                if byRank.count > 1 { byRank.sort(by: >) }
                for item in byRank {
                    let position = events.lowerBound + Int(truncatingIfNeeded: item & 0xFFFF_FFFF)
                    entries.initializeElement(
                        at: count,
                        to: LowerBefore(
                            rank: ranks.rank[position], row: sets.order[position], tag: 2 * index + 1,
                            count: events.upperBound - 1 - count, weight: weight))
                    count += 1
                }
                for position in sets.censored(index) {
                    entries.initializeElement(
                        at: count,
                        to: LowerBefore(
                            rank: ranks.rank[position], row: sets.order[position], tag: 2 * index, count: 0, weight: 0))
                    count += 1
                }
            }
        }
    }

    /// Adds the pairs of the patients of one risk: of every event with the partners that are followed longer, or as long
    /// and censored; and, for each patient alone, of every patient with the events before, or at the time of censoring.
    private mutating func addEqualRisks(_ entries: [LowerBefore], _ group: Range<Int>, _ times: [Time]) {
        /// Of the events of this risk so far.
        var equalBefore: Weight = 0
        var start = group.lowerBound
        while start < group.upperBound {
            let tag = entries[start].tag
            let time = times[Int(tag >> 1)]
            let isEvent = tag & 1 == 1
            var end = start + 1
            while end < group.upperBound && entries[end].tag == tag { end += 1 }
            let before = isEvent ? time.before : time.upTo
            for index in start..<end {
                let below = Weight(sum: entries[index].weightBelow)
                var balance = before - equalBefore - below - below
                var all = before
                if isEvent {
                    // The count has the patients before with a lower risk, and of this time all events that follow in
                    // the sequence: those with an equal risk, which are taken off again, and those with a lower one.
                    let laterBelow = group.lowerBound - Int(entries[index].countBelow) + (end - 1 - index)
                    let laterEqual = group.upperBound - end
                    let laterAbove = time.later - laterBelow - laterEqual
                    concordant += time.weight * Weight(laterBelow)
                    discordant += time.weight * Weight(laterAbove)
                    tiedRisk += time.weight * Weight(laterEqual)
                    balance += time.weight * Weight(laterBelow - laterAbove)
                    all += time.weight * Weight(time.later)
                }
                shares.append(Share(row: entries[index].row, balance: balance, all: all))
            }
            if isEvent { equalBefore += time.weight * Weight(end - start) }
            start = end
        }
    }

    /// What each patient adds to the concordance when their weight grows: the derivatives whose squares sum to the
    /// infinitesimal-jackknife variance.
    func influences() -> [Double] {
        let pairs = comparable.asDouble
        let somers = (concordant - discordant).asDouble / pairs
        var influences = [Double](repeating: 0, count: patients)
        for share in shares {
            influences[Int(share.row)] = (share.balance.asDouble - somers * share.all.asDouble) / pairs / 2
        }
        return influences
    }

    /// Concordance with its infinitesimal-jackknife standard error, the influences added up within clusters.
    func estimate(clusters: [Int]? = nil) -> (concordance: Double, standardError: Double) {
        let pairs = comparable.asDouble
        let somers = (concordant - discordant).asDouble / pairs
        if clusters != nil {
            let squares = influences().clustered(clusters).reduce(0) { $0 + $1 * $1 }
            return ((somers + 1) / 2, squares.squareRoot())
        }
        var squares = 0.0
        for share in shares {
            let influence = (share.balance.asDouble - somers * share.all.asDouble) / pairs
            squares += influence * influence
        }
        return ((somers + 1) / 2, squares.squareRoot() / 2)
    }
}
