import CommandLanguage

/// `example km`: runs an example of the help.
struct ExampleCommand: Command {
    let declaration = CommandDeclaration(
        "example", "Runs an example of a command", topic: .session,
        discussion: """
            The statements are shown, then run with variables of their own; yours stay as they are. Paths in examples \
            start from the top folder of the project.
            """,
        parameters: [
            .argument("name", .word(choices: nil), "a command"),
            .option("number", .integer(1...100), default: "1", "which of its examples"),
        ],
        examples: ["example print", "example print number=2"])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let name = arguments.word("name")
        guard let command = context.commands[name] else {
            let nearest = HelpPage(commands: context.commands, width: context.settings.width).nearest(to: name)
                .filter { context.commands[$0] != nil }
            throw arguments.error(
                at: "name", "there is no command `\(name)`",
                help: nearest.first.map { "did you mean `\($0)`?" } ?? "`help` lists the commands")
        }
        let examples = command.declaration.examples
        let number = arguments.integer("number")
        guard examples.indices.contains(number - 1) else {
            throw arguments.error(
                at: "number", "`\(name)` has \(counted(examples.count, "example"))", help: "the first is number=1")
        }
        context.tell(examples[number - 1].split(separator: "\n").map { "tta> \($0)" }.joined(separator: "\n"))
        try context.runApart(examples[number - 1], named: "example")
        return nil
    }
}
