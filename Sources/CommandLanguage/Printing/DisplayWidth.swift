/// How many columns of a terminal the text takes: combining marks none, East Asian wide characters and emoji two.
public func displayWidth(_ text: some StringProtocol) -> Int {
    var width = 0
    for character in text {
        guard let scalar = character.unicodeScalars.first else { continue }
        if character.isASCII { width += scalar.value < 0x20 ? 0 : 1 } else { width += scalarWidth(scalar) }
    }
    return width
}

/// The text cut to `width` columns, with `…` in place of what is gone.
public func truncated(_ text: String, to width: Int) -> String {
    guard displayWidth(text) > width else { return text }
    var kept = ""
    var used = 0
    for character in text {
        let next = displayWidth(String(character))
        if used + next > width - 1 { break }
        kept.append(character)
        used += next
    }
    return kept + "…"
}

/// The text with spaces up to `width` columns.
public func padded(_ text: String, to width: Int, right: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - displayWidth(text)))
    return right ? space + text : text + space
}

/// Words broken into lines of at most `width` columns; newlines stay, and a line's indentation is kept below it.
public func wrapped(_ text: String, to width: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { paragraph -> String in
        let indent = String(paragraph.prefix { $0 == " " })
        var lines: [String] = []
        var line = ""
        for word in paragraph.split(separator: " ") {
            if !line.isEmpty, displayWidth(indent) + displayWidth(line) + 1 + displayWidth(word) > width {
                lines.append(indent + line)
                line = String(word)
            } else {
                line += (line.isEmpty ? "" : " ") + word
            }
        }
        lines.append(line.isEmpty ? "" : indent + line)
        return lines.joined(separator: "\n")
    }.joined(separator: "\n")
}

/// Too long lines of words broken as `wrapped` does; what is laid out in columns, two spaces or more apart, stays.
public func wrappedSentences(_ text: String, to width: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        let words = line.drop { $0 == " " }
        return displayWidth(String(line)) > width && !words.contains("  ")
            ? wrapped(String(line), to: width) : String(line)
    }.joined(separator: "\n")
}

/// Unicode's East Asian Width W and F, and emoji, in blocks; combining marks and joiners are 0.
private func scalarWidth(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD:
        return 2
    default: return 1
    }
}
