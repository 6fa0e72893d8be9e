/// Where the canonical layout has a space between two tokens of a line.
struct TokenSpacing {
    /// Where the operators stand that have a space on both sides.
    private var spaced: Set<Int> = []
    /// Where the signs stand that touch what follows.
    private var tight: Set<Int> = []

    init(_ script: Script, tokens: [Token]) {
        let positions = tokens.map(\.lower)
        func token(from offset: Int) -> Token { tokens[positions.partitioningIndex { $0 >= offset }] }
        var found: (spaced: Set<Int>, tight: Set<Int>) = ([], [])
        script.forEachExpression { expression in
            switch expression.kind {
            case .binary(let symbol, let left, let right) where symbol != .power:
                // Within a string there is no token of it.
                let sign = token(from: left.range.upper)
                if sign.lower < right.range.lower { found.spaced.insert(sign.lower) }
            case .command(let call):
                for term in (call.terms?.terms ?? []).dropLast() {
                    found.spaced.insert(token(from: term.range.upper).lower)
                }
            case .unary(.minus, _): found.tight.insert(expression.range.lower)
            default: break
            }
        }
        // A binding's sign stands after the name that begins the statement.
        for index in tokens.indices.dropFirst() where tokens[index].is(.equal) && tokens[index - 1].name != nil {
            let before = index > 1 ? tokens[index - 2].kind : .separator
            switch before {
            case .separator, .symbol(.leftBrace), .symbol(.rightBrace), .keyword(.parameter):
                found.spaced.insert(tokens[index].lower)
            default: break
            }
        }
        (spaced, tight) = found
    }

    /// - Parameter touching: whether they touched in the text.
    func separates(_ left: Token, _ right: Token, touching: Bool) -> Bool {
        if spaced.contains(left.lower) || spaced.contains(right.lower) { return true }
        if tight.contains(left.lower) { return false }
        switch left.kind {
        case .symbol(.leftParenthesis), .symbol(.leftBracket), .symbol(.dot), .symbol(.dots), .symbol(.colon),
            .symbol(.caret), .symbol(.equal), .symbol(.question):
            return false
        default: break
        }
        switch right.kind {
        case .symbol(.rightParenthesis), .symbol(.rightBracket), .symbol(.comma), .symbol(.dots), .symbol(.colon),
            .symbol(.caret), .symbol(.equal):
            return false
        case .symbol(.leftParenthesis), .symbol(.leftBracket), .symbol(.dot):
            // Touching makes a call, an index or a member of what would be another argument.
            return !(touching && left.endsValue)
        default: return true
        }
    }
}

extension Token {
    /// True when a bracket or point that touches it belongs to it.
    fileprivate var endsValue: Bool {
        switch kind {
        case .number, .string, .identifier, .quotedName, .symbol(.rightParenthesis), .symbol(.rightBracket),
            .keyword(.true), .keyword(.false), .keyword(.missing):
            true
        default: false
        }
    }
}

extension [Int] {
    /// The first index whose element satisfies the predicate, which fails on all before and holds on all after.
    fileprivate func partitioningIndex(where predicate: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if predicate(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
