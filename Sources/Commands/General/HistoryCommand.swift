import CommandLanguage

/// `history`: what was typed in this session.
struct HistoryCommand: Command {
    let declaration = CommandDeclaration(
        "history", "Lists the statements of this session that did not fail", topic: .session,
        discussion: """
            Earlier sessions' lines, and those that failed, are found with the arrow keys, and Ctrl-R searches them. \
            `session` writes the statements as a script.
            """,
        parameters: [.option("last", .integer(1...1_000_000), "how many, from the end; all if left out")],
        result: StatementList.typeName, examples: ["history"])

    func run(_ arguments: Arguments, in context: Context) -> Value? {
        let statements = context.journal?.entries.map(\.text) ?? []
        let first = max(0, statements.count - (arguments.optionalInteger("last") ?? statements.count))
        return .object(StatementList(first: first + 1, statements: Array(statements[first...])))
    }
}

private struct StatementList: ObjectValue {
    static let typeName = "history"
    /// The number of the first one.
    let first: Int
    let statements: [String]

    func text(width: Int) -> String {
        guard !statements.isEmpty else { return "nothing yet" }
        let digits = String(first + statements.count - 1).count
        return statements.enumerated().map { index, text in
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            return padded(String(first + index), to: digits, right: true) + "  "
                + lines.joined(separator: "\n" + String(repeating: " ", count: digits + 2))
        }.joined(separator: "\n")
    }

    var json: JSON { .object([("first", .number(Double(first))), ("statements", .strings(statements))]) }
}
