/// Carries scripts out: evaluates expressions, runs commands, keeps variables.
public final class Interpreter {
    public let context: Context
    /// The columns that the formula being evaluated sees.
    var table: (any ColumnSource)?
    /// Names that were both a column and a variable in this statement, so that each is warned about once.
    var shadowed: Set<String> = []
    /// How many functions are being called within each other.
    var callDepth = 0
    /// How many expressions are being evaluated within each other, through all calls.
    var expressionDepth = 0
    /// The files being included, outermost first.
    var includePath: [String] = []
    /// What `--set` gave, by the parameter's name, until the parameter is declared.
    public var parameterValues: [String: String] = [:]

    public init(context: Context) { self.context = context }

    /// Runs a script that `Parser.parse` and a `Checker` found nothing wrong with, up to the first statement that fails.
    ///
    /// - Throws: `Diagnostic` or `DiagnosticList`, or `Interruption`. Variables and settings are then as they were
    ///   before the statement.
    public func run(_ script: Script) throws {
        for statement in script.statements {
            let start = ContinuousClock.now
            // Set by the statement itself, timing counts from the next one.
            let isTimed = context.settings.timing
            try executeOrRestore(statement)
            context.journal?.add(statement)
            if isTimed { context.tellTime(since: start) }
        }
    }

    /// Evaluates a formula in the columns of `source`; within it a column beats a variable.
    func evaluate(_ expression: Expression, over source: any ColumnSource) throws -> Value {
        let outer = table
        table = source
        defer { table = outer }
        return try evaluate(expression)
    }
}
