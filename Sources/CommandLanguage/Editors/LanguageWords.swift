/// The words of the language by what they are, for editors that colour them.
struct LanguageWords {
    /// Commands, longest first, so that `table1` is not read as `table`.
    let commands: [String]
    /// What may follow a command as its first word: the models.
    let forms: [String]
    let options: [String]
    let functions: [String]
    let statements: [String]
    let operators: [String]
    let constants: [String]

    init(_ registry: CommandRegistry) {
        func longestFirst(_ words: some Sequence<String>) -> [String] {
            Set(words).sorted { ($1.count, $0) < ($0.count, $1) }
        }
        let declarations = registry.commands.map(\.declaration)
        commands = longestFirst(declarations.map(\.name))
        forms = longestFirst(declarations.flatMap { $0.forms.map(\.name) })
        options = longestFirst(
            declarations.flatMap { $0.parameters + $0.forms.flatMap(\.parameters) }
                .filter { $0.isOption && !$0.isNewColumns }.map(\.name))
        functions = longestFirst(BuiltInFunction.names)
        let constants: [Keyword] = [.true, .false, .missing]
        let operators: [Keyword] = [.and, .or, .not, .in]
        self.constants = constants.map(\.rawValue)
        self.operators = operators.map(\.rawValue)
        statements = Keyword.allCases.filter { !constants.contains($0) && !operators.contains($0) }.map(\.rawValue)
    }
}
