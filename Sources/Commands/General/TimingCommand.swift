import CommandLanguage

/// `timing on`, `timing off`.
struct TimingCommand: Command {
    let declaration = CommandDeclaration(
        "timing", "Tells the time that each statement takes, or no longer does", topic: .session,
        discussion: "The time on the clock, on standard error, after each statement of the session or script.",
        parameters: [.argument("state", .word(choices: ["on", "off"]), "from the next statement on")],
        examples: ["timing on\nprint 1\ntiming off"])

    func run(_ arguments: Arguments, in context: Context) -> Value? {
        context.settings.timing = arguments.word("state") == "on"
        return nil
    }
}
