import Spelling

/// What `help` says, from the declarations.
public struct HelpPage {
    let commands: CommandRegistry
    let width: Int

    public init(commands: CommandRegistry, width: Int) {
        self.commands = commands
        self.width = width
    }

    /// All words with their summaries.
    public var overview: String {
        [
            "Commands (help NAME tells more)",
            definitionList(commands.commands.map { ($0.declaration.name, $0.declaration.summary) }, width: width),
            "\nStatements",
            definitionList(LanguageWord.all.map { ($0.keyword.rawValue, $0.summary) }, width: width),
            "\nFunctions",
            wrapped("  " + BuiltInFunction.all.map(\.usage).joined(separator: "  "), to: width),
        ].joined(separator: "\n")
    }

    /// The page of a command, statement or function; nil when there is none of that name.
    public func page(_ name: String) -> String? {
        if let command = commands[name] { return page(command.declaration) }
        if let word = LanguageWord.all.first(where: { $0.keyword.rawValue == name }) {
            return "\(word.usage)\n\n" + wrapped("  \(word.summary)", to: width) + "\n\nExample\n  \(word.example)"
        }
        return BuiltInFunction.named(name).map { "\($0.usage)\n\n" + wrapped("  \($0.summary)", to: width) }
    }

    /// The page of one form of a command: `model snn`; nil when there is none of that name.
    public func page(_ name: String, form: String) -> String? {
        commands[name]?.declaration.form(form).map(page)
    }

    /// Names of a command's forms like `form`; all of them when none is near.
    public func nearest(to form: String, of name: String) -> [String] {
        let forms = commands[name]?.declaration.forms.map(\.name) ?? []
        let near = nearestNames(to: form, in: forms)
        return near.isEmpty ? forms : near
    }

    /// The commands whose first argument may be a value of that type.
    public func commands(taking type: String) -> [CommandDeclaration] {
        commands.commands.map(\.declaration).filter { declaration in
            guard case .object(let types)? = declaration.parameters.first?.kind else { return false }
            return types.contains(type)
        }
    }

    /// Names of pages like `name`.
    public func nearest(to name: String) -> [String] {
        nearestNames(
            to: name, in: commands.names + LanguageWord.all.map(\.keyword.rawValue) + BuiltInFunction.names)
    }

    private func page(_ declaration: CommandDeclaration) -> String {
        var parts = ["\(declaration.title): \(declaration.summary)", wrapped("  " + declaration.usage, to: width)]
        let arguments = declaration.parameters.filter { !$0.isOption }.dropFirst(
            declaration.title == declaration.name ? 0 : 1)
        if !arguments.isEmpty { parts.append("Arguments\n" + list(Array(arguments))) }
        if let chooser = declaration.chooser {
            parts.append(
                "With \(chooser.name) one of (help \(declaration.name) NAME tells more)\n"
                    + definitionList(declaration.forms.map { ($0.name, $0.summary) }, width: width))
        }
        let options = declaration.parameters.filter(\.isOption)
        if !options.isEmpty { parts.append("Options\n" + list(options)) }
        if !declaration.discussion.isEmpty { parts.append(wrapped(declaration.discussion, to: width)) }
        if let result = declaration.result { parts.append("Gives \(withArticle(result)).") }
        parts.append(
            (declaration.examples.count == 1 ? "Example\n" : "Examples\n")
                + declaration.examples.map { indented($0) }.joined(separator: "\n\n"))
        return parts.joined(separator: "\n\n")
    }

    private func list(_ parameters: [Parameter]) -> String {
        definitionList(
            parameters.map { ($0.name + ($0.isOption ? "=" : ""), $0.description) }, width: width)
    }

    private func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }.joined(separator: "\n")
    }
}

extension Parameter {
    /// `the learning rate: a number above 0, in 1/epoch; default 5e-4`.
    var description: String {
        var text = help + ": " + kind.expectation
        if let unit { text += ", in \(unit)" }
        if let defaultText { text += "; default \(defaultText)" }
        if isOption, isRequired { text += "; required" }
        if !isOption, !isRequired { text += "; may be left out" }
        return text
    }
}
