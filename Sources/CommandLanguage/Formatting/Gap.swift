/// What stands between two tokens: spaces, newlines and comments.
struct Gap {
    /// A comment at the end of the line on which the gap begins.
    private(set) var trailing: String?
    /// The lines after that one: comments, nil for a blank line.
    private(set) var lines: [String?] = []
    /// Nothing at all.
    let isEmpty: Bool
    /// A line ends in the gap.
    let isBroken: Bool

    var hasComment: Bool { trailing != nil || lines.contains { $0 != nil } }

    init(_ text: String) {
        isEmpty = text.isEmpty
        let pieces = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map { piece in
            piece.firstIndex(of: "#").map { Gap.trimmed(piece[$0...]) }
        }
        isBroken = pieces.count > 1
        trailing = pieces.first ?? nil
        // The last piece is the beginning of the next token's line.
        lines = Array(pieces.dropFirst().dropLast())
        if let last = pieces.last, pieces.count > 1, let comment = last { lines.append(comment) }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
