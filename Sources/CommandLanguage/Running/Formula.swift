/// An expression that is evaluated once per patient, in the columns of a cohort or of predictions.
///
/// A column beats a binding of the same name (with a warning). A value that does not vary by patient is repeated for
/// each. A missing value makes arithmetic and comparisons missing for that patient; `median mean min max sum sd
/// quantile count` look at the column as a whole and leave missing values out.
public struct Formula {
    let expression: Expression
    let interpreter: Interpreter
    /// The variables it was frozen with; nil where it sees those of the session.
    var variables: [String: Value]?

    /// What it is called in tables and figures: a name without the backquotes around it, else `code`.
    public var text: String { columnName ?? code }

    /// The source on one line, without comments and the parentheses around it.
    public var code: String { expression.stripped.range.singleLine }

    /// The place in the script, for errors.
    public var range: SourceRange { expression.range }

    /// The name, when the formula is nothing but one: `time=months`.
    public var columnName: String? {
        guard case .name(let identifier) = expression.stripped.kind else { return nil }
        return identifier.name
    }

    /// One value per row of `source`.
    ///
    /// - Throws: `Diagnostic` that points into the formula: no such column or variable, a value of the wrong type.
    public func evaluate(over source: any ColumnSource) throws -> [Value] {
        if let variables { interpreter.context.scopes.push(variables) }
        defer { if variables != nil { interpreter.context.scopes.pop() } }
        switch try interpreter.evaluate(expression, over: source) {
        case .column(let values): return values
        case let value:
            if case .string(let name) = value, source.columnNames.contains(name) {
                interpreter.context.warn(
                    "`\(text)` is one and the same text for every row; the column \(name) is written without quotes")
            }
            return [Value](repeating: value, count: source.rowCount)
        }
    }

    /// An error that points at the formula.
    public func error(_ message: String, help: String? = nil) -> Diagnostic {
        Diagnostic(.domain(message, help: help), at: expression.range)
    }
}

/// One term of `~ age + factor(stage) + age:er + strata(site)`.
public struct Term {
    /// As typed: `factor(stage)`.
    public let text: String
    /// One, or those of an interaction.
    public let factors: [Factor]

    /// `strata(…)`, if the term is that.
    public var strata: Factor? { factors[0].wrapper == Factor.strata ? factors[0] : nil }
}

/// What `:` joins in a term.
public struct Factor {
    /// As typed: `factor(stage)`.
    public let text: String
    /// `factor` or `strata`; nil for one that is itself a formula.
    public let wrapper: String?
    /// What stands inside the wrapper, or the factor.
    public let formula: Formula

    /// The words that wrap a formula in a term and mean something to a regression.
    public static let wrappers = ["factor", strata]
    static let strata = "strata"
}

/// The right-hand side of `~`.
public struct Terms {
    public let terms: [Term]
    /// As typed, from the first term to the last.
    public let text: String
}
