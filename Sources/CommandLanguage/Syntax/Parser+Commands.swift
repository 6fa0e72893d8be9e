import Spelling

extension Parser {
    /// What may stand as a statement, on the right of `=`, and in parentheses: a command or an expression.
    ///
    /// A word that names a command and stands alone is read as a command in a statement, as a name elsewhere.
    mutating func parseCommandOrExpression(isStatement: Bool = false) throws -> Expression {
        if token.is(.catch) { return try parseCatch() }
        guard case .identifier(let word) = token.kind else { return try parseExpression() }
        let identifier = Identifier(name: word, range: tokenRange)
        if let declaration = commands[word]?.declaration {
            if headsCommand() { return try parseCommand(identifier, declaration) }
            if isStatement, endsArguments(next) { return try parseCommand(identifier, declaration) }
        } else if looksLikeArgument(next), !nextTouches {
            return try parseUnknownCommand(identifier)
        }
        return try parseExpression()
    }

    /// `catch km women by=nothing`.
    private mutating func parseCatch() throws -> Expression {
        let lower = token.lower
        advance()
        let inner = try nested { parser in try parser.parseCommandOrExpression(isStatement: true) }
        return Expression(kind: .failure(of: inner), range: range(from: lower))
    }

    /// `?km`, `?`: help.
    mutating func parseHelp() throws -> Expression {
        let identifier = Identifier(name: "help", range: tokenRange)
        guard let declaration = commands["help"]?.declaration else { throw fail(expected: "a statement") }
        return try parseCommand(identifier, declaration)
    }

    // MARK: Where a command begins

    private func headsCommand() -> Bool {
        if endsArguments(next) || next.is(.equal) { return false }
        switch next.kind {
        case .symbol(.minus): return !nextTouches && tokens[min(position + 2, tokens.count - 1)].lower == next.upper
        case .symbol(.leftParenthesis), .symbol(.leftBracket), .symbol(.dot): return !nextTouches
        case .symbol(.dots), .symbol(.colon), .keyword(.if): return false
        default: return next.binaryOperator == nil
        }
    }

    func endsArguments(_ token: Token) -> Bool {
        switch token.kind {
        case .separator, .end, .symbol(.rightParenthesis), .symbol(.rightBracket), .symbol(.rightBrace),
            .symbol(.comma):
            true
        default: false
        }
    }

    /// After a word that names nothing callable without parentheses, only an argument can make sense of what follows.
    private func looksLikeArgument(_ token: Token) -> Bool {
        switch token.kind {
        case .number, .string, .identifier, .quotedName, .symbol(.tilde), .symbol(.leftBracket),
            .symbol(.leftParenthesis), .keyword(.true), .keyword(.false), .keyword(.missing):
            true
        default: false
        }
    }

    private mutating func parseUnknownCommand(_ word: Identifier) throws -> Expression {
        if BuiltInFunction.named(word.name) != nil {
            report(.functionNeedsParentheses(word.name), at: word.range)
        } else {
            let words = commands.names + Keyword.allCases.filter(\.beginsStatement).map(\.rawValue)
            let nearest = nearestNames(to: word.name, in: words)
            report(.unknownCommand(word.name, nearest: nearest), at: word.range)
        }
        // Its arguments cannot be understood without knowing the command.
        throw Stop()
    }

    // MARK: Arguments

    private mutating func parseCommand(_ word: Identifier, _ declaration: CommandDeclaration) throws -> Expression {
        advance()
        var call = CommandCall(
            word: word, declaration: declaration, positional: [], options: [], terms: nil, range: word.range)
        if case .expressions? = declaration.parameters.first(where: { !$0.isOption })?.kind {
            if !endsArguments(token) {
                repeat { call.positional.append(try parseExpression()) } while take(.comma)
            }
        } else {
            while !endsArguments(token) { try parseArgument(into: &call) }
        }
        call.range = range(from: word.range.lower)
        return Expression(kind: .command(call), range: call.range)
    }

    private mutating func parseArgument(into call: inout CommandCall) throws {
        if token.is(.tilde) {
            let tilde = tokenRange
            advance()
            var terms: [TermExpression] = []
            repeat { terms.append(try parseTerm()) } while take(.plus)
            call.terms = (tilde, terms)
        } else if next.is(.equal), let name = optionName {
            let identifier = Identifier(name: name, range: tokenRange)
            advance()
            advance()
            call.options.append((identifier, try parseArgumentValue()))
        } else if case .keyword(let word) = token.kind, takesWord(call), endsArguments(next) {
            // `help for`.
            call.positional.append(
                Expression(kind: .name(Identifier(name: word.rawValue, range: tokenRange)), range: tokenRange))
            advance()
        } else {
            call.positional.append(try parseArgumentValue())
        }
    }

    private mutating func parseTerm() throws -> TermExpression {
        var factors: [Expression] = []
        repeat { factors.append(try parseArgumentValue(inTerms: true)) } while take(.colon)
        return TermExpression(factors: factors)
    }

    /// True when the next positional argument is any word whatever.
    private func takesWord(_ call: CommandCall) -> Bool {
        let parameters = call.declaration?.parameters.filter { !$0.isOption } ?? []
        guard call.positional.count < parameters.count, case .word(nil) = parameters[call.positional.count].kind else {
            return false
        }
        return true
    }

    private var optionName: String? {
        if case .keyword(let word) = token.kind { return word.rawValue }
        return token.name
    }

    /// One primary. An operator after it means an expression, which here stands in parentheses.
    private mutating func parseArgumentValue(inTerms: Bool = false) throws -> Expression {
        let start = position
        let value: Expression
        if token.is(.minus), nextTouches {
            advance()
            let operand = try parsePrimary()
            let range = range(from: tokens[start].lower)
            value = Expression(kind: .unary(.minus, operand), range: range)
        } else {
            value = try parsePrimary()
        }
        guard continuesExpression(inTerms: inTerms) else { return value }
        position = start
        var whole = inTerms ? try parseProduct() : try parseExpression()
        // `age > 50 + er`: the plus begins the next term, so what is compared ends before it.
        while inTerms, continuesExpression(inTerms: true), let compared = token.binaryOperator {
            advance()
            let right = try parseProduct()
            whole = Expression(
                kind: .binary(compared, whole, right), range: range(from: tokens[start].lower))
        }
        if inTerms, continuesExpression(inTerms: true) {
            position = start
            whole = try parseExpression()
        }
        var problem = Problem.operatorNeedsParentheses(whole.range.text)
        if inTerms, case .binary(.multiply, let left, let right) = whole.kind, left.isColumnLike, right.isColumnLike {
            problem = .productAsTerm(left.range.text, right.range.text)
        }
        report(
            problem, at: whole.range,
            fixIts: [
                Diagnostic.FixIt(
                    message: "put it in parentheses", range: whole.range, replacement: "(\(whole.range.text))")
            ])
        return whole
    }

    private func continuesExpression(inTerms: Bool) -> Bool {
        if inTerms, token.is(.plus) { return false }
        if token.is(.dots) || token.is(.if) || token.is(.colon) && !inTerms { return true }
        guard token.binaryOperator != nil else { return false }
        // `cv -1`: a minus that touches only what follows begins the next argument.
        return !(token.is(.minus) && nextTouches && !touchesPrevious)
    }
}

extension Expression {
    fileprivate var isColumnLike: Bool {
        switch kind {
        case .name, .call: true
        default: false
        }
    }
}
