import Foundation

/// A number for people: `digits` significant digits, but never fewer than its whole part has; no trailing zeros, no
/// exponent between 1e-4 and 1e15. NaN is `–`.
public func formatNumber(_ value: Double, digits: Int = 4) -> String {
    guard value.isFinite else { return value.isNaN ? "–" : value < 0 ? "-inf" : "inf" }
    guard value != 0 else { return "0" }
    let magnitude = abs(value)
    if magnitude == magnitude.rounded(), magnitude < 1e15 { return String(Int64(value)) }
    if magnitude >= 1e15 || magnitude < 1e-4 {
        let parts = String(format: "%.\(max(digits - 1, 0))e", value).split(separator: "e")
        return withoutTrailingZeros(String(parts[0])) + "e" + String(Int(parts[1]) ?? 0)
    }
    let exponent = Int(log10(magnitude).rounded(.down))
    return withoutTrailingZeros(String(format: "%.\(max(digits - 1 - exponent, 0))f", value))
}

/// Exactly `decimals` digits after the point, so that a column of numbers lines up. NaN is `–`.
public func formatFixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return formatNumber(value) }
    let text = String(format: "%.\(decimals)f", value)
    return text.contains { $0 != "-" && $0 != "0" && $0 != "." } || !text.hasPrefix("-")
        ? text : String(text.dropFirst())
}

/// A coefficient with four decimals, or with three digits where those would be zeros.
public func formatCoefficient(_ value: Double) -> String {
    abs(value) < 0.0005 && value != 0 ? formatNumber(value, digits: 3) : formatFixed(value, decimals: 4)
}

/// A p-value with four decimals; `<0.0001` below that. NaN is `–`.
public func formatPValue(_ p: Double) -> String {
    guard p.isFinite else { return "–" }
    return p < 0.0001 ? "<0.0001" : formatFixed(p, decimals: 4)
}

/// `1 patient`, `3 patients`; the plural is given where it is not the singular with an s.
public func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
    "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}

private func withoutTrailingZeros(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var digits = Substring(text)
    while digits.last == "0" { digits.removeLast() }
    if digits.last == "." { digits.removeLast() }
    return digits == "-0" ? "0" : String(digits)
}
