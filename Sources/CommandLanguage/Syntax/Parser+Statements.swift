extension Parser {
    /// Statements up to `}`, or to the end of the text.
    mutating func parseStatements(until closing: Token.Symbol?) -> [Statement] {
        var statements: [Statement] = []
        while true {
            while token.kind == .separator { advance() }
            if token.kind == .end { break }
            if let closing, token.is(closing) { break }
            let start = position
            do {
                statements.append(try parseStatement())
                try endStatement()
            } catch {
                if let statement = intendedBinding(at: start) { statements.append(statement) }
                skipStatement()
                if position == start { advance() }
            }
        }
        return statements
    }

    /// What a statement that cannot be read was going to bind, so that later uses of the name are not complained about.
    private func intendedBinding(at start: Int) -> Statement? {
        let isIntroduced =
            switch tokens[start].kind {
            case .keyword(.parameter), .keyword(.for), .keyword(.def): true
            default: false
            }
        let token = tokens[min(start + (isIntroduced ? 1 : 0), tokens.count - 1)]
        let range = range(token.lower, token.upper)
        guard let name = token.name, isIntroduced || tokens[min(start + 1, tokens.count - 1)].is(.equal) else {
            return nil
        }
        let value = Expression(kind: .invalid, range: range)
        return Statement(kind: .binding(Identifier(name: name, range: range), value), range: range, comments: [])
    }

    private mutating func endStatement() throws {
        switch token.kind {
        case .separator, .end: return
        case .symbol(.rightBrace) where blockDepth > 0: return
        default:
            if case .symbol(.rightBrace) = tokens[position - 1].kind { throw fail(expected: "a new line after `}`") }
            throw fail(expected: "the end of the statement")
        }
    }

    private mutating func parseStatement() throws -> Statement {
        let lower = token.lower
        let comments = token.comments
        let kind = try parseStatementKind()
        return Statement(kind: kind, range: range(from: lower), comments: comments)
    }

    private mutating func parseStatementKind() throws -> Statement.Kind {
        if next.is(.equal), case .keyword(let word) = token.kind {
            report(.reservedWord(word.rawValue), at: tokenRange)
            throw Stop()
        }
        switch token.kind {
        case .keyword(.parameter): return try parseParameter()
        case .keyword(.include):
            advance()
            return .include(try parseExpression())
        case .keyword(.assert): return try parseAssertion()
        case .keyword(.for): return try parseLoop()
        case .keyword(.if): return try parseConditional()
        case .keyword(.def): return try parseDefinition()
        case .keyword(.return): return try parseReturn()
        case .symbol(.question): return .expression(try parseHelp())
        case .identifier("version") where next.isNumber || next.isIdentifier: return try parseVersion()
        case .identifier, .quotedName:
            if next.is(.equal) { return try parseBinding() }
            try checkArrow()
        default: break
        }
        return .expression(try parseCommandOrExpression(isStatement: true))
    }

    private mutating func parseBinding() throws -> Statement.Kind {
        let name = try expectName("a name")
        try expect(.equal)
        return .binding(name, try parseCommandOrExpression())
    }

    /// `x <- 3`, as R has it.
    private mutating func checkArrow() throws {
        guard next.is(.less), position + 2 < tokens.count else { return }
        let dash = tokens[position + 2]
        guard dash.is(.minus), dash.lower == next.upper, tokens[min(position + 3, tokens.count - 1)].lower > dash.upper
        else { return }
        let arrow = range(next.lower, dash.upper)
        report(.foreignOperator("<-", instead: "="), at: arrow, fixIts: [.replacing(arrow, with: "=")])
        throw Stop()
    }

    private mutating func parseParameter() throws -> Statement.Kind {
        if blockDepth > 0 { report(.parameterInsideBlock, at: tokenRange) }
        advance()
        let name = try expectName("the name of the parameter")
        try expect(.equal)
        return .parameter(name, try parseCommandOrExpression())
    }

    private mutating func parseAssertion() throws -> Statement.Kind {
        advance()
        let condition = try parseExpression()
        return .assertion(condition, message: take(.comma) ? try parseExpression() : nil)
    }

    /// The dialect that this program reads.
    private static let dialect = 1.0

    private mutating func parseVersion() throws -> Statement.Kind {
        if tokens[..<position].contains(where: { $0.kind != .separator }) { report(.versionNotFirst, at: tokenRange) }
        advance()
        guard case .number(let number) = token.kind else { throw fail(expected: "a number") }
        if number != Self.dialect { report(.unknownVersion(tokenRange.text), at: tokenRange) }
        advance()
        return .version
    }

    private mutating func parseReturn() throws -> Statement.Kind {
        if functionDepth == 0 { report(.returnOutsideFunction, at: tokenRange) }
        advance()
        if token.kind == .separator || token.kind == .end || token.is(.rightBrace) { return .result(nil) }
        return .result(try parseCommandOrExpression())
    }

    // MARK: Blocks

    private mutating func parseLoop() throws -> Statement.Kind {
        advance()
        let variable = try expectName("the name of the loop's variable")
        guard take(.in) else { throw fail(expected: "`in`") }
        let sequence = try parseExpression()
        return .loop(variable, sequence, try parseBlock())
    }

    private mutating func parseConditional() throws -> Statement.Kind {
        var branches: [(condition: Expression, body: Block)] = []
        repeat {
            advance()
            let condition = try parseExpression()
            branches.append((condition, try parseBlock()))
            guard take(.else) else { return .conditional(branches, otherwise: nil) }
        } while token.is(.if)
        return .conditional(branches, otherwise: try parseBlock())
    }

    private mutating func parseDefinition() throws -> Statement.Kind {
        advance()
        let name = try expectName("the name of the function")
        let opening = token.lower
        try expect(.leftParenthesis)
        var parameters: [UserFunction.Parameter] = []
        while !token.is(.rightParenthesis) {
            let parameter = try expectName("the name of a parameter, or `)`")
            if parameters.contains(where: { $0.name.name == parameter.name }) {
                report(.repeatedName(parameter.name), at: parameter.range)
            }
            parameters.append(.init(name: parameter, defaultValue: take(.equal) ? try parseExpression() : nil))
            if !take(.comma) { break }
        }
        try close(.rightParenthesis, openedAt: opening, orExpected: "`,` or `)`")
        functionDepth += 1
        defer { functionDepth -= 1 }
        return .definition(UserFunction(name: name, parameters: parameters, body: try parseBlock()))
    }

    private static let deepestBlock = 50

    private mutating func parseBlock() throws -> Block {
        let lower = token.lower
        if blockDepth == Self.deepestBlock {
            report(.nestedTooDeeply, at: tokenRange)
            throw Stop()
        }
        try expect(.leftBrace)
        blockDepth += 1
        defer { blockDepth -= 1 }
        let statements = parseStatements(until: .rightBrace)
        // A brace that is never closed has been reported by the lexer.
        _ = take(.rightBrace)
        return Block(statements: statements, range: range(from: lower))
    }
}
