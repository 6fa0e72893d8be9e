/// A word of the language. Help, completion, `tta check`, argument errors and the reference page all read the
/// declaration; the examples run as tests.
public protocol Command: Sendable {
    var declaration: CommandDeclaration { get }
    /// Carries the command out on checked arguments. Returns its value, or nil when there is nothing to show.
    func run(_ arguments: Arguments, in context: Context) throws -> Value?
    /// What the check before a run may know of columns, so that it finds misspelt ones. Reads at most the heads of files.
    func knownColumns(_ arguments: KnownArguments) -> KnownColumns
}

public struct CommandDeclaration: Sendable {
    public var name: String
    /// One line, no full stop: `Kaplan-Meier curves, by group on request`.
    public var summary: String
    public var topic: Topic
    /// Paragraphs for `help NAME`: direction of risk, rules for ties and missing values, the source.
    public var discussion: String
    /// Positional parameters in their order, then options; see `Parameter.isOption`.
    public var parameters: [Parameter]
    /// The result's type name, or nil.
    public var result: String?
    /// True for `attach`, `join`, `folds`: as a statement the command's result becomes the new value of the variable
    /// that its first argument names; inside an expression or a binding it only gives the new value.
    public var updatesFirstArgument: Bool
    /// Scripts of one or more lines that run as they are.
    public var examples: [String]
    /// What the first argument chooses between, when it does: then that is a word, one of the forms' names.
    public var forms: [CommandForm]
    /// How messages and help call it: the name, and the form where one is chosen.
    var title: String

    public init(
        _ name: String, _ summary: String, topic: Topic = .other, discussion: String = "", parameters: [Parameter] = [],
        result: String? = nil, updatesFirstArgument: Bool = false, examples: [String], forms: [CommandForm] = []
    ) {
        self.name = name
        self.summary = summary
        self.topic = topic
        self.discussion = discussion
        self.parameters = parameters
        self.result = result
        self.updatesFirstArgument = updatesFirstArgument
        self.examples = examples
        self.forms = forms
        title = name
    }
}

/// One argument of a command, as declared.
public struct Parameter: Sendable {
    public enum Kind: Sendable {
        /// Any value of the language.
        case any
        /// An object of one of these types, by their `typeName`.
        case object([String])
        /// Any object that is a table.
        case table
        /// All that is left of the positional arguments, at least one: objects of these types, or lists of them.
        case objects([String])
        /// A number within the range, bounds included.
        case number(ClosedRange<Double>)
        case integer(ClosedRange<Int>)
        case boolean
        case string
        /// A string that says where a file or folder is; `~` at its beginning is the user's home.
        case path
        /// A bare word or a string. With choices, one of them.
        case word(choices: [String]?)
        /// A number in the range, or one of the words.
        case integerOrWord(ClosedRange<Int>, words: [String])
        case numberOrWord(ClosedRange<Double>, words: [String])
        /// A column of the first argument's table: a bare word, a backquoted name or a string.
        case columnName
        /// Columns: a list of names, or a string (or list of strings) with at most one `*`.
        case columnPatterns
        /// An expression evaluated per patient in the columns of the first argument.
        case formula
        /// Options of any name, at least one, each a formula in the columns of the first argument and in those before it:
        /// `derive women decade=(age / 10)`.
        case newColumns
        /// `~ a + factor(b) + strata(c)`: the rest of the statement.
        case terms
        /// The rest of the statement as expressions separated by commas (`print`, `assert`).
        case expressions
    }

    public var name: String
    public var kind: Kind
    public var isOption: Bool
    public var isRequired: Bool
    /// The default as it would be typed; nil when leaving the option out has a meaning of its own, told in `help`.
    public var defaultText: String?
    public var unit: String?
    public var help: String

    /// A positional argument. One that is not required must be followed by none that is.
    public static func argument(_ name: String, _ kind: Kind, required: Bool = true, _ help: String) -> Parameter {
        Parameter(
            name: name, kind: kind, isOption: false, isRequired: required, defaultText: nil, unit: nil, help: help)
    }

    /// An option, typed `name=value`.
    public static func option(
        _ name: String, _ kind: Kind, required: Bool = false, default: String? = nil, unit: String? = nil,
        _ help: String
    ) -> Parameter {
        Parameter(
            name: name, kind: kind, isOption: true, isRequired: required, defaultText: `default`, unit: unit, help: help
        )
    }
}
