import Foundation
import Results

/// The cut of a variable that parts survival most, with a p that knows of the search.
public struct MaximallySelectedLogRank: Sendable, Equatable {
    public enum Correction: String, Sendable, CaseIterable {
        /// An improved Bonferroni bound over the cuts that there are: Lausen & Schumacher 1994.
        case lau94
        /// The limit for a continuous variable and many patients: Lausen & Schumacher 1992.
        case lau92
        /// The share of permutations of the patients whose best cut is at least as good.
        case permutation
    }

    /// A cut that was tried.
    public struct Cut: Sendable, Equatable {
        /// The groups are those at most and those above it: a value that occurs.
        public var value: Double
        /// Patients at most at the cut.
        public var below: Int
        /// Standardised log-rank statistic; positive when patients at most at the cut have more events than expected.
        public var z: Double
    }

    public var patients: Int
    public var events: Int
    /// In ascending order.
    public var cuts: [Cut]
    /// The one with the largest |z|, the first of equals.
    public var best: Cut
    public var correction: Correction
    /// Of the largest |z| among the cuts.
    public var p: Double
    /// Of the best cut as if no other had been tried; it is too small.
    public var uncorrectedP: Double
    /// How many permutations were drawn; 0 unless they were asked for.
    public var permutations: Int
}

/// Why no cut can be chosen.
public enum CutpointError: LocalizedError, Equatable {
    case invalidShare(Double)
    /// All values are equal, or those between which a cut could lie leave too few patients on one side.
    case noCut(share: Double, distinct: Int)
    /// Every patient has the same log-rank score.
    case noVariance

    public var errorDescription: String? {
        switch self {
        case .invalidShare(let share):
            "the least share of patients on either side of a cut is \(shortest(share)); it lies above 0 and below 0.5"
        case .noCut(let share, let distinct):
            "no cut of the \(distinct) distinct values leaves a share of \(shortest(share)) of the patients on each side"
        case .noVariance:
            "every patient has the same log-rank score, so no cut parts them"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .invalidShare: "use 0.1 for a tenth"
        case .noCut: "use a smaller share, or another column"
        case .noVariance: "look at the coding of the event column"
        }
    }
}

/// Searches the cut with the largest standardised log-rank statistic, and corrects its p for the search.
///
/// With the log-rank scores aᵢ = δᵢ − Λ(tᵢ) of the Nelson-Aalen estimate Λ of all patients, the statistic of the m
/// patients at most at a cut is (Σ aᵢ − E) / √V with mean and variance over permutations,
///
///     E = m/n Σ aᵢ,   V = m (n − m) / (n² (n − 1)) (n Σ aᵢ² − (Σ aᵢ)²)
///
/// Cuts are the distinct values with at least ⌊share n⌋ (one at least) and at most ⌊(1 − share) n⌋ patients at most at
/// them. A patient censored at the time of an event is at risk there; nearly equal times count as one. (R's `maxstat`
/// scores ties of times in another way, and agrees where there are none.) O(n log n), times permutations.
///
/// The correction 1992 is 4 φ(b)/b + φ(b)(b − 1/b) log((1 − ε)²/ε²); that of 1994 adds to the uncorrected p, for each pair
/// of neighbouring cuts, how unlike their statistics are; both are bounds or approximations that do well for small p and
/// may reach 1. Permutations give (1 + count) / (1 + permutations).
///
/// Source: Lausen & Schumacher 1992, Biometrics 48:73, and 1994, Stat Probab Lett 20:41 (with Worsley 1982); Hothorn &
/// Lausen 2003, Comput Stat Data Anal 43:121.
///
/// - Parameters:
///   - values: one per patient.
///   - share: the least share of patients on either side.
///   - permutations: how many, for `.permutation`.
///   - progress: called with a number from 0 to 1 before each permutation; may throw to interrupt.
/// - Throws: `CutpointError`; `StatisticsError`: `.lengthsDiffer`, `.noPatients`, `.notANumber`, `.noEvents`.
public func maximallySelectedLogRank(
    _ outcome: Outcome, values: [Double], share: Double = 0.1,
    correction: MaximallySelectedLogRank.Correction = .lau94, permutations: Int = 10_000,
    using generator: inout SeededGenerator, progress: (Double) throws -> Void = { _ in }
) throws -> MaximallySelectedLogRank {
    try StatisticsError.check(values.count, "values", patients: outcome.count)
    if let row = values.firstIndex(where: \.isNaN) { throw StatisticsError.notANumber(what: "the value", row: row) }
    guard share > 0 && share < 0.5 else { throw CutpointError.invalidShare(share) }
    guard outcome.eventCount > 0 else { throw StatisticsError.noEvents }
    let order = ascendingOrder(values)
    var scores = try logRankScores(outcome)
    scores = order.map { scores[$0] }
    let search = try CutSearch(order.map { values[$0] }, scores: scores, share: share)
    let cuts = search.cuts(scores)
    let best = cuts.reduce(cuts[0]) { abs($1.z) > abs($0.z) ? $1 : $0 }
    let statistic = abs(best.z)
    let p: Double
    switch correction {
    case .lau94: p = search.bonferroni(statistic)
    case .lau92: p = search.asymptotic(statistic, share: share)
    case .permutation:
        var exceeding = 0
        for index in 0..<permutations {
            try progress(Double(index) / Double(permutations))
            for place in stride(from: scores.count - 1, to: 0, by: -1) {
                let other = generator.next().multipliedFullWidth(by: UInt64(place + 1)).high
                scores.swapAt(place, Int(other))
            }
            if search.largest(scores) >= statistic * (1 - 1e-12) { exceeding += 1 }
        }
        p = Double(1 + exceeding) / Double(1 + permutations)
    }
    return MaximallySelectedLogRank(
        patients: outcome.count, events: outcome.eventCount, cuts: cuts, best: best, correction: correction, p: p,
        uncorrectedP: Distributions.normalTwoSidedTail(statistic),
        permutations: correction == .permutation ? permutations : 0)
}

/// δᵢ − Λ(tᵢ): what each patient adds to observed less expected events.
private func logRankScores(_ outcome: Outcome) throws -> [Double] {
    try outcome.refuseEntry("the maximally selected log-rank test")
    let sets = RiskSets(outcome, times: DistinctTimes(outcome.time))
    var scores = [Double](repeating: 0, count: outcome.count)
    var hazard = 0.0
    for index in 0..<sets.count {
        hazard += Double(sets.eventCount[index]) / Double(sets.patients - sets.start[index])
        for position in sets.events(index) { scores[sets.order[position]] = 1 - hazard }
        for position in sets.censored(index) { scores[sets.order[position]] = -hazard }
    }
    return scores
}

/// The cuts of patients in ascending order of a variable.
private struct CutSearch {
    private let patients: Int
    /// The value of each cut, and how many patients are at most at it.
    private let value: [Double]
    private let below: [Int]
    private let mean: Double
    /// Standard deviation of the sum below each cut, over permutations.
    private let deviation: [Double]

    init(_ sorted: [Double], scores: [Double], share: Double) throws {
        let count = sorted.count
        let ends = sorted.indices.dropFirst().filter { sorted[$0 - 1] < sorted[$0] }
        let least = max(1, Int(Double(count) * share))
        let most = Int(Double(count) * (1 - share))
        below = ends.filter { $0 >= least && $0 <= most }
        guard !below.isEmpty else { throw CutpointError.noCut(share: share, distinct: ends.count + 1) }
        value = below.map { sorted[$0 - 1] }
        patients = count
        let n = Double(count)
        let moments = Moments(scores)
        let squares = moments.squares
        guard squares > n * n * Double.ulpOfOne * Double.ulpOfOne else { throw CutpointError.noVariance }
        mean = moments.mean
        deviation = below.map { (Double($0) * (n - Double($0)) / (n * (n - 1)) * squares).squareRoot() }
    }

    func cuts(_ scores: [Double]) -> [MaximallySelectedLogRank.Cut] {
        statistics(scores).enumerated().map {
            MaximallySelectedLogRank.Cut(value: value[$0], below: below[$0], z: $1)
        }
    }

    private func statistics(_ scores: [Double]) -> [Double] {
        var (sum, place) = (0.0, 0)
        return below.indices.map { cut in
            while place < below[cut] {
                sum += scores[place]
                place += 1
            }
            return (sum - Double(below[cut]) * mean) / deviation[cut]
        }
    }

    func largest(_ scores: [Double]) -> Double {
        var (sum, place, largest) = (0.0, 0, 0.0)
        for cut in below.indices {
            while place < below[cut] {
                sum += scores[place]
                place += 1
            }
            largest = max(largest, abs(sum - Double(below[cut]) * mean) / deviation[cut])
        }
        return largest
    }

    func bonferroni(_ statistic: Double) -> Double {
        let n = Double(patients)
        var excess = 0.0
        for (first, second) in zip(below, below.dropFirst()) {
            let (a, b) = (Double(first), Double(second))
            let t = (1 - a * (n - b) / ((n - a) * b)).squareRoot()
            excess +=
                exp(-statistic * statistic / 2) / .pi * (t - (statistic * statistic / 4 - 1) * (t * t * t) / 6)
        }
        return min(max(Distributions.normalTwoSidedTail(statistic) + excess, 0), 1)
    }

    func asymptotic(_ statistic: Double, share: Double) -> Double {
        guard statistic >= 1 else { return 1 }
        let density = Distributions.normalDensity(statistic)
        let room = 2 * log((1 - share) / share)
        return min(max(4 * density / statistic + density * (statistic - 1 / statistic) * room, 0), 1)
    }
}
