import CommandLanguage

/// `help`, `help km`, `?km`.
struct HelpCommand: Command {
    let declaration = CommandDeclaration(
        "help", "Lists the commands by topic, or explains one", topic: .session,
        discussion: """
            `?km` is short for `help km`. `help statistics` lists the commands of a topic. `help model` lists the models, `help model snn` explains one with its \
            options. The name of a variable tells what can be done with its value.
            """,
        parameters: [
            .argument(
                "name", .word(choices: nil), required: false, "a topic, command, statement, function or variable"),
            .argument(
                "form", .word(choices: nil), required: false, "what the command's first argument may be: model snn"),
        ],
        result: HelpText.typeName, examples: ["help", "help print", "?round"])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let width = context.settings.width
        let page = HelpPage(commands: context.commands, width: width)
        guard let name = arguments.optionalWord("name") else { return .object(HelpText(text: page.overview)) }
        if let form = arguments.optionalWord("form") {
            if let text = page.page(name, form: form) { return .object(HelpText(text: text)) }
            let nearest = page.nearest(to: form, of: name).map { "`\($0)`" }.joined(separator: ", ")
            throw arguments.error(
                at: "form", "there is no help on `\(name) \(form)`",
                help: nearest.isEmpty ? "`help \(name)` alone" : "the nearest are \(nearest)")
        }
        if let text = page.page(name) { return .object(HelpText(text: text)) }
        if let variable = context.variables.first(where: { $0.name == name }) {
            return .object(HelpText(text: help(for: variable.value, named: name, page, width: width)))
        }
        let nearest = page.nearest(to: name).map { "`\($0)`" }.joined(separator: ", ")
        throw arguments.error(
            at: "name", "there is no help on `\(name)`",
            help: nearest.isEmpty ? "`help` lists the commands" : "the nearest are \(nearest)")
    }

    private func help(for value: Value, named name: String, _ page: HelpPage, width: Int) -> String {
        let uses = page.commands(taking: value).map { (name: $0.name, text: $0.summary) }
        let head = "`\(name)` is a variable: \(value.typeName)"
        if uses.isEmpty { return head }
        return head + "\n\nCommands that take it\n" + definitionList(uses, width: width)
    }
}

private struct HelpText: ObjectValue {
    static let typeName = "help"
    let text: String

    func text(width: Int) -> String { text }
    var json: JSON { .object([("text", .string(text))]) }
}
