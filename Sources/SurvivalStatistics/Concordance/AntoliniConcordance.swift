import Foundation
import Results

/// How well predicted survival orders the patients at the times of their events.
public struct AntoliniConcordance: Sendable, Equatable {
    /// (concordant + tied / 2) / comparablePairs: 1 is perfect, 0.5 is chance.
    public var concordance: Double
    /// Of the infinitesimal jackknife.
    public var standardError: Double
    /// Comparable pairs in which the patient with the event was predicted the lower survival at its time.
    public var concordant: Int
    public var discordant: Int
    /// Comparable pairs of equal predicted survival at the time of the event.
    public var tied: Int
    /// For each patient the derivative of the concordance by the patient's weight.
    public var influence: [Double]

    public var comparablePairs: Int { concordant + discordant + tied }
}

/// Why predicted survival cannot be judged.
public enum PredictedSurvivalError: LocalizedError, Equatable {
    /// An event at a time for which no survival was predicted.
    case eventBeyondGrid(Double, last: Double)
    case gridNotIncreasing

    public var errorDescription: String? {
        switch self {
        case .eventBeyondGrid(let time, let last):
            "survival is predicted up to \(shortest(last)), but a patient has the event at \(shortest(time))"
        case .gridNotIncreasing:
            "the times at which survival is predicted are not increasing from 0, or are missing"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .eventBeyondGrid(_, let last): "count events up to \(shortest(last)) only, with a horizon"
        case .gridNotIncreasing: nil
        }
    }
}

/// Antolini's time-dependent concordance of predicted survival.
///
///     C = P(Ŝᵢ(Tᵢ) < Ŝⱼ(Tᵢ) | i has the event at Tᵢ, j is followed longer, or as long and censored)
///
/// The comparable pairs are those of `concordance(_:risk:strata:)`: two events at one time are not comparable, nearly
/// equal times count as one. Equal predicted survival at the time of the event counts half. A lower predicted survival
/// means an earlier event. When the curves do not cross it is Harrell's C-index of the risk; where they cross, the
/// order at the time of the event is what counts. Survival is read along straight lines between the times of its grid.
/// The standard error is the infinitesimal jackknife of `concordance(_:risk:strata:)`. With strata, only pairs within a
/// stratum are compared.
///
/// O(n) for each distinct event time, times the logarithm of the events at it; O(n) memory beside the survival.
///
/// Source: Antolini, Boracchi & Biganzoli 2005, Stat Med 24:3927. At the times of the grid the share of
/// concordant pairs agrees with pycox's rule "antolini"; that counts ties of predicted survival as wrong, and its
/// "adj_antolini" counts events at one time as well.
///
/// - Parameters:
///   - survival: patients × grid, each a probability.
///   - grid: increasing, the first one 0.
///   - horizon: events up to this time count; all do when nil.
///   - progress: called with a number from 0 to 1 now and then; may throw to interrupt.
/// - Throws: `StatisticsError`: `.lengthsDiffer`, `.noPatients`, `.notAProbability`, `.noComparablePair`;
///   `PredictedSurvivalError`.
/// - Precondition: the matrix has a column per grid time.
public func antoliniConcordance(
    _ outcome: Outcome, survival: Matrix, grid: [Double], horizon: Double? = nil, strata: [Int]? = nil,
    progress: (Double) throws -> Void = { _ in }
) throws -> AntoliniConcordance {
    precondition(survival.columns == grid.count, "\(survival.columns) columns for \(grid.count) times")
    try StatisticsError.check(survival.rows, "predicted curves", patients: outcome.count)
    guard grid.first == 0, !zip(grid, grid.dropFirst()).contains(where: { !($0 < $1) }) else {
        throw PredictedSurvivalError.gridNotIncreasing
    }
    if let index = survival.values.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
        throw StatisticsError.notAProbability(
            survival.values[index], row: index / grid.count, time: grid[index % grid.count])
    }
    var tally = AntoliniTally(patients: outcome.count, horizon: horizon ?? .infinity)
    for sets in try RiskSets.sets(outcome, strata: strata) {
        try tally.count(sets, survival, grid) { try progress($0 * Double(sets.patients) / Double(outcome.count)) }
    }
    return try tally.result()
}

private struct AntoliniTally {
    private let horizon: Double
    private var (concordant, discordant, tied) = (0, 0, 0)
    /// For each patient, concordant less discordant pairs, and all comparable ones.
    private var balance: [Int]
    private var part: [Int]

    init(patients: Int, horizon: Double) {
        self.horizon = horizon
        balance = [Int](repeating: 0, count: patients)
        part = balance
    }

    mutating func count(
        _ sets: RiskSets, _ survival: Matrix, _ grid: [Double], progress: (Double) throws -> Void
    ) throws {
        let count = sets.patients
        // Survival at both ends of the current step of the grid, and at the current time, in the order of the sets.
        var (left, right) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
        var value = left
        var step = -1
        for index in 0..<sets.count where sets.eventCount[index] > 0 {
            let time = sets.time[index]
            guard time <= horizon else { break }
            if index % 64 == 0 { try progress(Double(sets.start[index]) / Double(count)) }
            guard time <= grid[grid.count - 1] else {
                throw PredictedSurvivalError.eventBeyondGrid(time, last: grid[grid.count - 1])
            }
            let (first, partners) = (sets.start[index], sets.events(index).upperBound)
            let current = grid.partitioningIndex { $0 > time } - 1
            let next = min(current + 1, grid.count - 1)
            if current != step {
                step = current
                for position in first..<count {
                    let row = sets.order[position] * grid.count
                    left[position] = survival.values[row + current]
                    right[position] = survival.values[row + next]
                }
            }
            let share = next == current ? 0 : (time - grid[current]) / (grid[next] - grid[current])
            for position in first..<count {
                value[position] = left[position] + share * (right[position] - left[position])
            }
            if partners - first == 1 {
                countOne(first, sets.order, value)
            } else {
                countSeveral(first..<partners, sets.order, value)
            }
        }
    }

    /// The partners of an event that is alone at its time.
    private mutating func countOne(_ event: Int, _ order: [Int], _ value: [Double]) {
        let own = value[event]
        var (above, below) = (0, 0)
        for position in event + 1..<order.count {
            let sign = (value[position] > own ? 1 : 0) - (value[position] < own ? 1 : 0)
            above += sign > 0 ? 1 : 0
            below += sign < 0 ? 1 : 0
            balance[order[position]] += sign
            part[order[position]] += 1
        }
        add(event: order[event], above: above, below: below, partners: order.count - event - 1)
    }

    /// The partners of several events at one time: each is placed among the events' values by halving.
    private mutating func countSeveral(_ events: Range<Int>, _ order: [Int], _ value: [Double]) {
        let sorted = events.sorted { value[$0] < value[$1] }
        let values = sorted.map { value[$0] }
        let count = values.count
        // How many partners lie above so many of the events, and how many not below so many.
        var (lows, highs) = ([Int](repeating: 0, count: count + 1), [Int](repeating: 0, count: count + 1))
        for position in events.upperBound..<order.count {
            let own = value[position]
            let low = values.partitioningIndex { $0 >= own }
            let high = low < count && values[low] == own ? values.partitioningIndex { $0 > own } : low
            lows[low] += 1
            highs[high] += 1
            balance[order[position]] += low - (count - high)
            part[order[position]] += count
        }
        let partners = order.count - events.upperBound
        var (above, below) = (partners, 0)
        for (place, event) in sorted.enumerated() {
            above -= lows[place]
            below += highs[place]
            add(event: order[event], above: above, below: below, partners: partners)
        }
    }

    private mutating func add(event row: Int, above: Int, below: Int, partners: Int) {
        concordant += above
        discordant += below
        tied += partners - above - below
        balance[row] += above - below
        part[row] += partners
    }

    func result() throws -> AntoliniConcordance {
        let pairs = Double(concordant + discordant + tied)
        guard pairs > 0 else { throw StatisticsError.noComparablePair }
        let somers = Double(concordant - discordant) / pairs
        let influence = zip(balance, part).map { (Double($0) - somers * Double($1)) / pairs / 2 }
        return AntoliniConcordance(
            concordance: (somers + 1) / 2, standardError: influence.reduce(0) { $0 + $1 * $1 }.squareRoot(),
            concordant: concordant, discordant: discordant, tied: tied, influence: influence)
    }
}
