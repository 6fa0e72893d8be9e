/// What `--set name=value` gives a parameter.
enum ParameterValue {
    /// The text read as a literal, else as a string. Where the default is a string, the text is one too, unless it is
    /// quoted: `--set cohort=7` names a cohort.
    static func read(_ text: String, default expression: Expression, commands: CommandRegistry) -> Value {
        let literal = literal(text, commands: commands)
        if case .string = expression.stripped.kind {
            if case .string(let string)? = literal { return .string(string) }
            return .string(text)
        }
        return literal ?? .string(text)
    }

    /// The value of a number, string, boolean, `missing` or list of those.
    static func literal(_ text: String, commands: CommandRegistry) -> Value? {
        Parser.expression(in: SourceFile(name: "--set", text: text), commands: commands)?.literalValue
    }
}

extension Expression {
    /// The value that can be read off without running anything.
    var literalValue: Value? {
        switch kind {
        case .missing: return .missing
        case .boolean(let value): return .boolean(value)
        case .number(let value): return .number(value)
        case .string: return literalString.map(Value.string)
        case .unary(.minus, let operand):
            guard case .number(let value)? = operand.literalValue else { return nil }
            return .number(-value)
        case .list(let items):
            let values = items.compactMap(\.literalValue)
            return values.count == items.count ? .list(values) : nil
        case .parenthesised(let inner): return inner.literalValue
        default: return nil
        }
    }
}
