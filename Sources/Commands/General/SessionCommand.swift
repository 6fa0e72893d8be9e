import CommandLanguage

/// `session "x.tta"`: the session as a script.
struct SessionCommand: Command {
    let declaration = CommandDeclaration(
        "session", "Writes what was typed in this session as a script that gives the same values", topic: .session,
        discussion: """
            The statements that did not fail, in their order and in canonical layout, those of ~/.ttarc included; \
            `session` and `history` themselves are left out. An existing file is replaced.
            """,
        parameters: [.argument("file", .path, "the script, such as \"monday.tta\"")],
        examples: ["# At the prompt: session \"monday.tta\"\nhistory"])

    private static let unrecorded = ["session", "history"]

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        guard let journal = context.journal else {
            throw arguments.error(
                "there is no session to write: nothing was typed at a prompt", help: "a script is written already")
        }
        let statements = journal.entries.filter { !Self.unrecorded.contains($0.command ?? "") }.map(\.text)
        let text = (["version 1"] + statements.filter { !$0.hasPrefix("version ") }).joined(separator: "\n")
        let file = SourceFile(name: arguments.string("file"), text: text)
        try write(ScriptFormatter.format(file, commands: context.commands), to: file.name)
        context.note("\(file.name) has \(counted(statements.count, "statement"))")
        return nil
    }
}
