/// A word, number, string or sign of the source text.
struct Token: Sendable {
    enum Kind: Sendable, Equatable {
        case number(Double)
        case string([Part])
        case identifier(String)
        /// A name in backquotes.
        case quotedName(String)
        case keyword(Keyword)
        case symbol(Symbol)
        /// The end of a line outside brackets, or `;`.
        case separator
        case end
        /// Text that could not be read; the error has been reported.
        case invalid
    }

    /// A piece of a string: text, or where the expression between `{` and `}` lies.
    enum Part: Sendable, Equatable {
        case text(String)
        case code(lower: Int, upper: Int)
    }

    enum Symbol: String, Sendable {
        case plus = "+"
        case minus = "-"
        case star = "*"
        case slash = "/"
        case percent = "%"
        case caret = "^"
        case equal = "="
        case equalEqual = "=="
        case notEqual = "!="
        case less = "<"
        case lessEqual = "<="
        case greater = ">"
        case greaterEqual = ">="
        case leftParenthesis = "("
        case rightParenthesis = ")"
        case leftBracket = "["
        case rightBracket = "]"
        case leftBrace = "{"
        case rightBrace = "}"
        case comma = ","
        case dot = "."
        case dots = ".."
        case colon = ":"
        case tilde = "~"
        case question = "?"
    }

    var kind: Kind
    var lower: Int
    var upper: Int
    /// Comment lines above the token.
    var comments: [Comment] = []

    func `is`(_ symbol: Symbol) -> Bool { kind == .symbol(symbol) }
    func `is`(_ keyword: Keyword) -> Bool { kind == .keyword(keyword) }

    /// A name, quoted or not.
    var name: String? {
        switch kind {
        case .identifier(let name), .quotedName(let name): name
        default: nil
        }
    }

    var isIdentifier: Bool { if case .identifier = kind { true } else { false } }

    var isNumber: Bool { if case .number = kind { true } else { false } }

    /// The operator between two values that the token is, if it is one.
    var binaryOperator: BinaryOperator? {
        switch kind {
        case .symbol(let symbol): symbol.binaryOperator
        case .keyword(.and): .and
        case .keyword(.or): .or
        case .keyword(.in): .in
        default: nil
        }
    }
}

extension Token.Symbol {
    /// The operator between two values that is written so, if there is one.
    fileprivate var binaryOperator: BinaryOperator? {
        switch self {
        case .plus: .add
        case .minus: .subtract
        case .star: .multiply
        case .slash: .divide
        case .percent: .remainder
        case .caret: .power
        case .equalEqual: .equal
        case .notEqual: .notEqual
        case .less: .less
        case .lessEqual: .lessOrEqual
        case .greater: .greater
        case .greaterEqual: .greaterOrEqual
        case .equal, .leftParenthesis, .rightParenthesis, .leftBracket, .rightBracket, .leftBrace, .rightBrace, .comma,
            .dot, .dots, .colon, .tilde, .question:
            nil
        }
    }
}

extension [Token.Part] {
    /// The text of a string without interpolation.
    var plainText: String? {
        var text = ""
        for part in self {
            guard case .text(let piece) = part else { return nil }
            text += piece
        }
        return text
    }
}
