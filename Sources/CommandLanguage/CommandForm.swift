/// What a word as a command's first argument stands for, when each such word brings options of its own: `model snn`.
public struct CommandForm: Sendable {
    /// The word.
    public var name: String
    /// One line, no full stop.
    public var summary: String
    /// Paragraphs for `help COMMAND WORD`.
    public var discussion: String
    /// Options, besides those of the command.
    public var parameters: [Parameter]
    /// Scripts of one or more lines that run as they are.
    public var examples: [String]

    public init(
        _ name: String, _ summary: String, discussion: String = "", parameters: [Parameter], examples: [String]
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.parameters = parameters
        self.examples = examples
    }
}

extension CommandDeclaration {
    /// The declaration of one form: the command's parameters and the form's; nil when there is no such form.
    func form(_ name: String) -> CommandDeclaration? {
        guard let form = forms.first(where: { $0.name == name }) else { return nil }
        var declaration = self
        declaration.title = "\(self.name) \(name)"
        declaration.summary = form.summary
        declaration.discussion = form.discussion
        declaration.parameters += form.parameters
        declaration.examples = form.examples
        declaration.forms = []
        return declaration
    }

    /// The declaration that a call with this first argument has to meet; with options of any form while it is not known
    /// which one is meant.
    func form(chosenBy word: String?) -> CommandDeclaration {
        if forms.isEmpty { return self }
        return word.flatMap(form) ?? anyForm
    }

    /// The option of that name; one that takes names of any kind takes this one too.
    func option(_ name: String) -> Parameter? {
        parameters.first { $0.isOption && ($0.name == name || $0.isNewColumns) }
    }

    /// The first argument, which chooses the form.
    var chooser: Parameter? { forms.isEmpty ? nil : parameters.first { !$0.isOption } }

    /// Options of all forms. One that several forms have takes what any of them would.
    private var anyForm: CommandDeclaration {
        var declaration = self
        for parameter in forms.flatMap(\.parameters) {
            if let index = declaration.parameters.firstIndex(where: { $0.name == parameter.name }) {
                declaration.parameters[index].kind = declaration.parameters[index].kind.or(parameter.kind)
            } else {
                declaration.parameters.append(parameter)
            }
        }
        return declaration
    }

    /// The examples of the command and of its forms.
    public var allExamples: [String] { examples + forms.flatMap(\.examples) }
}

extension Parameter {
    var isNewColumns: Bool { if case .newColumns = kind { true } else { false } }
}

extension Parameter.Kind {
    /// What takes the values of both, as far as a declaration can say.
    fileprivate func or(_ other: Parameter.Kind) -> Parameter.Kind {
        if expectation == other.expectation { return self }
        if case .word(let own?) = self, case .word(let others?) = other {
            return .word(choices: own + others.filter { !own.contains($0) })
        }
        return .any
    }
}
