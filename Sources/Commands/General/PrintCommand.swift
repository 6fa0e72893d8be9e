import CommandLanguage

/// `print a, b`: shows values side by side.
struct PrintCommand: Command {
    let declaration = CommandDeclaration(
        "print", "Shows values", topic: .session,
        discussion: """
            Text is shown without quotes, numbers with six significant digits. With --output json every value is a line \
            of its own; one that is no object stands under the key `value`, its numbers in full.
            """,
        parameters: [.argument("values", .expressions, "what to show")],
        examples: ["print 1 + 1", "x = 0.25\nprint \"a quarter is {x}\", [1, 2, 3]"])

    func run(_ arguments: Arguments, in context: Context) -> Value? {
        context.display(arguments.expressions("values").map(\.value))
        return nil
    }
}
