/// Text and numbers as gnuplot reads them. Everything a user named goes through here.
enum GnuplotText {
    /// A string expression that yields `text` and nothing else.
    ///
    /// Between single quotes gnuplot knows no escapes, no macros and no command substitution. A quote and a line
    /// break cannot stand there (gnuplot reads doubled quotes as one, but not at a string's beginning), so each is a
    /// string of its own, in double quotes that hold nothing else.
    static func quoted(_ text: String) -> String {
        var parts: [String] = []
        var plain = ""
        func close() {
            if !plain.isEmpty { parts.append("'\(plain)'") }
            plain = ""
        }
        for character in text.unicodeScalars {
            switch character {
            case "'":
                close()
                parts.append(#""'""#)
            case "\n":
                close()
                parts.append(#""\n""#)
            default: plain.unicodeScalars.append(character)
            }
        }
        close()
        return parts.isEmpty ? "''" : parts.joined(separator: ".")
    }

    /// `text` without the characters that no picture can show (controls, and those that XML forbids).
    static func drawable(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.replacing("\r\n", with: "\n").unicodeScalars {
            switch scalar.value {
            case 10: shown.append(scalar)
            case 9, 11, 12, 13, 0x85, 0x2028, 0x2029: shown.append(" ")
            case 0..<32, 127..<160, 0xFDD0...0xFDEF: continue
            case let value where value & 0xFFFE == 0xFFFE: continue
            default: shown.append(scalar)
            }
        }
        return String(shown)
    }

    /// The same on one line.
    static func singleLine(_ text: String) -> String { drawable(text).replacing("\n", with: " ") }

    /// Bold text in gnuplot's enhanced mode, in which `^ _ @ & ~ { }` and the backslash would mean something.
    static func enhanced(_ text: String, style: Label.Style) -> String {
        let escaped = drawable(text).reduce(into: "") { result, character in
            if "\\{}^_@&~".contains(character) { result.append("\\") }
            result.append(character)
        }
        return switch style {
        case .regular: escaped
        case .bold: "{/:Bold \(escaped)}"
        }
    }

    /// A number that reads back as the same number.
    static func number(_ value: Double) -> String {
        if let whole = Int(exactly: value), abs(whole) < 1_000_000_000_000_000 { return String(whole) }
        return value.isFinite ? value.description : "NaN"
    }

    /// A measure of the layout, which needs no more than a few digits.
    static func measure(_ value: Double) -> String { number((value * 100_000).rounded() / 100_000) }

    static func color(_ color: Color, opacity: Double = 1) -> String {
        "rgb '#\(hexadecimal(color, opacity: opacity))'"
    }

    /// RRGGBB, or AARRGGBB where it is not opaque: for gnuplot AA is 00 for opaque and FF for invisible.
    static func hexadecimal(_ color: Color, opacity: Double) -> String {
        let transparency = UInt8(((1 - min(max(opacity, 0), 1)) * 255).rounded())
        let channels = (transparency == 0 ? [] : [transparency]) + [color.red, color.green, color.blue]
        return channels.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }
}
