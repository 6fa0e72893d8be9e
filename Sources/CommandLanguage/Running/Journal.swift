/// The statements of a session that ran without a failure, in their order.
public struct Journal: Sendable {
    public struct Entry: Sendable {
        /// The command that heads the statement, if one does.
        public var command: String?
        /// As it was typed.
        public var text: String
    }

    public private(set) var entries: [Entry] = []

    public init() {}

    mutating func add(_ statement: Statement) {
        var command: String?
        if case .expression(let expression) = statement.kind, case .command(let call) = expression.kind {
            command = call.word.name
        }
        entries.append(Entry(command: command, text: statement.range.text))
    }
}
