/// A piece of a script that has a value.
public struct Expression: Sendable {
    indirect enum Kind: Sendable {
        case missing
        case boolean(Bool)
        case number(Double)
        case string([StringPart])
        case name(Identifier)
        case list([Expression])
        case range(Expression, Expression)
        case unary(UnaryOperator, Expression)
        case binary(BinaryOperator, Expression, Expression)
        case conditional(then: Expression, condition: Expression, otherwise: Expression)
        case member(Expression, Identifier)
        case index(Expression, Expression)
        /// `name(…)`: a function of the language, one of the script's, or a command.
        case call(Identifier, [CallArgument])
        /// A command with its arguments, as a statement or in parentheses.
        case command(CommandCall)
        case parenthesised(Expression)
        /// `catch …`: the failure that the expression ends in.
        case failure(of: Expression)
        /// Stands where the text could not be read; the error has been reported.
        case invalid
    }

    enum StringPart: Sendable {
        case text(String)
        case expression(Expression)
    }

    var kind: Kind
    var range: SourceRange

    /// The expression inside any parentheses around it.
    var stripped: Expression {
        var inner = self
        while case .parenthesised(let next) = inner.kind { inner = next }
        return inner
    }

    /// The content of a string without interpolation.
    var literalString: String? {
        guard case .string(let parts) = kind else { return nil }
        var text = ""
        for part in parts {
            guard case .text(let piece) = part else { return nil }
            text += piece
        }
        return text
    }
}

struct Identifier: Sendable {
    var name: String
    var range: SourceRange
}

enum UnaryOperator: String, Sendable {
    case minus = "-"
    case not
}

enum BinaryOperator: String, Sendable {
    case or, and, `in`
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
    case power = "^"

    var isComparison: Bool {
        switch self {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .in: true
        default: false
        }
    }
}

/// One argument between the parentheses of `name(…)`.
struct CallArgument: Sendable {
    var name: Identifier?
    var value: Expression
}

/// A command's word and what follows it.
struct CommandCall: Sendable {
    var word: Identifier
    /// The declaration, when the word names a command.
    var declaration: CommandDeclaration?
    var positional: [Expression]
    var options: [(name: Identifier, value: Expression)]
    /// `~ a + b`, with the tilde's range.
    var terms: (tilde: SourceRange, terms: [TermExpression])?
    var range: SourceRange
}

/// What stands between two `+` after `~`.
struct TermExpression: Sendable {
    /// One, or those that `:` joins.
    var factors: [Expression]

    var range: SourceRange { factors.dropFirst().reduce(factors[0].range) { $0.union($1.range) } }
}
