/// The language as TextMate grammars have it, which VS Code and many other editors read.
public struct TextMateGrammar {
    private let words: LanguageWords

    public init(commands: CommandRegistry) { words = LanguageWords(commands) }

    /// The grammar as JSON.
    public var json: String {
        JSON.object([
            ("information_for_contributors", .string("Written by `tta reference --format textmate`.")),
            ("name", .string("tta")), ("scopeName", .string("source.tta")), ("fileTypes", .strings(["tta"])),
            ("patterns", .array([include("#statement")])),
            (
                "repository",
                .object([
                    (
                        "statement",
                        .object([
                            (
                                "patterns",
                                .array(
                                    [
                                        "cell", "comment", "string", "name", "command", "option", "function", "word",
                                        "number",
                                        "operator",
                                    ].map { include("#\($0)") })
                            )
                        ])
                    ),
                    ("cell", pattern("^\\s*#%%.*$", "markup.heading.cell.tta")),
                    ("comment", pattern("#.*$", "comment.line.number-sign.tta")),
                    ("string", .object([("patterns", .array([rawString, interpolatedString]))])),
                    ("name", pattern("`[^`\\n]*`", "variable.other.quoted.tta")),
                    ("command", command),
                    ("option", pattern("\\b(\(either(words.options)))(?=\\s*=(?!=))", "variable.parameter.option.tta")),
                    ("function", pattern("\\b(\(either(words.functions)))(?=\\()", "support.function.tta")),
                    (
                        "word",
                        .object([
                            (
                                "patterns",
                                .array([
                                    pattern("^\\s*version(?=\\s+[0-9])", "keyword.control.tta"),
                                    pattern("\\b(\(either(words.statements)))\\b", "keyword.control.tta"),
                                    pattern("\\b(\(either(words.operators)))\\b", "keyword.operator.word.tta"),
                                    pattern("\\b(\(either(words.constants)))\\b", "constant.language.tta"),
                                ])
                            )
                        ])
                    ),
                    (
                        "number",
                        pattern(
                            "(?<![\\w.])([0-9]+(\\.[0-9]+)?|\\.[0-9]+)([eE][+-]?[0-9]+)?\\b", "constant.numeric.tta")
                    ),
                    ("operator", pattern("\\.\\.|[=!<>]=|[-+*/%^=<>~:]", "keyword.operator.tta")),
                ])
            ),
        ]).page
    }

    private func either(_ words: [String]) -> String { words.joined(separator: "|") }

    private func include(_ name: String) -> JSON { .object([("include", .string(name))]) }

    private func pattern(_ match: String, _ scope: String) -> JSON {
        .object([("name", .string(scope)), ("match", .string(match))])
    }

    /// A command's word heads a statement, or what stands on the right of `=` or in parentheses. One with an operator
    /// after it is a variable; one with a parenthesis that touches it, a call.
    private var command: JSON {
        .object([
            (
                "match",
                .string(
                    "(^|[=({;}]|\\bcatch\\b)\\s*(\(either(words.commands)))\\b(?!\\s*(?:[=!<>]=|[=<>*/%^.]|[-+]\\s))"
                        + "(?:\\s+(\(either(words.forms)))\\b)?")
            ),
            (
                "captures",
                .object([
                    ("1", .object([("patterns", .array([include("#word"), include("#operator")]))])),
                    ("2", .object([("name", .string("entity.name.function.command.tta"))])),
                    ("3", .object([("name", .string("support.constant.form.tta"))])),
                ])
            ),
        ])
    }

    private var rawString: JSON { pattern("'[^'\\n]*'", "string.quoted.single.tta") }

    private var interpolatedString: JSON {
        .object([
            ("name", .string("string.quoted.double.tta")), ("begin", .string("\"")), ("end", .string("\"|$")),
            (
                "patterns",
                .array([
                    pattern("\\\\[nt\"\\\\{}]", "constant.character.escape.tta"),
                    .object([
                        ("name", .string("meta.interpolation.tta")), ("begin", .string("\\{")),
                        ("end", .string("\\}|(?=\"|$)")), ("patterns", .array([include("#statement")])),
                    ]),
                ])
            ),
        ])
    }
}

/// The manifest of the VS Code extension whose folder holds the grammar.
public struct EditorExtension {
    private let version: String

    public init(version: String) { self.version = version }

    public var json: String {
        JSON.object([
            ("name", .string("tta")), ("displayName", .string("tta")),
            ("description", .string("Colours for scripts of the survival analysis language tta.")),
            ("version", .string(version)), ("publisher", .string("tta")), ("license", .string("GPL-3.0-or-later")),
            ("engines", .object([("vscode", .string("^1.60.0"))])), ("categories", .strings(["Programming Languages"])),
            (
                "contributes",
                .object([
                    (
                        "languages",
                        .array([
                            .object([
                                ("id", .string("tta")), ("aliases", .strings(["tta"])),
                                ("extensions", .strings([".tta"])),
                                ("filenames", .strings([".ttarc"])),
                                ("configuration", .string("./language-configuration.json")),
                            ])
                        ])
                    ),
                    (
                        "grammars",
                        .array([
                            .object([
                                ("language", .string("tta")), ("scopeName", .string("source.tta")),
                                ("path", .string("./syntaxes/tta.tmLanguage.json")),
                            ])
                        ])
                    ),
                ])
            ),
        ]).page
    }

    /// What VS Code is to know of brackets and comments.
    public static var configuration: String {
        let brackets: [JSON] = [("{", "}"), ("[", "]"), ("(", ")")].map { .strings([$0, $1]) }
        let quotes: [JSON] = ["\"", "'", "`"].map { .strings([$0, $0]) }
        return JSON.object([
            ("comments", .object([("lineComment", .string("#"))])), ("brackets", .array(brackets)),
            ("autoClosingPairs", .array(brackets + quotes)), ("surroundingPairs", .array(brackets + quotes)),
            ("folding", .object([("markers", .object([("start", .string("^#%%")), ("end", .string("^#%%"))]))])),
        ]).page
    }
}
