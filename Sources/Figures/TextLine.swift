/// A line of terminal text that knows how many columns it takes, colours not counted.
struct TextLine {
    private(set) var text = ""
    private(set) var columns = 0

    init(_ text: String = "") { append(text) }

    mutating func append(_ more: String) { append(more, columns: TextMetrics.columns(more)) }

    mutating func append(_ more: String, color: Color, when usesColor: Bool) {
        append(ANSI.colored(more, color, when: usesColor), columns: TextMetrics.columns(more))
    }

    /// Text with escape sequences in it, whose columns the caller knows.
    mutating func append(_ more: String, columns: Int) {
        text += more
        self.columns += columns
    }

    func filled(to width: Int) -> String { text + String(repeating: " ", count: max(0, width - columns)) }

    /// - Precondition: the line has no escape sequences.
    func cut(to width: Int) -> TextLine {
        columns <= width ? self : TextLine(TextMetrics.cell(text, columns: width))
    }
}

extension String {
    var trimmingTrailingSpaces: String {
        var trimmed = self[...]
        while trimmed.last == " " { trimmed.removeLast() }
        return String(trimmed)
    }
}
