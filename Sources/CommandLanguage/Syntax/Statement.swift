/// A line of a script, or a block that spans several.
struct Statement: Sendable {
    enum Kind: Sendable {
        /// A command, or a value that is shown.
        case expression(Expression)
        case binding(Identifier, Expression)
        case parameter(Identifier, Expression)
        case loop(Identifier, Expression, Block)
        case conditional([(condition: Expression, body: Block)], otherwise: Block?)
        case definition(UserFunction)
        case result(Expression?)
        case include(Expression)
        case assertion(Expression, message: Expression?)
        /// `version 1`: the dialect that the script is written in.
        case version
    }

    var kind: Kind
    var range: SourceRange
    /// The comment lines right above.
    var comments: [Comment]
}

struct Block: Sendable {
    var statements: [Statement]
    var range: SourceRange
}

/// A line that begins with `#`.
struct Comment: Sendable {
    enum Kind: Sendable {
        /// `#%% title`: a cell of the notebook begins.
        case cell
        /// A line of Markdown.
        case text
    }

    var kind: Kind
    /// Without the mark and the space after it.
    var text: String
    var range: SourceRange
}

/// A parsed text.
public struct Script: Sendable {
    let file: SourceFile
    let statements: [Statement]
    /// Comments after the last statement.
    let trailingComments: [Comment]
}
