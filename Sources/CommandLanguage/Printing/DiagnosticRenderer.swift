/// Writes diagnostics for people:
///
///     script.tta:3:1: error: there is no command `kmm`
///         kmm cv by=stage
///         ^~~
///         did you mean `km`?
public struct DiagnosticRenderer {
    public var hasColour: Bool
    /// Messages and advice are folded between words to this many columns; nil leaves them on one line.
    public var width: Int?

    public init(hasColour: Bool, width: Int? = nil) {
        self.hasColour = hasColour
        self.width = width
    }

    private enum Style: String {
        case error = "\u{1B}[1;31m"
        case warning = "\u{1B}[1;33m"
        case note = "\u{1B}[1;36m"
        case caret = "\u{1B}[32m"
    }

    public func text(_ diagnostic: Diagnostic) -> String {
        let style: Style = diagnostic.severity == .error ? .error : .warning
        var lines = [heading(place(diagnostic.range), diagnostic.severity.rawValue, style, diagnostic.message)]
        lines += excerpt(diagnostic.range)
        if let help = diagnostic.help {
            lines.append(folded("    " + help))
        } else if let fix = diagnostic.fixIts.first {
            lines.append("    write: " + corrected(fix))
        }
        for note in diagnostic.notes {
            lines.append(heading(note.range.map(place) ?? "", "note", .note, note.message))
            if let range = note.range { lines += excerpt(range) }
        }
        return lines.joined(separator: "\n")
    }

    /// Folded before it is painted: paint takes no columns.
    private func heading(_ place: String, _ word: String, _ style: Style, _ message: String) -> String {
        var text = folded("\(place)\(word): \(message)")
        if let range = text.firstRange(of: "\(word):") { text.replaceSubrange(range, with: painted("\(word):", style)) }
        return text
    }

    private func folded(_ text: String) -> String { width.map { wrapped(text, to: $0) } ?? text }

    private func place(_ range: SourceRange) -> String {
        let position = range.file.position(at: range.lower)
        return "\(range.file.name):\(position.line):\(position.column): "
    }

    /// Of a longer line only what is near the place is shown.
    private static let mostShown = 120

    /// The line with a caret under the place; a place that goes on over lines is marked to the end of its first one.
    private func excerpt(_ range: SourceRange) -> [String] {
        let line = range.file.line(at: range.lower)
        let end = line.start + line.text.utf8.count
        let lower = min(range.lower, end)
        let upper = min(max(range.upper, lower), end)
        var before = range.file.slice(line.start, lower)
        if before.count > Self.mostShown { before = "…" + before.suffix(Self.mostShown) }
        let place = shortened(range.file.slice(lower, upper))
        let after = shortened(range.file.slice(upper, end))
        let marked = lower < upper ? displayWidth(place) : 1
        // Tabs stay tabs, so that the caret stands under its place whatever their width.
        let indent = before.map { $0 == "\t" ? "\t" : String(repeating: " ", count: displayWidth(String($0))) }.joined()
        let caret = "^" + String(repeating: "~", count: max(0, marked - 1))
        return ["    " + before + place + after, "    " + indent + painted(caret, .caret)]
    }

    private func shortened(_ text: String) -> String {
        text.count > Self.mostShown ? text.prefix(Self.mostShown) + "…" : text
    }

    /// The line as it would be with the edit; of a long line the edit alone.
    private func corrected(_ fix: Diagnostic.FixIt) -> String {
        let line = fix.range.file.line(at: fix.range.lower)
        let end = line.start + line.text.utf8.count
        guard fix.range.upper <= end, line.text.count <= 2 * Self.mostShown else { return fix.replacement }
        return fix.range.file.slice(line.start, fix.range.lower).drop { $0 == " " } + fix.replacement
            + fix.range.file.slice(fix.range.upper, end)
    }

    private func painted(_ text: String, _ style: Style) -> String {
        hasColour ? style.rawValue + text + "\u{1B}[0m" : text
    }
}
