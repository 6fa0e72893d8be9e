/// Where in a statement the cursor stands: which command, which of its parameters.
struct CompletionPlace {
    enum Expectation {
        /// The beginning of a statement, or of what may be a command: after `=` or `(`.
        case statement
        case value
        /// An argument of that kind, if another is wanted, or one of the options not given yet.
        case argument(Parameter.Kind?, options: [String])
    }

    /// One level of brackets.
    fileprivate struct Level {
        var command: CommandDeclaration?
        /// Positional arguments so far, names and all else.
        var arguments: [String?] = []
        var givenOptions: Set<String> = []
        /// Strings given so far, without interpolation, by parameter.
        var strings: [String: String] = [:]
        /// The option whose value comes next.
        var option: Parameter?
        var isAtStart = true
        var isInTerms = false
        /// What the bracket itself stood for, when it is an argument.
        var kind: Parameter.Kind?
    }

    private var levels = [Level()]
    /// The name before a point that the word being typed follows.
    private(set) var afterDot: String?

    init(_ before: String, commands: CommandRegistry) {
        let lexer = {
            var lexer = Lexer(file: SourceFile(name: "", text: before))
            lexer.run()
            return lexer
        }()
        let tokens = lexer.tokens.filter { $0.kind != .end }
        for (index, token) in tokens.enumerated() {
            let next = index + 1 < tokens.count ? tokens[index + 1] : nil
            read(token, next: next, commands: commands)
        }
        let end = before.utf8.count
        if let dot = tokens.last, dot.is(.dot), dot.upper == end, tokens.count > 1 {
            afterDot = tokens[tokens.count - 2].name
        }
    }

    static func isInsideString(_ before: String) -> Bool {
        var lexer = Lexer(file: SourceFile(name: "", text: before))
        lexer.run()
        return lexer.diagnostics.contains { if case .unterminatedString = $0.problem { true } else { false } }
    }

    private mutating func read(_ token: Token, next: Token?, commands: CommandRegistry) {
        let top = levels.count - 1
        switch token.kind {
        case .separator: levels = [Level()]
        case .symbol(.leftBrace), .symbol(.rightBrace): levels = [Level()]
        case .symbol(.leftParenthesis), .symbol(.leftBracket): levels.append(inner(token, of: levels[top]))
        case .symbol(.rightParenthesis), .symbol(.rightBracket):
            if levels.count > 1 { levels.removeLast() }
            finishArgument(nil)
        case .symbol(.equal):
            // A binding: what follows is as at the start. An option was noted with its name.
            if levels[top].command == nil { levels[top] = Level(kind: levels[top].kind) }
        case .symbol(.tilde): levels[top].isInTerms = true
        case .identifier(let name) where levels[top].isAtStart && commands[name] != nil && next?.is(.equal) != true:
            levels[top].command = commands[name]?.declaration
            levels[top].isAtStart = false
        case .identifier(let name), .quotedName(let name):
            if next?.is(.equal) == true, let command = levels[top].command {
                levels[top].option = command.option(name)
                levels[top].givenOptions.insert(name)
            } else {
                finishArgument(name)
            }
        case .string(let parts):
            if let parameter = levels[top].option ?? levels[top].nextPositional, let text = parts.plainText {
                levels[top].strings[parameter.name] = parameter.read(text)
            }
            finishArgument(nil)
        default: finishArgument(nil)
        }
    }

    private mutating func finishArgument(_ name: String?) {
        let top = levels.count - 1
        levels[top].isAtStart = false
        if levels[top].option != nil {
            levels[top].option = nil
        } else {
            if levels[top].arguments.isEmpty { levels[top].command = levels[top].command?.form(chosenBy: name) }
            levels[top].arguments.append(name)
        }
    }

    private func inner(_ token: Token, of level: Level) -> Level {
        var inner = Level()
        inner.isAtStart = token.is(.leftParenthesis)
        if level.command != nil {
            inner.kind = level.option?.kind ?? (level.isInTerms ? .terms : level.nextPositional?.kind)
        } else {
            inner.kind = level.kind
        }
        return inner
    }

    private var owner: Level? { levels.last { $0.command != nil } }

    var command: String? { owner?.command?.name }
    var firstArgument: String? { owner?.arguments.first ?? nil }
    var isInTerms: Bool { owner?.isInTerms ?? false }
    /// What the command may know of columns by the strings it was given, such as the path of a file.
    var knownArguments: KnownArguments { KnownArguments(strings: owner?.strings ?? [:]) }

    var expectation: Expectation {
        guard let level = levels.last else { return .statement }
        if let command = level.command {
            if let option = level.option { return .argument(option.kind, options: []) }
            if level.isInTerms { return .argument(.terms, options: []) }
            let options = command.parameters.filter {
                $0.isOption && !$0.isNewColumns && !level.givenOptions.contains($0.name)
            }
            return .argument(level.nextPositional?.kind, options: options.map(\.name))
        }
        switch level.kind {
        case .formula?, .newColumns?, .terms?, .columnPatterns?, .columnName?: return .argument(level.kind, options: [])
        default: return level.isAtStart ? .statement : .value
        }
    }
}

extension CompletionPlace.Level {
    fileprivate var nextPositional: Parameter? {
        guard let positional = command?.parameters.filter({ !$0.isOption }) else { return nil }
        switch positional.last?.kind {
        case .expressions?, .objects?: if arguments.count >= positional.count { return positional.last }
        default: break
        }
        return arguments.count < positional.count ? positional[arguments.count] : nil
    }
}
