/// Cuts a text into tokens. Newlines inside `(` or `[`, and after a `\`, are no separators.
struct Lexer {
    let file: SourceFile
    var position: Int
    let end: Int
    var tokens: [Token] = []
    var diagnostics: [Diagnostic] = []
    /// Brackets that are open, with their places.
    var open: [(symbol: Token.Symbol, lower: Int)] = []
    /// Round and square brackets that are never closed: reported once, and taken to end with their line.
    private(set) var unclosed: Set<Int> = []
    /// Brackets that another kind of bracket closed over: `[(1, 2]`.
    var crossed: Set<Int> = []
    private var comments: [Comment] = []
    /// True when the last line ends in `\`.
    private var endsInContinuation = false

    init(file: SourceFile, lower: Int = 0, upper: Int? = nil) {
        self.file = file
        position = lower
        end = upper ?? file.bytes.count
    }

    /// All tokens, the last one `.end`.
    mutating func run() {
        let start = position
        while true {
            tokens = []
            diagnostics = []
            open = []
            crossed = []
            comments = []
            position = start
            while position < end { readToken() }
            let brackets = open.filter { $0.symbol != .leftBrace }
            if brackets.isEmpty { break }
            unclosed.formUnion(brackets.map(\.lower))
        }
        for lower in unclosed.sorted() {
            report(.unclosedBracket(Character(UnicodeScalar(file.bytes[lower]))), lower, lower + 1)
        }
        for brace in open { report(.unclosedBracket("{"), brace.lower, brace.lower + 1) }
        add(.end, from: end)
    }

    /// What the text waits for another line with: the bracket opened last, or a `\` at its end; nil when it is complete.
    static func openEnd(of text: String) -> Character? {
        let file = SourceFile(name: "", text: text)
        var lexer = Lexer(file: file)
        while lexer.position < lexer.end { lexer.readToken() }
        if lexer.endsInContinuation { return "\\" }
        return lexer.open.last.map { Character(UnicodeScalar(file.bytes[$0.lower])) }
    }

    // MARK: One token

    private mutating func readToken() {
        let byte = file.bytes[position]
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
        case UInt8(ascii: "\n"):
            position += 1
            if open.last.map({ $0.symbol == .leftBrace }) ?? true { add(.separator, from: position - 1) }
        case UInt8(ascii: ";"):
            position += 1
            add(.separator, from: position - 1)
        case UInt8(ascii: "#"): readComment()
        case UInt8(ascii: "\\"): readContinuation()
        case UInt8(ascii: "\""): readInterpolatedString()
        case UInt8(ascii: "'"): readRawString()
        case UInt8(ascii: "`"): readQuotedName()
        case UInt8(ascii: "0")...UInt8(ascii: "9"): readNumber()
        case UInt8(ascii: ".") where isDigit(position + 1) && !touchesOperand: readNumber()
        default: if !readWord() { readSymbol() }
        }
    }

    /// True when the text right before is a value, so that a point reads a member rather than begins a number.
    private var touchesOperand: Bool {
        guard let last = tokens.last, last.upper == position else { return false }
        switch last.kind {
        case .number, .identifier, .quotedName, .string, .symbol(.rightParenthesis), .symbol(.rightBracket): return true
        default: return false
        }
    }

    private mutating func readComment() {
        let start = position
        let stop = file.bytes[start..<end].firstIndex(of: UInt8(ascii: "\n")) ?? end
        position = stop
        // A comment after a statement on its line belongs to nobody.
        let isOwnLine = tokens.isEmpty || tokens.last?.kind == .separator
        guard isOwnLine else { return }
        let text = file.slice(start, stop)
        let isCell = text.hasPrefix("#%%") || text.hasPrefix("# %%")
        let content = isCell ? text.drop { $0 == "#" || $0 == "%" || $0 == " " } : text.dropFirst().drop { $0 == " " }
        comments.append(
            Comment(kind: isCell ? .cell : .text, text: String(content), range: range(start, stop)))
    }

    private mutating func readContinuation() {
        let start = position
        position += 1
        while position < end, isBlank(file.bytes[position]) { position += 1 }
        if position < end, file.bytes[position] == UInt8(ascii: "\n") {
            position += 1
            endsInContinuation = position == end
        } else if position == end {
            endsInContinuation = true
        } else {
            report(.unexpectedCharacter("\\"), start, start + 1)
        }
    }

    private mutating func readQuotedName() {
        let start = position
        let stop = file.bytes[(start + 1)..<end].firstIndex { $0 == UInt8(ascii: "`") || $0 == UInt8(ascii: "\n") }
        guard let stop, file.bytes[stop] == UInt8(ascii: "`"), stop > start + 1 else {
            position = stop ?? end
            report(.unterminatedName, start, position)
            return add(.invalid, from: start)
        }
        position = stop + 1
        add(.quotedName(file.slice(start + 1, stop)), from: start)
    }

    private mutating func readNumber() {
        let start = position
        skipDigits()
        if position < end, file.bytes[position] == UInt8(ascii: "."), isDigit(position + 1) {
            position += 1
            skipDigits()
        }
        if position < end, file.bytes[position] | 0x20 == UInt8(ascii: "e") {
            let sign = position + 1 < end && [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(file.bytes[position + 1])
            if isDigit(position + (sign ? 2 : 1)) {
                position += sign ? 2 : 1
                skipDigits()
            }
        }
        if wordEnd(position) > position {
            position = wordEnd(position)
            report(.malformedNumber(file.slice(start, position)), start, position)
            return add(.invalid, from: start)
        }
        guard let number = Double(file.slice(start, position)), number.isFinite else {
            report(.malformedNumber(file.slice(start, position)), start, position)
            return add(.invalid, from: start)
        }
        add(.number(number), from: start)
    }

    private mutating func readWord() -> Bool {
        let start = position
        let stop = wordEnd(start)
        guard stop > start else { return false }
        position = stop
        let word = file.slice(start, stop)
        add(Keyword(rawValue: word).map(Token.Kind.keyword) ?? .identifier(word), from: start)
        return true
    }

    // MARK: Helpers

    mutating func add(_ kind: Token.Kind, from lower: Int) {
        var token = Token(kind: kind, lower: lower, upper: position)
        // Blank lines and the lines of comments themselves do not part a comment from what follows.
        if kind != .separator {
            token.comments = comments
            comments = []
        }
        tokens.append(token)
    }

    mutating func report(_ problem: Problem, _ lower: Int, _ upper: Int, fixIts: [Diagnostic.FixIt] = []) {
        diagnostics.append(Diagnostic(problem, at: range(lower, upper), fixIts: fixIts))
    }

    func range(_ lower: Int, _ upper: Int) -> SourceRange { SourceRange(file: file, lower: lower, upper: upper) }

    func isDigit(_ index: Int) -> Bool {
        index < end && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(file.bytes[index])
    }

    private mutating func skipDigits() { while isDigit(position) { position += 1 } }

    private func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }

    /// Where the letters, digits and underscores that begin at `index` end.
    func wordEnd(_ index: Int) -> Int {
        var index = index
        while index < end {
            let byte = file.bytes[index]
            if byte < 0x80 {
                let isWord =
                    byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
                    || byte == UInt8(ascii: "_") || isDigit(index)
                guard isWord else { return index }
                // A letter may carry marks that are characters of their own in the text: e and an accent.
                index += index + 1 < end && file.bytes[index + 1] >= 0x80 ? lengthWithMarks(index) : 1
            } else {
                let scalar = character(at: index)
                guard scalar.isLetter || scalar.isNumber else { return index }
                index += String(scalar).utf8.count
            }
        }
        return index
    }

    /// Bytes of the letter there, with the accents that follow it.
    private func lengthWithMarks(_ index: Int) -> Int {
        let marks = character(at: index).unicodeScalars.dropFirst().prefix {
            [.nonspacingMark, .spacingMark].contains($0.properties.generalCategory)
        }
        return marks.reduce(1) { $0 + UTF8.width($1) }
    }

    func character(at index: Int) -> Character {
        String(decoding: file.bytes[index..<min(end, index + 16)], as: UTF8.self).first ?? " "
    }
}
