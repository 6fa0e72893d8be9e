/// Words that the language keeps for itself.
public enum Keyword: String, CaseIterable, Sendable {
    case parameter, include, assert, `catch`, `for`, `in`, `if`, `else`, def, `return`
    case and, or, not
    case `true`, `false`, missing

    /// Whether a statement may begin with it.
    var beginsStatement: Bool {
        switch self {
        case .parameter, .include, .assert, .catch, .for, .if, .def, .return, .not, .true, .false, .missing: true
        case .in, .else, .and, .or: false
        }
    }
}
