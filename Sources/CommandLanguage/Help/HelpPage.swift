import Spelling

/// What `help` says, from the declarations.
public struct HelpPage {
    let commands: CommandRegistry
    let width: Int

    public init(commands: CommandRegistry, width: Int) {
        self.commands = commands
        self.width = width
    }

    /// All words by topic.
    public var overview: String {
        let words =
            commands.topics.map { topic in
                (topic.name, commands.declarations(on: topic).map(\.name).joined(separator: " "))
            } + [
                (Topic.statements.name, LanguageWord.all.map(\.keyword.rawValue).joined(separator: " ")),
                (Topic.functions.name, BuiltInFunction.names.joined(separator: " ")),
            ]
        return "Commands by topic; `help TOPIC` and `help COMMAND` tell more\n\n"
            + definitionList(words.map { (name: $0.0, text: $0.1) }, width: width)
    }

    /// The page of a topic; nil when there is none of that name.
    private func page(topic name: String) -> String? {
        func page(_ topic: Topic, _ words: [(name: String, text: String)]) -> String {
            "\(topic.name): \(topic.summary)\n\n" + definitionList(words, width: width)
        }
        switch name {
        case Topic.statements.name:
            return page(.statements, LanguageWord.all.map { ($0.keyword.rawValue, $0.summary) })
        case Topic.functions.name: return page(.functions, BuiltInFunction.all.map { ($0.usage, $0.summary) })
        default:
            guard let topic = commands.topics.first(where: { $0.name == name }) else { return nil }
            return page(topic, commands.declarations(on: topic).map { ($0.name, $0.summary) })
        }
    }

    /// The page of a command, topic, statement or function; nil when there is none of that name. A word that is both a
    /// command and a function has both pages.
    public func page(_ name: String) -> String? {
        let function = BuiltInFunction.named(name).map { "\($0.usage)\n\n" + wrapped("  \($0.summary)", to: width) }
        if let command = commands[name] {
            return page(command.declaration) + (function.map { "\n\nThe function is \($0)" } ?? "")
        }
        if let page = page(topic: name) { return page }
        if let word = LanguageWord.all.first(where: { $0.keyword.rawValue == name }) {
            return "\(word.usage)\n\n" + wrapped("  \(word.summary)", to: width) + "\n\nExample\n  \(word.example)"
        }
        return function
    }

    /// Every word that has a page.
    public var names: [String] {
        commands.names + commands.topics.map(\.name) + [Topic.statements.name, Topic.functions.name]
            + LanguageWord.all.map(\.keyword.rawValue) + BuiltInFunction.names
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

    /// The commands whose first argument may be that value.
    public func commands(taking value: Value) -> [CommandDeclaration] {
        commands.commands.map(\.declaration).filter { declaration in
            switch declaration.parameters.first?.kind {
            case .object(let types)?, .objects(let types)?: types.contains(value.typeName)
            case .table?: value.isTable
            default: false
            }
        }
    }

    /// Names of pages like `name`.
    public func nearest(to name: String) -> [String] {
        nearestNames(to: name, in: names)
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
