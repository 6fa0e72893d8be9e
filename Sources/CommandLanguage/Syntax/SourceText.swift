/// Questions that a prompt asks about text that is being typed.
public enum SourceText {
    /// True when the text asks for another line: a bracket or block is open, or the last line ends in `\`.
    public static func isIncomplete(_ text: String) -> Bool { Lexer.isIncomplete(text) }

    /// The text on one line with the same meaning, without its comments, as a history keeps it.
    public static func onOneLine(_ text: String) -> String {
        let file = SourceFile(name: "", text: text)
        var lexer = Lexer(file: file)
        lexer.run()
        var line = ""
        var previous: Token?
        var isSeparated = false
        for token in lexer.tokens where token.kind != .end {
            if token.kind == .separator {
                isSeparated = true
                continue
            }
            if let previous {
                let gap = file.slice(previous.upper, token.lower)
                let opensBlock = previous.is(.leftBrace) || token.is(.rightBrace)
                line += isSeparated && !opensBlock ? "; " : isSeparated || gap.contains("\n") ? " " : gap
            }
            line += file.slice(token.lower, token.upper)
            previous = token
            isSeparated = false
        }
        return line
    }
}
