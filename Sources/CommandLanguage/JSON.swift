import Foundation

/// A JSON value whose objects keep the order of their keys.
public enum JSON: Equatable {
    case null
    case boolean(Bool)
    /// NaN and the infinities are written as null, since JSON has no word for them.
    case number(Double)
    case string(String)
    case array([JSON])
    case object([(key: String, value: JSON)])

    public static func numbers(_ values: some Sequence<Double>) -> JSON { .array(values.map(JSON.number)) }
    public static func numbers(_ values: some Sequence<Int>) -> JSON { .array(values.map { .number(Double($0)) }) }
    public static func strings(_ values: some Sequence<String>) -> JSON { .array(values.map(JSON.string)) }

    public static func == (a: JSON, b: JSON) -> Bool { a.line == b.line }

    public subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// The value on one line, numbers in the fewest digits that read back as the same Double.
    public var line: String {
        var text = ""
        write(to: &text)
        return text
    }

    /// The value over several lines, as a file for people: members of objects, and elements that are not plain, each on
    /// a line of its own. Ends in a newline.
    public var page: String {
        var text = ""
        writePage(to: &text, indent: "")
        return text + "\n"
    }

    private var isPlain: Bool {
        switch self {
        case .array, .object: false
        default: true
        }
    }

    private func writePage(to text: inout String, indent: String) {
        let inner = indent + "  "
        switch self {
        case .array(let values) where !values.allSatisfy(\.isPlain):
            for (index, value) in values.enumerated() {
                text += (index == 0 ? "[" : ",") + "\n" + inner
                value.writePage(to: &text, indent: inner)
            }
            text += "\n\(indent)]"
        case .object(let members) where !members.isEmpty:
            for (index, member) in members.enumerated() {
                text += (index == 0 ? "{" : ",") + "\n" + inner
                JSON.quote(member.key, into: &text)
                text += ": "
                member.value.writePage(to: &text, indent: inner)
            }
            text += "\n\(indent)}"
        default: write(to: &text)
        }
    }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .boolean(let value): text += value ? "true" : "false"
        case .number(let value): text += JSON.literal(value)
        case .string(let value): JSON.quote(value, into: &text)
        case .array(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                value.write(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += "," }
                JSON.quote(member.key, into: &text)
                text += ":"
                member.value.write(to: &text)
            }
            text += "}"
        }
    }

    private static func literal(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        if value == value.rounded(), abs(value) < 9_007_199_254_740_992 {
            return value == 0 && value.sign == .minus ? "-0.0" : String(Int64(value))
        }
        return "\(value)"
    }

    private static func quote(_ string: String, into text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..."\u{1F}": text += String(format: "\\u%04x", scalar.value)
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
