import CommandLanguage

/// A hazard ratio or one of its bounds: `decimals` after the point where that shows what it is, three digits elsewhere.
func formatRatio(_ value: Double, decimals: Int) -> String {
    if value == .infinity { return "∞" }
    return value >= 0.1 && value < 1000 ? formatFixed(value, decimals: decimals) : formatNumber(value, digits: 3)
}

/// `p = 0.0096`, `p < 0.0001`
func equation(p: Double) -> String {
    let text = formatPValue(p)
    return text.hasPrefix("<") ? "p < \(text.dropFirst())" : "p = \(text)"
}
