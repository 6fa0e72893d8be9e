extension Lexer {
    /// `'…'`: everything up to the next single quote on the line, as it stands.
    mutating func readRawString() {
        let start = position
        let stop = file.bytes[(start + 1)..<end].firstIndex { $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "\n") }
        guard let stop, file.bytes[stop] == UInt8(ascii: "'") else { return unterminated(from: start, at: stop ?? end) }
        position = stop + 1
        add(.string([.text(file.slice(start + 1, stop))]), from: start)
    }

    /// `"…"` with escapes and `{expression}`.
    mutating func readInterpolatedString() {
        let start = position
        position += 1
        var parts: [Token.Part] = []
        var text: [UInt8] = []
        func flush(_ parts: inout [Token.Part], _ text: inout [UInt8]) {
            if !text.isEmpty { parts.append(.text(String(decoding: text, as: UTF8.self))) }
            text = []
        }
        while position < end {
            let byte = file.bytes[position]
            switch byte {
            case UInt8(ascii: "\n"): return unterminated(from: start, at: position)
            case UInt8(ascii: "\""):
                position += 1
                flush(&parts, &text)
                return add(.string(parts), from: start)
            case UInt8(ascii: "\\"): readEscape(into: &text)
            case UInt8(ascii: "{"):
                flush(&parts, &text)
                let lower = position + 1
                guard let upper = closingBrace(from: lower) else {
                    report(.unclosedBracket("{"), position, position + 1)
                    return unterminated(from: start, at: lineEnd(position), reported: true)
                }
                parts.append(.code(lower: lower, upper: upper))
                position = upper + 1
            default:
                text.append(byte)
                position += 1
            }
        }
        unterminated(from: start, at: end)
    }

    private mutating func readEscape(into text: inout [UInt8]) {
        let start = position
        position += 1
        guard position < end, file.bytes[position] != UInt8(ascii: "\n") else { return }
        let escaped = character(at: position)
        position += String(escaped).utf8.count
        switch escaped {
        case "n": text.append(UInt8(ascii: "\n"))
        case "t": text.append(UInt8(ascii: "\t"))
        case "\"", "\\", "{", "}": text.append(contentsOf: String(escaped).utf8)
        default: report(.unknownEscape(escaped), start, position)
        }
    }

    /// Where the `}` stands that ends the expression beginning at `index`; strings inside it may hold braces.
    private func closingBrace(from index: Int) -> Int? {
        var index = index
        var quote: UInt8?
        var depth = 0
        while index < end, file.bytes[index] != UInt8(ascii: "\n") {
            let byte = file.bytes[index]
            if let open = quote {
                if byte == UInt8(ascii: "\\"), open == UInt8(ascii: "\"") {
                    index += 1
                } else if byte == open {
                    quote = nil
                }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`") {
                quote = byte
            } else if byte == UInt8(ascii: "{") {
                depth += 1
            } else if byte == UInt8(ascii: "}") {
                if depth == 0 { return index }
                depth -= 1
            }
            index += 1
        }
        return nil
    }

    private func lineEnd(_ index: Int) -> Int { file.bytes[index..<end].firstIndex(of: UInt8(ascii: "\n")) ?? end }

    private mutating func unterminated(from start: Int, at stop: Int, reported: Bool = false) {
        position = stop
        if !reported { report(.unterminatedString, start, stop) }
        add(.invalid, from: start)
    }
}
