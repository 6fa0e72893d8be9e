/// A statement of the language itself, as help and the reference page tell of it.
struct LanguageWord: Sendable {
    let keyword: Keyword
    let usage: String
    let summary: String
    let example: String

    static let all: [LanguageWord] = [
        LanguageWord(
            keyword: .parameter, usage: "parameter name = default", summary: "what `--set name=value` may change",
            example: "parameter epochs = 20"),
        LanguageWord(
            keyword: .include, usage: "include \"file.tta\"",
            summary: "runs another script; the path starts from the folder of the script that includes it",
            example: "include \"cohorts.tta\""),
        LanguageWord(
            keyword: .for, usage: "for name in list { … }",
            summary: "runs the block for each element of a list or range",
            example: "for k in 1..3 { print k }"),
        LanguageWord(
            keyword: .if, usage: "if condition { … } else if condition { … } else { … }",
            summary: "runs the block of the first condition that is true; `a if c else b` is the form with a value",
            example: "if 1 < 2 { print \"less\" } else { print \"more\" }"),
        LanguageWord(
            keyword: .def, usage: "def name(a, b=1) { … return value }",
            summary: "defines a function, called as name(…); it sees the session's variables and has its own",
            example: "def half(x) { return x / 2 }"),
        LanguageWord(
            keyword: .assert, usage: "assert condition, \"message\"", summary: "fails unless the condition is true",
            example: "assert 1 + 1 == 2"),
        LanguageWord(
            keyword: .catch, usage: "catch command",
            summary: "gives the failure that is expected; without one it fails",
            example: "problem = catch ([1, 2][3])\nprint problem.message"),
    ]
}
