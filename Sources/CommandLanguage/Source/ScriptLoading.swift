extension Script {
    /// Reads a text and checks it whole: syntax, names, options and types. Nothing runs.
    ///
    /// - Returns: the script, what its `parameter` statements declare, and everything found wrong, in order.
    public static func load(
        _ file: SourceFile, commands: CommandRegistry, variables: [(name: String, value: Value)] = []
    ) -> (script: Script, parameters: [Checker.ScriptParameter], diagnostics: [Diagnostic]) {
        let (script, problems) = Parser.parse(file, commands: commands)
        var checker = Checker(commands: commands, variables: variables)
        checker.check(script)
        let all = problems + checker.diagnostics
        let own = all.filter { $0.range.file === file }.sorted { $0.range.lower < $1.range.lower }
        return (script, checker.parameters, own + all.filter { $0.range.file !== file })
    }
}

extension Checker.ScriptParameter {
    /// What is wrong with `--set name=text`, or nil: a number or boolean is wanted where the default is one.
    public func complaint(about text: String, commands: CommandRegistry) -> String? {
        guard let standard = defaultValue.literalValue, let wanted = standard.typeNameIfScalar else { return nil }
        let value = ParameterValue.read(text, default: defaultValue, commands: commands)
        return value.typeName == wanted ? nil : "`\(name)` must be \(withArticle(wanted)), not \(quoted(text))"
    }
}

extension Value {
    fileprivate var typeNameIfScalar: String? {
        switch self {
        case .number, .boolean: typeName
        default: nil
        }
    }
}
