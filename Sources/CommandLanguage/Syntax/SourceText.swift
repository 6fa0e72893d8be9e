/// Questions that a prompt asks about text that is being typed.
public enum SourceText {
    /// What the text waits for another line with: the bracket opened last, or a `\` at its end; nil when it is complete.
    public static func openEnd(of text: String) -> Character? { Lexer.openEnd(of: text) }

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
