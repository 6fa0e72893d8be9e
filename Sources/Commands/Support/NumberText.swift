import CommandLanguage
import Foundation

/// A hazard ratio or one of its bounds: `decimals` after the point where that leaves two digits at least, else three
/// digits.
func formatRatio(_ value: Double, decimals: Int) -> String {
    if value == .infinity { return "∞" }
    let isOrdinary = value >= pow(10, Double(1 - decimals)) && value < 1000
    return isOrdinary ? formatFixed(value, decimals: decimals) : formatNumber(value, digits: 3)
}

/// `p = 0.0096`, `p < 0.0001`
func equation(p: Double) -> String {
    let text = formatPValue(p)
    return text.hasPrefix("<") ? "p < \(text.dropFirst())" : "p = \(text)"
}
