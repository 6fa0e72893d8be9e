import Foundation

/// How the pointwise interval of a survival curve is made; the types of R's `survfit` (`conf.type`).
///
/// With S the estimate, σ the standard error of log S (Greenwood's) and z the normal multiplier:
public enum SurvivalInterval: String, Sendable, CaseIterable {
    /// S ± z S σ, cut at 0 and 1.
    case plain
    /// S exp(± z σ), cut at 1.
    case log
    /// S to the power exp(± z σ / log S) (Kalbfleisch & Prentice): stays within 0 and 1 by itself, keeps its level best
    /// in small groups, and is not defined at S = 1.
    case logLog = "loglog"

    /// The bounds; NaN where the interval is not defined: at S = 0, and for log-log also at S = 1.
    func bounds(survival: Double, standardError: Double, multiplier: Double) -> (lower: Double, upper: Double) {
        guard survival > 0 && !(self == .logLog && survival == 1) else { return (.nan, .nan) }
        let spread = multiplier * standardError
        switch self {
        case .plain:
            return (max(survival - survival * spread, 0), min(survival + survival * spread, 1))
        case .log:
            return (survival * exp(-spread), min(survival * exp(spread), 1))
        case .logLog:
            let logarithm = Foundation.log(survival)
            let power = exp(spread / logarithm)
            return (exp(logarithm / power), exp(logarithm * power))
        }
    }
}
