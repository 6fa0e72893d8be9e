import Foundation

/// Sums over the steps f of the events at one time, with s = S₀ + f D₀, S₀ the Σ e^η of those at risk without the event
/// and D₀ that of those with it.
struct TieSums {
    private(set) var logarithms = 0.0
    /// Σ 1/s
    private(set) var inverse = 0.0
    /// Σ f/s
    private(set) var steps = 0.0
    /// Σ 1/s²
    private(set) var inverseSquare = 0.0
    /// Σ f/s²
    private(set) var stepsSquare = 0.0
    /// Σ f²/s²
    private(set) var squaredStepsSquare = 0.0

    init(total: Double, own: Double, events: Int, ties: CoxModel.Ties) {
        switch ties {
        // The exact likelihood has no hazard of its own; what is asked of it here is Breslow's.
        case .breslow, .exact: add(total + own, step: 1, times: Double(events))
        case .efron:
            for step in 1...events {
                let share = Double(step) / Double(events)
                add(total + share * own, step: share, times: 1)
            }
        }
    }

    /// Makes the events of the time count `weight` each.
    mutating func scale(by weight: Double) {
        logarithms *= weight
        inverse *= weight
        steps *= weight
        inverseSquare *= weight
        stepsSquare *= weight
        squaredStepsSquare *= weight
    }

    private mutating func add(_ sum: Double, step: Double, times: Double) {
        let inverse = 1 / sum
        logarithms += times * log(sum)
        self.inverse += times * inverse
        steps += times * step * inverse
        inverseSquare += times * inverse * inverse
        stepsSquare += times * step * inverse * inverse
        squaredStepsSquare += times * step * step * inverse * inverse
    }
}
