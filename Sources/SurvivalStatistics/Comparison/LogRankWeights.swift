import Foundation

/// How much each event time counts in a log-rank test.
///
/// With n patients at risk and S(t−) the pooled Kaplan-Meier estimate just before the time:
public enum LogRankWeights: Sendable, Equatable {
    /// 1: most powerful when hazards are proportional.
    case logRank
    /// n: early differences (Gehan 1965, Biometrika 52:203; Breslow 1970). Sensitive to censoring that differs.
    case gehan
    /// √n: between the two (Tarone & Ware 1977, Biometrika 64:156).
    case taroneWare
    /// S(t−)^ρ (1 − S(t−))^γ (Fleming & Harrington 1991): ρ > 0 stresses early differences, γ > 0 late ones. R's
    /// `survdiff(rho = ρ)` is γ = 0.
    case flemingHarrington(rho: Double, gamma: Double)

    /// - Throws: `StatisticsError.invalidWeights` when ρ or γ is negative or not finite.
    func check() throws {
        if case .flemingHarrington(let rho, let gamma) = self {
            guard rho >= 0 && gamma >= 0 && rho.isFinite && gamma.isFinite else {
                throw StatisticsError.invalidWeights(rho: rho, gamma: gamma)
            }
        }
    }

    func weight(atRisk: Double, survivalBefore survival: Double) -> Double {
        switch self {
        case .logRank: 1
        case .gehan: atRisk
        case .taroneWare: atRisk.squareRoot()
        case .flemingHarrington(let rho, let gamma): pow(survival, rho) * pow(1 - survival, gamma)
        }
    }
}
