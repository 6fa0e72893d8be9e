extension Parser {
    /// `a if c else b`, the loosest form, down to primaries.
    mutating func parseExpression() throws -> Expression {
        try descend()
        defer { expressionDepth -= 1 }
        let lower = token.lower
        let value = try parseBinary(level: 0)
        guard take(.if) else { return value }
        let condition = try parseBinary(level: 0)
        guard take(.else) else { throw fail(expected: "`else` and another value") }
        let otherwise = try parseExpression()
        return Expression(
            kind: .conditional(then: value, condition: condition, otherwise: otherwise), range: range(from: lower))
    }

    /// From loose to tight. Comparisons do not chain; ranges stand between comparisons and sums.
    private static let levels: [Set<BinaryOperator>] = [
        [.or], [.and], [],
        [.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .in], [],
        [.add, .subtract], [.multiply, .divide, .remainder],
    ]
    private static let productLevel = 6
    private static let notLevel = 2
    private static let comparisonLevel = 3
    private static let rangeLevel = 4

    /// Expressions are evaluated by recursion; these bounds keep it far from the end of the stack.
    private static let deepest = 400
    private static let longestChain = 500

    private mutating func tooDeep() -> Stop {
        report(.nestedTooDeeply, at: tokenRange)
        return Stop()
    }

    private mutating func descend() throws {
        if expressionDepth == Self.deepest { throw tooDeep() }
        expressionDepth += 1
    }

    /// What stands inside an expression, one level deeper.
    mutating func nested<Result>(_ parse: (inout Parser) throws -> Result) throws -> Result {
        try descend()
        defer { expressionDepth -= 1 }
        return try parse(&self)
    }

    /// What a term of a sum may be.
    mutating func parseProduct() throws -> Expression { try nested { try $0.parseBinary(level: Self.productLevel) } }

    private mutating func parseBinary(level: Int) throws -> Expression {
        switch level {
        case Self.notLevel: return try parseNot()
        case Self.rangeLevel: return try parseRange()
        case Self.levels.count: return try parseSign()
        default: break
        }
        let lower = token.lower
        var left = try parseBinary(level: level + 1)
        var count = 0
        while let symbol = token.binaryOperator, Self.levels[level].contains(symbol) {
            count += 1
            if count > Self.longestChain { throw tooDeep() }
            if level == Self.comparisonLevel, count == 2 { report(.comparisonChain, at: tokenRange) }
            advance()
            let right = try parseBinary(level: level + 1)
            left = Expression(kind: .binary(symbol, left, right), range: range(from: lower))
        }
        return left
    }

    private mutating func parseNot() throws -> Expression {
        try descend()
        defer { expressionDepth -= 1 }
        let lower = token.lower
        guard take(.not) else { return try parseBinary(level: Self.notLevel + 1) }
        let operand = try parseNot()
        return Expression(kind: .unary(.not, operand), range: range(from: lower))
    }

    private mutating func parseRange() throws -> Expression {
        let lower = token.lower
        let first = try parseBinary(level: Self.rangeLevel + 1)
        if token.is(.colon) {
            report(.foreignOperator(":", instead: ".."), at: tokenRange, fixIts: [.replacing(tokenRange, with: "..")])
            advance()
        } else if !take(.dots) {
            return first
        }
        let last = try parseBinary(level: Self.rangeLevel + 1)
        return Expression(kind: .range(first, last), range: range(from: lower))
    }

    private mutating func parseSign() throws -> Expression {
        try descend()
        defer { expressionDepth -= 1 }
        let lower = token.lower
        guard take(.minus) else { return try parsePower() }
        let operand = try parseSign()
        return Expression(kind: .unary(.minus, operand), range: range(from: lower))
    }

    /// Binds tighter than a sign on its left, and from right to left: `-2^2` is -4, `2^3^2` is 512.
    private mutating func parsePower() throws -> Expression {
        let lower = token.lower
        let base = try parsePrimary()
        guard take(.caret) else { return base }
        let exponent = try parseSign()
        return Expression(kind: .binary(.power, base, exponent), range: range(from: lower))
    }

    // MARK: Primaries

    /// A literal, name, list, call or parenthesised expression, with the members and indices that touch it.
    mutating func parsePrimary() throws -> Expression {
        let lower = token.lower
        var value = try parseAtom()
        var count = 0
        while touchesPrevious {
            count += 1
            if count > Self.longestChain { throw tooDeep() }
            if token.is(.dot) {
                advance()
                let name = try expectName("the name of a member")
                value = Expression(kind: .member(value, name), range: range(from: lower))
            } else if token.is(.leftBracket) {
                let opening = token.lower
                advance()
                let index = try parseExpression()
                try close(.rightBracket, openedAt: opening, orExpected: "`]`")
                value = Expression(kind: .index(value, index), range: range(from: lower))
            } else {
                break
            }
        }
        return value
    }

    private mutating func parseAtom() throws -> Expression {
        let range = tokenRange
        func literal(_ kind: Expression.Kind) -> Expression {
            advance()
            return Expression(kind: kind, range: range)
        }
        switch token.kind {
        case .number(let value): return literal(.number(value))
        case .keyword(.true): return literal(.boolean(true))
        case .keyword(.false): return literal(.boolean(false))
        case .keyword(.missing): return literal(.missing)
        case .string(let parts):
            advance()
            return Expression(kind: .string(parts.map { part in parse(part) }), range: range)
        case .identifier, .quotedName: return try parseNameOrCall()
        case .symbol(.leftBracket): return try parseList()
        case .symbol(.leftParenthesis): return try parseParentheses()
        case .keyword(let word):
            report(.reservedWord(word.rawValue), at: range)
            throw Stop()
        default: throw fail(expected: "a value")
        }
    }

    private mutating func parse(_ part: Token.Part) -> Expression.StringPart {
        switch part {
        case .text(let text): return .text(text)
        case .code(let lower, let upper):
            var inner = Parser(file, commands: commands, lower: lower, upper: upper)
            inner.expressionDepth = expressionDepth
            var expression = Expression(kind: .invalid, range: range(lower, upper))
            do {
                expression = try inner.parseCommandOrExpression()
                if inner.token.kind != .end { throw inner.fail(expected: "`}`") }
            } catch {}
            diagnostics += inner.diagnostics
            return .expression(expression)
        }
    }

    private mutating func parseNameOrCall() throws -> Expression {
        let identifier = try expectName("a name")
        guard token.is(.leftParenthesis), touchesPrevious else {
            return Expression(kind: .name(identifier), range: identifier.range)
        }
        let opening = token.lower
        advance()
        var arguments: [CallArgument] = []
        while !token.is(.rightParenthesis), !unclosed.contains(opening) || token.kind != .separator {
            var name: Identifier?
            if token.name != nil, next.is(.equal) {
                name = try expectName("a name")
                advance()
            }
            arguments.append(CallArgument(name: name, value: try parseCommandOrExpression()))
            if !take(.comma) { break }
        }
        try close(.rightParenthesis, openedAt: opening, orExpected: "`,` or `)`")
        return Expression(kind: .call(identifier, arguments), range: range(from: identifier.range.lower))
    }

    private mutating func parseList() throws -> Expression {
        let lower = token.lower
        advance()
        var items: [Expression] = []
        while !token.is(.rightBracket), !unclosed.contains(lower) || token.kind != .separator {
            items.append(try parseExpression())
            if !take(.comma) { break }
        }
        try close(.rightBracket, openedAt: lower, orExpected: "`,` or `]`")
        return Expression(kind: .list(items), range: range(from: lower))
    }

    private mutating func parseParentheses() throws -> Expression {
        let lower = token.lower
        advance()
        let inner = try parseCommandOrExpression()
        try close(.rightParenthesis, openedAt: lower, orExpected: "`)`")
        return Expression(kind: .parenthesised(inner), range: range(from: lower))
    }
}
