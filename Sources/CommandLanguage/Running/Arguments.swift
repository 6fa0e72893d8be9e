/// The arguments of one command, checked against its declaration.
///
/// Every access names a declared parameter; asking for an undeclared one, or for a type that the declaration does not
/// promise, is a programmer's mistake and stops the program. An option left out has its declared default; one without a
/// default, or an optional positional argument, is nil in the `optional…` forms.
public struct Arguments {
    enum Content {
        case value(Value)
        case names([String])
        case formula(Formula)
        case terms(Terms)
        case expressions([(text: String, value: Value)])
        case newColumns([(name: String, formula: Formula)])
    }

    struct Entry {
        var content: Content
        var range: SourceRange
        var isGiven: Bool
    }

    let declaration: CommandDeclaration
    let entries: [String: Entry]
    /// The whole command, for errors that no one argument causes.
    public let range: SourceRange

    /// True when the argument was typed, as opposed to having its default.
    public func has(_ name: String) -> Bool { entry(name)?.isGiven ?? false }

    /// The argument as it was typed, or its default.
    public func text(_ name: String) -> String? {
        entry(name).map { $0.isGiven ? $0.range.text : parameter(name).defaultText ?? "" }
    }

    // MARK: Errors

    /// An error that points at one argument, or at the command when the argument was not typed.
    ///
    ///     throw arguments.error(at: "time", "the time of patient \(id) is negative", help: "correct the file")
    public func error(at name: String, _ message: String, help: String? = nil) -> Diagnostic {
        Diagnostic(.domain(message, help: help), at: has(name) ? entry(name)!.range : range)
    }

    /// An error that points at the whole command.
    public func error(_ message: String, help: String? = nil) -> Diagnostic {
        Diagnostic(.domain(message, help: help), at: range)
    }

    // MARK: Values

    public func value(_ name: String) -> Value { required(optionalValue(name), name) }

    public func optionalValue(_ name: String) -> Value? {
        guard let entry = entry(name) else { return nil }
        guard case .value(let value) = entry.content else { unexpected(name, "a value") }
        return value
    }

    /// - Throws: `Diagnostic` when the parameter allows several types and the argument has another than `T`.
    public func object<T: ObjectValue>(_ name: String, as type: T.Type = T.self) throws -> T {
        guard let object = try optionalObject(name, as: type) else { unexpected(name, T.typeName) }
        return object
    }

    public func optionalObject<T: ObjectValue>(_ name: String, as type: T.Type = T.self) throws -> T? {
        guard let value = optionalValue(name) else { return nil }
        guard case .object(let any) = value, let object = any as? T else {
            throw Diagnostic(
                .wrongType(parameter: name, expected: withArticle(T.typeName), found: value.phrase),
                at: entry(name)!.range)
        }
        return object
    }

    public func number(_ name: String) -> Double { required(optionalNumber(name), name) }

    public func optionalNumber(_ name: String) -> Double? {
        optionalValue(name).map { value in
            guard case .number(let number) = value else { unexpected(name, "a number") }
            return number
        }
    }

    public func integer(_ name: String) -> Int { required(optionalInteger(name), name) }

    public func optionalInteger(_ name: String) -> Int? {
        optionalNumber(name).map { number in
            guard let integer = Int(exactly: number) else { unexpected(name, "an integer") }
            return integer
        }
    }

    public func boolean(_ name: String) -> Bool { required(optionalBoolean(name), name) }

    public func optionalBoolean(_ name: String) -> Bool? {
        optionalValue(name).map { value in
            guard case .boolean(let boolean) = value else { unexpected(name, "a boolean") }
            return boolean
        }
    }

    /// A string or a word.
    public func string(_ name: String) -> String { required(optionalString(name), name) }

    public func optionalString(_ name: String) -> String? {
        optionalValue(name).map { value in
            guard case .string(let string) = value else { unexpected(name, "a string") }
            return string
        }
    }

    public func word(_ name: String) -> String { string(name) }

    public func optionalWord(_ name: String) -> String? { optionalString(name) }

    public func numberOrWord(_ name: String) -> NumberOrWord { required(optionalNumberOrWord(name), name) }

    public func optionalNumberOrWord(_ name: String) -> NumberOrWord? {
        optionalValue(name).map { value in
            switch value {
            case .number(let number): .number(number)
            case .string(let word): .word(word)
            default: unexpected(name, "a number or a word")
            }
        }
    }

    public func integerOrWord(_ name: String) -> IntegerOrWord { required(optionalIntegerOrWord(name), name) }

    public func optionalIntegerOrWord(_ name: String) -> IntegerOrWord? {
        optionalNumberOrWord(name).map { value in
            switch value {
            case .word(let word): return .word(word)
            case .number(let number):
                guard let integer = Int(exactly: number) else { unexpected(name, "an integer or a word") }
                return .integer(integer)
            }
        }
    }

    // MARK: Columns and formulas

    public func columnName(_ name: String) -> String { string(name) }

    public func optionalColumnName(_ name: String) -> String? { optionalString(name) }

    /// Names of columns, each with at most one `*` that stands for any characters.
    public func columnPatterns(_ name: String) -> [String] { required(optionalColumnPatterns(name), name) }

    public func optionalColumnPatterns(_ name: String) -> [String]? {
        entry(name).map { entry in
            guard case .names(let names) = entry.content else { unexpected(name, "column patterns") }
            return names
        }
    }

    /// The formula of an argument or option, or nil when it was left out.
    public func formula(_ name: String) -> Formula? {
        entry(name).map { entry in
            guard case .formula(let formula) = entry.content else { unexpected(name, "a formula") }
            return formula
        }
    }

    /// Names of columns to be made with their formulas, in the order given.
    public func newColumns(_ name: String) -> [(name: String, formula: Formula)] {
        guard let entry = entry(name), case .newColumns(let columns) = entry.content else {
            unexpected(name, "new columns")
        }
        return columns
    }

    public func terms(_ name: String) -> Terms {
        guard let entry = entry(name), case .terms(let terms) = entry.content else { unexpected(name, "terms") }
        return terms
    }

    /// The comma-separated expressions, or the objects, with their values.
    public func expressions(_ name: String) -> [(text: String, value: Value)] {
        guard let entry = entry(name) else { return [] }
        guard case .expressions(let list) = entry.content else { unexpected(name, "expressions") }
        return list
    }

    // MARK: Inside

    private func parameter(_ name: String) -> Parameter {
        guard let parameter = declaration.parameters.first(where: { $0.name == name }) else {
            preconditionFailure("\(declaration.name) declares no parameter \(name)")
        }
        return parameter
    }

    private func entry(_ name: String) -> Entry? {
        _ = parameter(name)
        return entries[name]
    }

    private func required<T>(_ value: T?, _ name: String) -> T {
        guard let value else {
            preconditionFailure("\(declaration.name) \(name) has no default: use the optional form")
        }
        return value
    }

    private func unexpected(_ name: String, _ what: String) -> Never {
        preconditionFailure("parameter \(name) of \(declaration.name) is not declared as \(what)")
    }
}

public enum NumberOrWord: Equatable, Sendable {
    case number(Double)
    case word(String)
}

public enum IntegerOrWord: Equatable, Sendable {
    case integer(Int)
    case word(String)
}
