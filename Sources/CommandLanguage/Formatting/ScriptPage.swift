/// The lines of a script as they are being written.
struct ScriptPage {
    private struct Line {
        var code: String
        /// Beside the code.
        var comment: String?
        /// True when the code is a comment with a line of its own.
        var isComment = false
        var isBlank: Bool { code.isEmpty && comment == nil }
    }

    private static let step = 4
    private var lines: [Line] = []
    private var hasBlankPending = false

    /// Goes on with the last line.
    mutating func write(_ text: String) {
        if lines.isEmpty { lines.append(Line(code: "")) }
        lines[lines.count - 1].code += text
    }

    /// Writes a gap's comments: the trailing one beside the last line, the others on lines of their own.
    mutating func add(_ gap: Gap, indent: Int) {
        if let comment = gap.trailing {
            if lines.isEmpty { addComment(comment, indent: indent) } else { lines[lines.count - 1].comment = comment }
        }
        for line in gap.lines {
            if let line { addComment(line, indent: indent) } else { hasBlankPending = true }
        }
    }

    mutating func startLine(indent: Int, keepsBlank: Bool) {
        if keepsBlank { writeBlank() }
        hasBlankPending = false
        lines.append(Line(code: String(repeating: " ", count: Self.step * indent)))
    }

    private mutating func addComment(_ text: String, indent: Int) {
        // A cell of the notebook stands apart.
        if text.hasPrefix("#%%") || text.hasPrefix("# %%") { hasBlankPending = true }
        writeBlank()
        lines.append(Line(code: String(repeating: " ", count: Self.step * indent) + text, isComment: true))
    }

    /// One blank line at most, none at the top of the script or of a block.
    private mutating func writeBlank() {
        if hasBlankPending, let last = lines.last, !last.isBlank,
            last.isComment || !last.code.hasSuffix("{")
        {
            lines.append(Line(code: ""))
        }
        hasBlankPending = false
    }

    /// The whole, comments beside consecutive lines in one column.
    var text: String {
        var result = ""
        var index = 0
        while index < lines.count {
            let run = lines[index...].prefix { $0.comment != nil }
            guard !run.isEmpty else {
                result += lines[index].code + "\n"
                index += 1
                continue
            }
            let width = run.map { displayWidth($0.code) }.max() ?? 0
            for line in run { result += padded(line.code, to: width) + "  " + (line.comment ?? "") + "\n" }
            index += run.count
        }
        return result
    }
}
