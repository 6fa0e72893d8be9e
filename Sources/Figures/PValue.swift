import Foundation

/// How p-values are written in figures.
enum PValue {
    /// `= 0.27`, `= 0.0032`, `< 0.0001`: two digits that count, and nothing below a ten-thousandth.
    static func comparison(_ p: Double) -> String {
        let text = bare(p)
        return text.hasPrefix("<") || text.hasPrefix(">") ? text : "= " + text
    }

    /// The same without the equals sign, for a column of its own.
    static func bare(_ p: Double) -> String {
        guard p.isFinite else { return "–" }
        if p < 0.0001 { return "< 0.0001" }
        let digits = p >= 0.1 ? 2 : min(4, Int((-log10(p)).rounded(.up)) + 1)
        let text = String(format: "%.\(digits)f", p)
        return Double(text) == 1 && p < 1 ? "> 0.99" : text
    }
}
