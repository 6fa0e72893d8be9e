import Foundation
import Results

/// The cumulative hazard of a patient whose linear predictor is 0.
public struct BaselineHazard: Sendable, Equatable {
    /// The distinct event times, increasing.
    public let time: [Double]
    /// Logarithms of H₀ at those times: H₀ itself may lie beyond the range of a Double.
    public let logCumulativeHazard: [Double]

    public var cumulativeHazard: [Double] { logCumulativeHazard.map { exp($0) } }

    /// H₀(t), 0 before the first event time and constant after the last. O(log n).
    public func cumulativeHazard(at time: Double) -> Double {
        let index = self.time.partitioningIndex { $0 > time }
        return index == 0 ? 0 : exp(logCumulativeHazard[index - 1])
    }

    /// S(t) = exp(−H₀(t) e^η) of a patient whose linear predictor is η. O(log n).
    public func survival(at time: Double, linearPredictor: Double) -> Double {
        let index = self.time.partitioningIndex { $0 > time }
        return index == 0 ? 1 : exp(-exp(logCumulativeHazard[index - 1] + linearPredictor))
    }
}

/// Breslow's estimate of the cumulative baseline hazard of a Cox model,
///
///     H₀(t) = Σ_{tₖ ≤ t} dₖ / Σ_{j at risk at tₖ} exp(ηⱼ)
///
/// for a given linear predictor η, higher meaning an earlier event. A patient censored at the time of an event is at
/// risk there; nearly equal times count as one. No exponential overflows. O(n log n) at most.
///
/// Source: Breslow 1972, JRSS B 34:216; agrees with R's `basehaz` of a fit with `ties = "breslow"`.
///
/// - Throws: `StatisticsError`: `.lengthsDiffer`, `.noPatients`, `.notANumber` and `.infinite` (a bad η), `.noEvents`.
public func breslowBaseline(_ outcome: Outcome, linearPredictor: [Double]) throws -> BaselineHazard {
    try StatisticsError.check(linearPredictor.count, "linear predictors", patients: outcome.count)
    if let row = linearPredictor.firstIndex(where: { !$0.isFinite }) {
        let value = linearPredictor[row]
        throw value.isNaN
            ? StatisticsError.notANumber(what: "the linear predictor", row: row)
            : StatisticsError.infinite(what: "the linear predictor", value: value, row: row)
    }
    guard outcome.eventCount > 0 else { throw StatisticsError.noEvents }
    try outcome.refuseEntry("this baseline hazard")
    let sets = RiskSets(outcome, times: DistinctTimes(outcome.time))
    // log Σ exp(η) of each risk set, as the largest η so far plus the log of a sum relative to it.
    var (largest, total) = (-Double.infinity, 0.0)
    var logIncrements: [Double] = []
    var time: [Double] = []
    for index in stride(from: sets.count - 1, through: 0, by: -1) {
        for position in sets.start[index]..<sets.start[index + 1] {
            let predictor = linearPredictor[sets.order[position]]
            if predictor > largest {
                total *= exp(largest - predictor)
                largest = predictor
            }
            total += exp(predictor - largest)
        }
        guard sets.eventCount[index] > 0 else { continue }
        time.append(sets.time[index])
        logIncrements.append(log(Double(sets.eventCount[index])) - log(total) - largest)
    }
    var cumulative = -Double.infinity
    let logCumulativeHazard = logIncrements.reversed().map { increment in
        let (high, low) = (max(cumulative, increment), min(cumulative, increment))
        cumulative = high + log1p(exp(low - high))
        return cumulative
    }
    return BaselineHazard(time: time.reversed(), logCumulativeHazard: logCumulativeHazard)
}
