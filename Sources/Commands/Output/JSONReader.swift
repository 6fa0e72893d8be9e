import CommandLanguage

/// Reads a JSON text (RFC 8259) into values that keep the order of keys and every bit of a number; Foundation's
/// `JSONSerialization` keeps neither.
struct JSONReader {
    struct Malformed: Error {}

    private var bytes: ArraySlice<UInt8>
    /// Deeper nesting than this is no saved value.
    private static let mostNested = 64

    static func value(of text: some Sequence<UInt8>) throws(Malformed) -> JSON {
        var reader = JSONReader(bytes: Array(text)[...])
        let value = try reader.value(depth: 0)
        guard reader.next() == nil else { throw Malformed() }
        return value
    }

    /// The next byte that is no white space.
    private mutating func next() -> UInt8? {
        bytes = bytes.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return bytes.first
    }

    /// Goes past the byte when it is the next one.
    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard next() == UInt8(ascii: character) else { return false }
        bytes.removeFirst()
        return true
    }

    private mutating func value(depth: Int) throws(Malformed) -> JSON {
        guard depth < Self.mostNested, let first = next() else { throw Malformed() }
        switch Unicode.Scalar(first) {
        case "{": return try object(depth)
        case "[": return try array(depth)
        case "\"": return .string(try string())
        default:
            let word = bytes.prefix { !",]} \t\r\n".utf8.contains($0) }
            bytes = bytes[word.endIndex...]
            switch String(decoding: word, as: UTF8.self) {
            case "null": return .null
            case "true": return .boolean(true)
            case "false": return .boolean(false)
            case let text:
                let isPlain = text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
                guard isPlain, let number = Double(text), number.isFinite else { throw Malformed() }
                return .number(number)
            }
        }
    }

    private mutating func object(_ depth: Int) throws(Malformed) -> JSON {
        var members: [(key: String, value: JSON)] = []
        _ = skip("{")
        if skip("}") { return .object([]) }
        repeat {
            guard next() == UInt8(ascii: "\"") else { throw Malformed() }
            let key = try string()
            guard skip(":") else { throw Malformed() }
            members.append((key, try value(depth: depth + 1)))
        } while skip(",")
        guard skip("}") else { throw Malformed() }
        return .object(members)
    }

    private mutating func array(_ depth: Int) throws(Malformed) -> JSON {
        var items: [JSON] = []
        _ = skip("[")
        if skip("]") { return .array([]) }
        repeat { items.append(try value(depth: depth + 1)) } while skip(",")
        guard skip("]") else { throw Malformed() }
        return .array(items)
    }

    /// A string from its opening quote to its closing one.
    private mutating func string() throws(Malformed) -> String {
        var units: [UInt8] = []
        bytes.removeFirst()
        while let byte = bytes.popFirst() {
            switch Unicode.Scalar(byte) {
            case "\"": return String(decoding: units, as: UTF8.self)
            case "\\": units += try escape()
            default: units.append(byte)
            }
        }
        throw Malformed()
    }

    private mutating func escape() throws(Malformed) -> [UInt8] {
        guard let letter = bytes.popFirst() else { throw Malformed() }
        switch Unicode.Scalar(letter) {
        case "n": return [0x0A]
        case "t": return [0x09]
        case "r": return [0x0D]
        case "b": return [0x08]
        case "f": return [0x0C]
        case "\"", "\\", "/": return [letter]
        case "u":
            var units = [try codeUnit()]
            if UTF16.isLeadSurrogate(units[0]), bytes.starts(with: "\\u".utf8) {
                bytes.removeFirst(2)
                units.append(try codeUnit())
            }
            return Array(String(decoding: units, as: UTF16.self).utf8)
        default: throw Malformed()
        }
    }

    private mutating func codeUnit() throws(Malformed) -> UInt16 {
        let digits = bytes.prefix(4)
        guard digits.count == 4, let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16) else {
            throw Malformed()
        }
        bytes.removeFirst(4)
        return unit
    }
}
