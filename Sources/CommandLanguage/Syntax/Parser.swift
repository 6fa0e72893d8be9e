/// Reads tokens into statements. A statement that cannot be read is reported and skipped, so that one reading finds
/// several mistakes.
struct Parser {
    let file: SourceFile
    let commands: CommandRegistry
    var tokens: [Token]
    var position = 0
    var diagnostics: [Diagnostic]
    let unclosed: Set<Int>
    /// How many `def` bodies and how many blocks surround the statement.
    var functionDepth = 0
    var blockDepth = 0
    /// How many expressions surround the one being read.
    var expressionDepth = 0

    /// Thrown once the problem is in `diagnostics`; caught where reading can go on.
    struct Stop: Error {}

    init(_ file: SourceFile, commands: CommandRegistry, lower: Int = 0, upper: Int? = nil) {
        self.file = file
        self.commands = commands
        var lexer = Lexer(file: file, lower: lower, upper: upper)
        lexer.run()
        tokens = lexer.tokens
        diagnostics = lexer.diagnostics
        unclosed = lexer.unclosed.union(lexer.crossed)
    }

    /// The script, and everything wrong with its text in the order of the text.
    static func parse(_ file: SourceFile, commands: CommandRegistry) -> (script: Script, diagnostics: [Diagnostic]) {
        var parser = Parser(file, commands: commands)
        let statements = parser.parseStatements(until: nil)
        let script = Script(file: file, statements: statements, trailingComments: parser.token.comments)
        return (script, parser.sortedDiagnostics)
    }

    /// The text as one expression; nil when it is none.
    static func expression(in file: SourceFile, commands: CommandRegistry) -> Expression? {
        var parser = Parser(file, commands: commands)
        guard let expression = try? parser.parseExpression(), parser.token.kind == .end, parser.diagnostics.isEmpty
        else {
            return nil
        }
        return expression
    }

    var sortedDiagnostics: [Diagnostic] { diagnostics.sorted { $0.range.lower < $1.range.lower } }

    // MARK: Tokens

    var token: Token { tokens[position] }
    var next: Token { tokens[min(position + 1, tokens.count - 1)] }
    var previousUpper: Int { position > 0 ? tokens[position - 1].upper : token.lower }

    /// True when the token follows the one before it without a space.
    var touchesPrevious: Bool { position > 0 && token.lower == tokens[position - 1].upper }
    var nextTouches: Bool { next.lower == token.upper }

    mutating func advance() { if position < tokens.count - 1 { position += 1 } }

    mutating func take(_ symbol: Token.Symbol) -> Bool {
        guard token.is(symbol) else { return false }
        advance()
        return true
    }

    mutating func take(_ keyword: Keyword) -> Bool {
        guard token.is(keyword) else { return false }
        advance()
        return true
    }

    func range(_ lower: Int, _ upper: Int) -> SourceRange { SourceRange(file: file, lower: lower, upper: upper) }
    func range(from lower: Int) -> SourceRange { range(lower, max(lower, previousUpper)) }
    var tokenRange: SourceRange { range(token.lower, token.upper) }

    // MARK: Problems

    mutating func report(_ problem: Problem, at range: SourceRange, fixIts: [Diagnostic.FixIt] = []) {
        diagnostics.append(Diagnostic(problem, at: range, fixIts: fixIts))
    }

    /// Reports what stands here instead of what should; what the lexer reported already is not reported again.
    mutating func fail(expected what: String) -> Stop {
        if token.kind != .invalid && !isAfterUnclosed {
            // What is missing at the end of a line is missing after its last word, not after a comment.
            let isEnd = token.kind == .end || token.kind == .separator
            let place = isEnd && position > 0 ? range(previousUpper, previousUpper) : tokenRange
            report(.expected(what, found: found), at: place)
        }
        return Stop()
    }

    /// True at the end of a line on which a bracket was opened that is never closed.
    private var isAfterUnclosed: Bool {
        guard token.kind == .separator || token.kind == .end else { return false }
        let line = file.line(at: token.lower)
        return unclosed.contains { $0 >= line.start && $0 < token.lower }
    }

    private var found: String {
        switch token.kind {
        case .separator: file.bytes[token.lower] == UInt8(ascii: ";") ? "`;`" : "the end of the line"
        case .end: token.lower < file.bytes.count ? "`}`" : "the end of the text"
        case .string: "a string"
        default: "`\(file.slice(token.lower, token.upper))`"
        }
    }

    mutating func expect(_ symbol: Token.Symbol) throws {
        if !take(symbol) { throw fail(expected: "`\(symbol.rawValue)`") }
    }

    /// The closing bracket of the one that was opened at `opening`.
    mutating func close(_ symbol: Token.Symbol, openedAt opening: Int, orExpected what: String) throws {
        if take(symbol) { return }
        if unclosed.contains(opening) { throw Stop() }
        throw fail(expected: what)
    }

    mutating func expectName(_ what: String) throws -> Identifier {
        if let name = token.name {
            let identifier = Identifier(name: name, range: tokenRange)
            advance()
            return identifier
        }
        if case .keyword(let word) = token.kind {
            report(.reservedWord(word.rawValue), at: tokenRange)
            throw Stop()
        }
        throw fail(expected: what)
    }

    /// Goes to the end of the statement, over any blocks in it.
    mutating func skipStatement() {
        var depth = 0
        while token.kind != .end {
            if depth == 0, token.kind == .separator || token.is(.rightBrace) { return }
            if token.is(.leftBrace) { depth += 1 }
            if token.is(.rightBrace) { depth -= 1 }
            advance()
            if depth == 0, position > 0, tokens[position - 1].is(.rightBrace), !token.is(.keyword(.else)) { return }
        }
    }
}

extension Token {
    func `is`(_ kind: Kind) -> Bool { self.kind == kind }
}
