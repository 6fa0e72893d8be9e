import Foundation

/// The distribution of a survival time, as that of its logarithm: log T = μ + σ ε.
public enum AcceleratedDistribution: String, Sendable, CaseIterable {
    /// ε has the smallest extreme-value distribution: hazards are proportional too.
    case weibull
    /// Weibull's with σ = 1: a constant hazard.
    case exponential
    /// ε is standard normal.
    case logNormal = "lognormal"
    /// ε is standard logistic: odds of survival are proportional too.
    case logLogistic = "loglogistic"

    /// Whether σ is estimated.
    public var hasScale: Bool { self != .exponential }

    /// log S(z), or log f(z) at an event, with its first and second derivative.
    func logarithm(_ z: Double, isEvent: Bool) -> (value: Double, first: Double, second: Double) {
        switch self {
        case .weibull, .exponential:
            let hazard = exp(z)
            return isEvent ? (z - hazard, 1 - hazard, -hazard) : (-hazard, -hazard, -hazard)
        case .logNormal:
            if isEvent { return (-z * z / 2 - 0.9189385332046727, -z, -1) }
            let hazard = Distributions.normalHazard(z)
            return (Distributions.logNormalUpperTail(z), -hazard, -hazard * (hazard - z))
        case .logLogistic:
            // Of the smaller of the two tails, so that neither is lost.
            let small = exp(-abs(z))
            let cumulative = z > 0 ? 1 / (1 + small) : small / (1 + small)
            let product = small / ((1 + small) * (1 + small))
            let tail = -max(z, 0) - log1p(small)
            return isEvent
                ? (z + 2 * tail, 1 - 2 * cumulative, -2 * product) : (tail, -cumulative, -product)
        }
    }

    /// P(ε > z).
    func survival(_ z: Double) -> Double { exp(logarithm(z, isEvent: false).value) }

    /// The z with P(ε ≤ z) = `probability`.
    func quantile(_ probability: Double) -> Double {
        switch self {
        case .weibull, .exponential: log(-log1p(-probability))
        case .logNormal: Distributions.normalQuantile(probability)
        case .logLogistic: log(probability) - log1p(-probability)
        }
    }
}
