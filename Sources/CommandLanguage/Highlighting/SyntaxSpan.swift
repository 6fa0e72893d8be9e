/// A stretch of a statement and what it is, for whoever colours it.
public struct SyntaxSpan: Sendable, Equatable {
    public enum Kind: Sendable {
        case command, keyword, option, string, number, comment, mistake
    }

    public var kind: Kind
    /// UTF-8 offsets.
    public var lower: Int
    public var upper: Int

    /// The coloured stretches of a text, in order; what lies between them is plain. The text may be unfinished.
    public static func spans(of text: String, commands: CommandRegistry) -> [SyntaxSpan] {
        let file = SourceFile(name: "", text: text)
        var lexer = Lexer(file: file)
        lexer.run()
        var spans: [SyntaxSpan] = []
        var previous: Token?
        for (index, token) in lexer.tokens.enumerated() {
            if let comment = comment(in: file, previous?.upper ?? 0, token.lower) { spans.append(comment) }
            let next = index + 1 < lexer.tokens.count ? lexer.tokens[index + 1] : nil
            if let kind = kind(of: token, after: previous, before: next, commands: commands) {
                spans.append(SyntaxSpan(kind: kind, lower: token.lower, upper: token.upper))
            }
            previous = token
        }
        return spans
    }

    private static func comment(in file: SourceFile, _ lower: Int, _ upper: Int) -> SyntaxSpan? {
        guard let start = file.bytes[lower..<upper].firstIndex(of: UInt8(ascii: "#")) else { return nil }
        let end = file.bytes[start..<upper].firstIndex(of: UInt8(ascii: "\n")) ?? upper
        return SyntaxSpan(kind: .comment, lower: start, upper: end)
    }

    private static func kind(
        of token: Token, after previous: Token?, before next: Token?, commands: CommandRegistry
    ) -> Kind? {
        switch token.kind {
        case .number: .number
        case .string: .string
        case .keyword: .keyword
        case .identifier(let word):
            if next?.is(.equal) == true {
                previous.map { $0.beginsStatement || $0.is(.parameter) } ?? true ? nil : .option
            } else if commands[word] != nil, previous.map({ $0.beginsStatement || $0.beginsValue }) ?? true {
                .command
            } else {
                nil
            }
        // A string that is still being typed is one.
        case .invalid: token.upper - token.lower > 1 ? .string : .mistake
        default: nil
        }
    }
}

extension Token {
    fileprivate var beginsStatement: Bool { kind == .separator || self.is(.leftBrace) || self.is(.rightBrace) }

    /// True before what may be a command inside a statement.
    fileprivate var beginsValue: Bool { self.is(.equal) || self.is(.leftParenthesis) || self.is(.catch) }
}
