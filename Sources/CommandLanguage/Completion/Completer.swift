/// What could be typed next, from the declarations and the variables.
public struct Completer {
    public enum Result: Equatable {
        /// Whole words in place of the one being typed. One that ends in `=`, `(` or `.` wants more after it.
        case words([String])
        case files
    }

    let commands: CommandRegistry
    let variables: [String: Value]

    public init(commands: CommandRegistry, variables: [(name: String, value: Value)]) {
        self.commands = commands
        self.variables = Dictionary(variables.map { ($0.name, $0.value) }) { $1 }
    }

    /// - Parameters:
    ///   - before: the text up to the word being typed.
    ///   - word: what is typed of it, without a quote or backquote that began it.
    public func complete(before: String, word: String) -> Result {
        if CompletionPlace.isInsideString(before) { return .files }
        let place = CompletionPlace(before, commands: commands)
        let isQuoted = before.hasSuffix("`")
        var candidates = isQuoted ? columns(of: place).map { $0 + "`" } : candidates(at: place)
        if !isQuoted, place.afterDot == nil {
            candidates = candidates.map { isPlainName($0) ? $0 : "`\($0)`" }
        }
        var seen: Set<String> = []
        return .words(candidates.filter { $0.hasPrefix(word) && seen.insert($0).inserted }.sorted())
    }

    private func candidates(at place: CompletionPlace) -> [String] {
        if let owner = place.afterDot { return members(of: variables[owner]) }
        switch place.expectation {
        case .statement: return commands.names + Keyword.statements + values
        case .value: return values
        case .argument(let kind, let options):
            return (kind.map { words(for: $0, at: place) } ?? []) + options.map { $0 + "=" }
        }
    }

    private func words(for kind: Parameter.Kind, at place: CompletionPlace) -> [String] {
        switch kind {
        case .word(let choices):
            if let choices { return choices }
            guard place.command == "help" else { return [] }
            if let command = place.firstArgument { return commands[command]?.declaration.forms.map(\.name) ?? [] }
            return HelpPage(commands: commands, width: 80).names + variables.keys
        case .integerOrWord(_, let words), .numberOrWord(_, let words): return words + values(of: ["number"])
        case .boolean: return ["true", "false"] + values(of: ["boolean"])
        case .object(let types): return values(of: types)
        case .table: return variables.filter { $0.value.isTable }.map(\.key)
        case .newColumns: return columns(of: place) + functions
        case .objects(let types): return values(of: types + ["list"])
        case .number, .integer: return values(of: ["number"])
        case .string, .path: return values(of: ["string"])
        case .columnName, .columnPatterns: return columns(of: place)
        case .formula, .terms:
            return columns(of: place) + functions + (place.isInTerms ? Factor.wrappers.map { $0 + "(" } : [])
        case .any, .expressions: return values
        }
    }

    private var functions: [String] { BuiltInFunction.names.map { $0 + "(" } }

    private var values: [String] {
        variables.map { name, value in if case .function = value { name + "(" } else { name } } + functions
            + ["true", "false", "missing"]
    }

    private func values(of types: [String]) -> [String] {
        variables.filter { types.contains($0.value.typeName) }.map(\.key)
    }

    private func columns(of place: CompletionPlace) -> [String] {
        if let name = place.firstArgument {
            guard case .object(let object)? = variables[name] else { return [] }
            return object.columnNames ?? []
        }
        return place.command.flatMap { commands[$0]?.knownColumns(place.knownArguments).inFormulas } ?? []
    }

    private func members(of value: Value?) -> [String] {
        guard case .object(let object)? = value, case .object(let members) = object.json else { return [] }
        return members.map(\.key) + (object.columns?.columnNames.filter(isPlainName) ?? [])
    }

    private func isPlainName(_ name: String) -> Bool {
        let body = name.last.map { "=(".contains($0) } ?? false ? name.dropLast() : name[...]
        guard let first = body.first, first.isLetter || first == "_" else { return false }
        return body.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }
}

extension Keyword {
    /// The words that begin a statement.
    static let statements = [Keyword.parameter, .include, .assert, .for, .if, .def, .return].map(\.rawValue)
}
