/// A piece of text of which parts may stand in italics, such as the *p* of a p-value. Newlines begin new lines.
public struct StyledText: Sendable, Equatable, ExpressibleByStringLiteral {
    struct Run: Sendable, Equatable {
        var text: String
        var italic: Bool
    }

    private(set) var runs: [Run]

    public init(_ text: String) { runs = [Run(text: text, italic: false)] }
    public init(stringLiteral text: String) { self.init(text) }
    private init(runs: [Run]) { self.runs = runs }

    public static func italic(_ text: String) -> StyledText { StyledText(runs: [Run(text: text, italic: true)]) }
    public static func + (left: StyledText, right: StyledText) -> StyledText { StyledText(runs: left.runs + right.runs) }

    /// The text without its styles.
    public var plain: String { runs.map(\.text).joined() }
    var hasItalics: Bool { runs.contains { $0.italic } }
}
