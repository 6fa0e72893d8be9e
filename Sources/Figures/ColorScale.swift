import Foundation

/// Colours for numbers: equal steps of the number are equal steps of lightness.
///
/// The colours are built in Björn Ottosson's OKLab (bottosson.github.io/posts/oklab). Lightness alone carries the order,
/// so a scale survives grey printing and any kind of colour vision.
public enum ColorScale: Sendable, Equatable {
    /// From pale yellow for the lower end through green to dark blue for the upper.
    case sequential(ClosedRange<Double>)
    /// White at 0, blue below, vermilion above; as dark at −limit as at limit.
    case diverging(limit: Double)

    public var range: ClosedRange<Double> {
        switch self {
        case .sequential(let range): range
        case .diverging(let limit): -limit...limit
        }
    }

    /// The colour of a value; one beyond the range has that of the nearer end, and NaN is grey.
    public func color(_ value: Double) -> Color {
        guard !value.isNaN else { return .lightGray }
        switch self {
        case .sequential(let range):
            let span = range.upperBound - range.lowerBound
            let share = span > 0 ? min(max((value - range.lowerBound) / span, 0), 1) : 0.5
            return Self.color(lightness: 0.9 - 0.6 * share, chroma: 0.12, hue: 105 + 165 * share)
        case .diverging(let limit):
            let share = limit > 0 ? min(max(value / limit, -1), 1) : 0
            return Self.color(
                lightness: 0.985 - 0.465 * abs(share), chroma: 0.15 * abs(share), hue: share < 0 ? 250 : 47)
        }
    }

    /// The sRGB colour of that lightness and hue (in degrees); chroma gives way where the screen has no such colour.
    private static func color(lightness: Double, chroma: Double, hue: Double) -> Color {
        var chroma = chroma
        let angle = hue * .pi / 180
        while true {
            let channels = linear(lightness, chroma * cos(angle), chroma * sin(angle))
            if chroma < 0.002 || channels.allSatisfy({ (-0.0005...1.0005).contains($0) }) {
                let encoded = channels.map { channel -> UInt8 in
                    let value = min(max(channel, 0), 1)
                    let coded = value <= 0.0031308 ? 12.92 * value : 1.055 * pow(value, 1 / 2.4) - 0.055
                    return UInt8((coded * 255).rounded())
                }
                return Color(encoded[0], encoded[1], encoded[2])
            }
            chroma *= 0.97
        }
    }

    /// Linear red, green and blue of an OKLab colour.
    private static func linear(_ lightness: Double, _ a: Double, _ b: Double) -> [Double] {
        func cube(_ value: Double) -> Double { value * value * value }
        let long = cube(lightness + 0.3963377774 * a + 0.2158037573 * b)
        let middle = cube(lightness - 0.1055613458 * a - 0.0638541728 * b)
        let short = cube(lightness - 0.0894841775 * a - 1.2914855480 * b)
        return [
            4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
        ]
    }
}
