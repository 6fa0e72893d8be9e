import Results

/// The error of predicted survival, as a function of time.
public struct BrierScore: Sendable, Equatable {
    /// Increasing.
    public var time: [Double]
    /// At each time: 0 is perfect, 0.25 is what a prediction of 0.5 for everyone gets.
    public var score: [Double]
    /// Mean of the score over the times, by the trapezoidal rule.
    public var integrated: Double
}

/// The Brier score of predicted survival, with weights that make up for censoring.
///
///     BS(t) = 1/n Σ [ Ŝᵢ(t)² 1(Tᵢ ≤ t, event) / G(Tᵢ−) + (1 − Ŝᵢ(t))² 1(Tᵢ > t) / G(t) ]
///     IBS = 1/(t_last − t_first) ∫ BS(t) dt
///
/// with G the Kaplan-Meier estimate of the censoring distribution in the same patients. A patient with the event at t
/// counts as gone at t; one censored at or before t has no term of their own but lends weight to the others. G is taken
/// just before an event; scikit-survival takes it at the event, so the two differ when a censoring falls on the time of
/// an event. Nearly equal follow-up times count as one. O(n log n + n times).
///
/// Source: Graf et al. 1999, Stat Med 18:2529.
///
/// - Parameters:
///   - survival: patients × times, each a probability.
///   - times: increasing, at least two, not negative, and below the last follow-up time: beyond it nobody is left to
///     judge by.
/// - Throws: `StatisticsError`: `.lengthsDiffer`, `.noPatients`, `.timesNotIncreasing`, `.evaluationTime` (which
///   names the usable range), `.notAProbability`.
/// - Precondition: the matrix has a column per time.
public func brierScore(_ outcome: Outcome, survival: Matrix, times: [Double]) throws -> BrierScore {
    precondition(survival.columns == times.count, "\(survival.columns) columns for \(times.count) times")
    try StatisticsError.check(survival.rows, "predicted curves", patients: outcome.count)
    guard let first = times.first, let end = times.last, times.count > 1 else {
        throw StatisticsError.timesNotIncreasing
    }
    try outcome.refuseEntry("the Brier score")
    let sets = RiskSets(outcome, times: DistinctTimes(outcome.time))
    let passed = try sets.passed(by: times)
    if let index = survival.values.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
        throw StatisticsError.notAProbability(
            survival.values[index], row: index / times.count, time: times[index % times.count])
    }

    let censoring = CensoringDistribution(sets)
    let aliveWeight = passed.map { $0 == 0 ? 1 : 1 / censoring.at[$0 - 1] }
    var score = [Double](repeating: 0, count: times.count)
    for index in 0..<sets.count {
        let goneFrom = passed.partitioningIndex { $0 > index }
        for position in sets.start[index]..<sets.start[index + 1] {
            let row = sets.order[position] * times.count
            for place in 0..<goneFrom {
                let lost = 1 - survival.values[row + place]
                score[place] += lost * lost * aliveWeight[place]
            }
            guard position < sets.events(index).upperBound else { continue }
            for place in goneFrom..<times.count {
                let kept = survival.values[row + place]
                score[place] += kept * kept / censoring.before[index]
            }
        }
    }
    for place in times.indices { score[place] /= Double(outcome.count) }
    var area = 0.0
    for place in 1..<times.count {
        area += (times[place] - times[place - 1]) * (score[place] + score[place - 1]) / 2
    }
    return BrierScore(time: times, score: score, integrated: area / (end - first))
}
