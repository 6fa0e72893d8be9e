/// Words that the language keeps for itself.
public enum Keyword: String, CaseIterable, Sendable {
    case parameter, include, assert, `catch`, `for`, `in`, `if`, `else`, def, `return`
    case and, or, not
    case `true`, `false`, missing
}
