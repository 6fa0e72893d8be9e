import Foundation

/// Round numbers along an axis.
public enum Ticks {
    /// Multiples of 1, 2, 2.5 or 5 × a power of ten within `range`, about `count` of them.
    ///
    /// - Parameter whole: for what is counted: no step below 1.
    public static func linear(_ range: ClosedRange<Double>, count: Int, whole: Bool = false) -> [Axis.Tick] {
        let raw = (range.upperBound - range.lowerBound) / Double(max(count, 1))
        let magnitude = pow(10, floor(log10(raw)))
        let step = [1, 2, 2.5, 5, 10].map { $0 * magnitude }.first { $0 >= raw * 0.999 } ?? 10 * magnitude
        return multiples(of: whole ? max(step.rounded(.up), 1) : step, in: range)
    }

    /// A range with a little room around `values`, ending on round numbers.
    ///
    /// - Precondition: the values are finite and there is at least one.
    public static func niceRange(of values: [Double], count: Int) -> ClosedRange<Double> {
        let low = values.min()!
        let high = values.max()!
        guard high > low else {
            let room = max(abs(low) * 0.1, 1e-9)
            return (low - room)...(high + room)
        }
        let raw = (high - low) / Double(max(count, 1))
        let magnitude = pow(10, floor(log10(raw)))
        let step = [1, 2, 2.5, 5, 10].map { $0 * magnitude }.first { $0 >= raw * 0.999 } ?? 10 * magnitude
        return (floor(low / step + 1e-9) * step)...(ceil(high / step - 1e-9) * step)
    }

    /// Ticks from 0 to at most `end`, in steps usual for the unit: whole, half or quarter years for months, whole years
    /// for years, and so on.
    public static func time(upTo end: Double, unit: String?, count: Int) -> [Axis.Tick] {
        let usual: [Double] =
            switch unit?.lowercased() {
            case "months", "month": [1, 2, 3, 6, 12, 24, 36, 48, 60, 120, 240]
            case "years", "year": [0.25, 0.5, 1, 2, 3, 5, 10, 20]
            case "weeks", "week": [1, 2, 4, 13, 26, 52, 104, 156, 260, 520]
            default: []
            }
        guard end > (usual.first ?? .infinity), let step = usual.first(where: { end / $0 < Double(count) }) else {
            return linear(0...end, count: count)
        }
        return multiples(of: step, in: 0...end)
    }

    /// Values 1, 2 and 5 × powers of ten within `range`; powers of ten alone when that would be more than `count`.
    public static func logarithmic(_ range: ClosedRange<Double>, count: Int) -> [Axis.Tick] {
        let exponents = Int(floor(log10(range.lowerBound)))...Int(ceil(log10(range.upperBound)))
        func values(_ mantissas: [Double]) -> [Double] {
            exponents.flatMap { exponent in mantissas.map { $0 * pow(10, Double(exponent)) } }
                .filter { $0 >= range.lowerBound * 0.9999 && $0 <= range.upperBound * 1.0001 }
        }
        // Within less than a power of ten a single value would not show the scale.
        if values([1, 2, 5]).count < 2 { return linear(range, count: count) }
        for mantissas in [[1, 2, 5], [1, 3], [1.0]] {
            let found = values(mantissas)
            if found.count <= count { return found.map { Axis.Tick($0, text($0)) } }
        }
        let powers = values([1])
        let stride = (powers.count + count - 1) / count
        return powers.enumerated().filter { $0.offset % stride == 0 }.map { Axis.Tick($0.element, text($0.element)) }
    }

    private static func multiples(of step: Double, in range: ClosedRange<Double>) -> [Axis.Tick] {
        let first = (range.lowerBound / step - 1e-9).rounded(.up)
        let last = (range.upperBound / step + 1e-9).rounded(.down)
        guard first <= last else { return [] }
        return Swift.stride(from: first, through: last, by: 1).map { multiple in
            // Division by a whole power of ten keeps 0.3 from becoming 0.30000000000000004.
            let scale = pow(10, max(0, (2 - log10(step)).rounded(.up)))
            let value = (multiple * step * scale).rounded() / scale
            return Axis.Tick(value == 0 ? 0 : value, text(value, step: step))
        }
    }

    /// All ticks of one axis with as many decimals as its step has.
    private static func text(_ value: Double, step: Double) -> String {
        let decimals = (0...6).first { digits in
            let scaled = step * pow(10, Double(digits))
            return abs(scaled - scaled.rounded()) < 1e-6 * scaled
        }
        // A power of ten with two decimals tells values apart that differ by a hundredth or more of it.
        let isLong = abs(value) >= 1e7 && (step >= abs(value) * 0.01 || abs(value) >= 1e15)
        guard let decimals, !isLong else { return text(value) }
        return String(format: "%.\(decimals)f", value == 0 ? 0 : value).replacing("-", with: "−")
    }

    /// A tick's number with a real minus sign, and powers of ten where plain digits would be long.
    static func text(_ value: Double) -> String {
        let size = abs(value)
        if size != 0, size >= 1e7 || size < 1e-4 {
            let exponent = Int(floor(log10(size) + 1e-9))
            let mantissa = (value / pow(10, Double(exponent)) * 100).rounded() / 100
            return "\(GnuplotText.number(mantissa))e\(exponent)".replacing("-", with: "−")
        }
        let rounded = (value * 1e6).rounded() / 1e6
        return GnuplotText.number(rounded == 0 ? 0 : rounded).replacing("-", with: "−")
    }
}
