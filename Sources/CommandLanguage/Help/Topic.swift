/// What a command is about: the chapters of `help`.
public struct Topic: Sendable, Hashable {
    /// The word for `help NAME`.
    public let name: String
    /// One line, no full stop.
    public let summary: String

    public init(_ name: String, _ summary: String) {
        self.name = name
        self.summary = summary
    }

    /// Of commands that were given none.
    public static let other = Topic("other", "what belongs to no other topic")
    static let statements = Topic("statements", "the language's own statements")
    static let functions = Topic("functions", "functions of numbers, columns and lists")
}

extension CommandRegistry {
    /// The topics of the commands, in the order in which the commands have them.
    public var topics: [Topic] {
        var seen: Set<Topic> = []
        return commands.map(\.declaration.topic).filter { seen.insert($0).inserted }
    }

    public func declarations(on topic: Topic) -> [CommandDeclaration] {
        commands.map(\.declaration).filter { $0.topic == topic }
    }
}
