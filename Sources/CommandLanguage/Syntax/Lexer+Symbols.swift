extension Lexer {
    /// What other languages write, and how it is written here.
    private static let foreign: [(text: String, instead: String, kind: Token.Kind)] = [
        ("&&", "and", .keyword(.and)), ("||", "or", .keyword(.or)), ("**", "^", .symbol(.caret)),
        (":=", "=", .symbol(.equal)), ("<>", "!=", .symbol(.notEqual)), ("&", "and", .keyword(.and)),
        ("|", "or", .keyword(.or)), ("!", "not", .keyword(.not)),
    ]

    mutating func readSymbol() {
        let start = position
        if start + 1 < end, let symbol = Token.Symbol(rawValue: file.slice(start, start + 2)) {
            position += 2
            return add(.symbol(symbol), from: start)
        }
        for (text, instead, kind) in Self.foreign where file.bytes[start..<end].starts(with: text.utf8) {
            position += text.utf8.count
            let fix = Diagnostic.FixIt.replacing(range(start, position), with: apart(instead, from: start))
            report(.foreignOperator(text, instead: instead), start, position, fixIts: [fix])
            return add(kind, from: start)
        }
        let character = character(at: start)
        guard let symbol = Token.Symbol(rawValue: String(character)) else {
            position += String(character).utf8.count
            report(.unexpectedCharacter(character), start, position)
            return add(.invalid, from: start)
        }
        position += 1
        add(track(symbol, at: start) ? .symbol(symbol) : .invalid, from: start)
    }

    /// Notes brackets that open and close. False for one that closes nothing.
    private mutating func track(_ symbol: Token.Symbol, at lower: Int) -> Bool {
        let opening: Token.Symbol
        switch symbol {
        case .leftParenthesis, .leftBracket, .leftBrace:
            if !unclosed.contains(lower) { open.append((symbol, lower)) }
            return true
        case .rightParenthesis: opening = .leftParenthesis
        case .rightBracket: opening = .leftBracket
        case .rightBrace: opening = .leftBrace
        default: return true
        }
        if open.last?.symbol == opening {
            open.removeLast()
        } else if let match = open.lastIndex(where: { $0.symbol == opening }) {
            // `([)`: what was opened since has no end of its own.
            for inner in open[(match + 1)...] {
                report(.unclosedBracket(Character(inner.symbol.rawValue)), inner.lower, inner.lower + 1)
                crossed.insert(inner.lower)
            }
            open.removeSubrange(match...)
        } else if unclosed.isEmpty {
            report(.unmatchedBracket(Character(symbol.rawValue)), lower, lower + 1)
            return false
        }
        return true
    }

    /// A word in the place of the symbol from `start` to `position`, with a space towards what it would otherwise touch.
    private func apart(_ word: String, from start: Int) -> String {
        guard word.allSatisfy(\.isLetter) else { return word }
        let before = start > 0 && !" \t\r\n([{,!&|".utf8.contains(file.bytes[start - 1]) ? " " : ""
        let after = position < end && !" \t\r\n".utf8.contains(file.bytes[position]) ? " " : ""
        return before + word + after
    }
}
