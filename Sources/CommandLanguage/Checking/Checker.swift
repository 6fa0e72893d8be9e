import Spelling

/// Finds what can be found wrong with a script without running it: syntax, names of commands, options, variables and
/// functions, and types as far as literals and the commands' declared results tell them.
public struct Checker {
    /// `parameter name = default`, as declared by the script or by one it includes.
    public struct ScriptParameter {
        public let name: String
        public let defaultText: String
        let defaultValue: Expression
    }

    let commands: CommandRegistry
    public internal(set) var diagnostics: [Diagnostic] = []
    public internal(set) var parameters: [ScriptParameter] = []
    var types: [String: StaticType] = [:]
    /// Names that the script binds anywhere, for the bodies of functions.
    var eventualNames: Set<String> = []
    /// True once a file was included whose name is not known before running: any name may be bound then.
    var isOpen = false
    var includePath: [String] = []
    /// The columns that the formula being checked sees; nil when they are not known.
    var formulaColumns: [String]?
    /// False where a column that is not there is no mistake.
    var knowsColumns = true
    /// Paths given to commands without a value: such a command may write the file, whose columns are then not known.
    var writtenPaths: Set<String> = []

    /// - Parameter variables: what is bound before the script begins.
    public init(commands: CommandRegistry, variables: [(name: String, value: Value)] = []) {
        self.commands = commands
        for (name, value) in variables { types[name] = StaticType(value) }
    }

    public mutating func check(_ script: Script) {
        eventualNames.formUnion(script.statements.flatMap(\.boundNames))
        for statement in script.statements { check(statement) }
    }

    mutating func report(_ problem: Problem, at range: SourceRange) {
        diagnostics.append(Diagnostic(problem, at: range))
    }

    // MARK: Statements

    mutating func check(_ block: Block) {
        for statement in block.statements { check(statement) }
    }

    private mutating func check(_ statement: Statement) {
        switch statement.kind {
        case .expression(let expression): checkShown(expression)
        case .binding(let name, let expression): types[name.name] = check(expression)
        case .parameter(let name, let expression):
            if parameters.contains(where: { $0.name == name.name }) { report(.repeatedName(name.name), at: name.range) }
            parameters.append(
                ScriptParameter(name: name.name, defaultText: expression.range.text, defaultValue: expression))
            check(expression)
            types[name.name] = .unknown
        case .loop(let variable, let sequence, let body):
            if let type = check(sequence).name, type != "list" {
                report(.notIterable(found: withArticle(type)), at: sequence.range)
            }
            forget(body.boundNames)
            types[variable.name] = .unknown
            check(body)
            forget(body.boundNames)
        case .conditional(let branches, let otherwise):
            for (condition, body) in branches {
                checkCondition(condition)
                check(body)
                forget(body.boundNames)
            }
            if let otherwise {
                check(otherwise)
                forget(otherwise.boundNames)
            }
        case .definition(let function):
            types[function.name.name] = .function(function)
            checkBody(of: function)
        case .result(let expression): if let expression { check(expression) }
        case .include(let path): include(path)
        case .version: break
        case .assertion(let condition, let message):
            checkCondition(condition)
            if let message { check(message) }
        }
    }

    /// After a branch or loop that may not have run, the names exist for all that is known, but not their types.
    private mutating func forget(_ names: [String]) { for name in names { types[name] = .unknown } }

    private mutating func checkShown(_ expression: Expression) {
        if case .command(let call) = expression.kind, call.positional.isEmpty, call.options.isEmpty, call.terms == nil,
            types[call.word.name] != nil
        {
            return
        }
        let type = check(expression)
        if let name = expression.updatedName { types[name] = type }
    }

    private mutating func checkCondition(_ condition: Expression) {
        if let type = check(condition).name, type != "boolean", type != "missing" {
            report(.conditionType(found: withArticle(type)), at: condition.range)
        }
    }

    private mutating func checkBody(of function: UserFunction) {
        for parameter in function.parameters { if let value = parameter.defaultValue { check(value) } }
        let outer = types
        for name in eventualNames.union(types.keys) {
            if case .function = types[name] {} else { types[name] = .unknown }
        }
        for parameter in function.parameters { types[parameter.name.name] = .unknown }
        check(function.body)
        types = outer
    }

    private mutating func include(_ path: Expression) {
        check(path)
        guard let literal = path.stripped.literalString else {
            isOpen = true
            return
        }
        do {
            let file = try SourceFile(including: literal, from: path.range.file)
            if includePath.contains(file.name) || file.name == path.range.file.name {
                return report(.includeCycle(literal), at: path.range)
            }
            includePath.append(file.name)
            let count = diagnostics.count
            let (script, problems) = Parser.parse(file, commands: commands)
            diagnostics += problems
            check(script)
            includePath.removeLast()
            for index in count..<diagnostics.count {
                diagnostics[index].add(.init(message: "included here", range: path.range))
            }
        } catch let problem as Problem {
            report(problem, at: path.range)
        } catch {
            report(.unreadableFile(literal, reason: "\(error)"), at: path.range)
        }
    }
}
