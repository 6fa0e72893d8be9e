import Spelling

/// The commands that a session knows, by their words.
public struct CommandRegistry: Sendable {
    /// In the order given, which is the order of `help`.
    public let commands: [any Command]
    private let byName: [String: any Command]

    /// - Precondition: no two commands have one word, and none has a word that the language keeps for itself.
    public init(_ commands: [any Command]) {
        self.commands = commands
        byName = Dictionary(commands.map { ($0.declaration.name, $0) }) { first, _ in
            preconditionFailure("two commands are called \(first.declaration.name)")
        }
        for name in byName.keys {
            precondition(Keyword(rawValue: name) == nil, "a command may not be called \(name)")
        }
    }

    public subscript(name: String) -> (any Command)? { byName[name] }

    public var names: [String] { commands.map(\.declaration.name) }
}
