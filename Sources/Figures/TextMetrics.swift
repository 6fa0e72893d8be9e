/// How wide text will be, so that a figure can be laid out before anything is drawn.
///
/// Widths are those of Helvetica and Arial (Adobe's published metrics), in thousandths of the text size; other letters
/// are given the width of their kind. Fallback fonts differ by some per cent, so nothing is laid out to the last tenth.
public enum TextMetrics {
    private static let pointInMillimetres = 25.4 / 72

    // From the space (32) to the tilde (126).
    private static let asciiWidths: [Double] = [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
        556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
        1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
        667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
        333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
        556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
    ]

    /// The width in millimetres of the widest line of `text` at `size` points.
    public static func width(_ text: String, size: Double) -> Double {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let widest = lines.map { $0.reduce(0) { $0 + thousandths($1) } }.max() ?? 0
        return widest / 1000 * size * pointInMillimetres
    }

    private static func thousandths(_ character: Character) -> Double {
        if let ascii = character.asciiValue {
            return ascii >= 32 && ascii < 127 ? asciiWidths[Int(ascii) - 32] : 0
        }
        if columns(character) == 2 { return 1050 }
        return character.isUppercase ? 720 : 590
    }

    /// `text` shortened with an ellipsis until it is at most `width` millimetres wide.
    public static func fitted(_ text: String, size: Double, width: Double) -> String {
        guard Self.width(text, size: size) > width else { return text }
        var shortened = text
        while !shortened.isEmpty, Self.width(shortened + "…", size: size) > width { shortened.removeLast() }
        return shortened + "…"
    }

    /// `text` broken at spaces into lines at most `width` millimetres wide; a longer word stands alone on its line.
    public static func wrapped(_ text: String, size: Double, width: Double) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph in
            var lines = [""]
            for word in paragraph.split(separator: " ") {
                let longer = lines[lines.count - 1].isEmpty ? String(word) : lines[lines.count - 1] + " " + word
                if Self.width(longer, size: size) <= width || lines[lines.count - 1].isEmpty {
                    lines[lines.count - 1] = longer
                } else {
                    lines.append(String(word))
                }
            }
            return lines
        }
    }
}

/// How many columns of a terminal text takes.
extension TextMetrics {
    public static func columns(_ text: String) -> Int { text.reduce(0) { $0 + columns($1) } }

    static func columns(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        if character.unicodeScalars.contains(where: { $0.value == 0xFE0F }) { return 2 }
        switch scalar.value {
        case 0..<32, 127..<160: return 0
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            return 2
        default:
            return scalar.properties.isEmojiPresentation ? 2 : 1
        }
    }

    /// `text` cut with an ellipsis to `columns`, and filled with spaces up to them.
    static func cell(_ text: String, columns width: Int, alignment: Label.Alignment = .left) -> String {
        var shown = text
        if columns(shown) > width {
            while !shown.isEmpty, columns(shown) > max(width - 1, 0) { shown.removeLast() }
            if width > 0 { shown += "…" }
        }
        let missing = max(0, width - columns(shown))
        let before =
            switch alignment {
            case .left: 0
            case .center: missing / 2
            case .right: missing
            }
        return String(repeating: " ", count: before) + shown + String(repeating: " ", count: missing - before)
    }
}
