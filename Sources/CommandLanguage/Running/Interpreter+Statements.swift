import Foundation

extension Interpreter {
    /// How a block ended.
    enum Ending {
        case finished
        case returned(Value?)
    }

    /// Runs a statement of the session. When it fails, variables and settings are as they were before it.
    func executeOrRestore(_ statement: Statement) throws {
        let scopes = statement.canBindBeforeItFails ? context.scopes : nil
        let settings = context.settings
        let displayed = context.lastDisplayed
        shadowed = []
        defer { context.console.showProgress(nil) }
        do {
            _ = try execute(statement)
        } catch {
            if let scopes { context.scopes = scopes }
            context.settings = settings
            context.lastDisplayed = displayed
            throw error
        }
    }

    func execute(_ block: Block) throws -> Ending {
        for statement in block.statements {
            if case .returned(let value) = try execute(statement) { return .returned(value) }
        }
        return .finished
    }

    private func execute(_ statement: Statement) throws -> Ending {
        try context.checkInterruption()
        switch statement.kind {
        case .expression(let expression): try show(expression)
        case .binding(let name, let expression):
            let value = try evaluate(expression)
            context.scopes.assign(value, to: name.name)
        case .parameter(let name, let expression):
            context.scopes.assign(try parameterValue(name, default: expression), to: name.name)
        case .loop(let variable, let sequence, let body): return try loop(variable, sequence, body)
        case .conditional(let branches, let otherwise):
            for (condition, body) in branches where try isTrue(condition) { return try execute(body) }
            if let otherwise { return try execute(otherwise) }
        case .definition(let function): context.scopes.assign(.function(function), to: function.name.name)
        case .result(let expression): return .returned(try expression.map(evaluate))
        case .include(let path): try include(path)
        case .assertion(let condition, let message): try assert(condition, message)
        case .version: break
        }
        return .finished
    }

    /// A command shows its result; so does a value. A command's word alone is the variable of that name, if there is one.
    private func show(_ expression: Expression) throws {
        let value: Value?
        switch expression.kind {
        case .command(let call):
            let isLone = call.positional.isEmpty && call.options.isEmpty && call.terms == nil
            let variable = isLone ? context.scopes[call.word.name] : nil
            value = try variable ?? run(call, asStatement: true)
        case .call(let name, let arguments): value = try call(name, arguments, at: expression.range, asStatement: true)
        default: value = try evaluate(expression)
        }
        if let value { context.display(value) }
    }

    // MARK: Blocks

    private func loop(_ variable: Identifier, _ sequence: Expression, _ body: Block) throws -> Ending {
        func run(_ values: some Sequence<Value>) throws -> Ending {
            for value in values {
                try context.checkInterruption()
                context.scopes.assign(value, to: variable.name)
                if case .returned(let result) = try execute(body) { return .returned(result) }
            }
            return .finished
        }
        // A range is counted through, not made into a list first.
        if case .range(let first, let last) = sequence.stripped.kind {
            return try run(range(from: first, to: last).lazy.map { .number(Double($0)) })
        }
        let value = try evaluate(sequence)
        guard case .list(let values) = value else {
            throw Diagnostic(.notIterable(found: value.phrase), at: sequence.range)
        }
        return try run(values)
    }

    private func isTrue(_ condition: Expression) throws -> Bool {
        switch try evaluate(condition) {
        case .boolean(let value): return value
        case .missing: throw Diagnostic(.conditionMissing, at: condition.range)
        case .column: throw Diagnostic(.formulaOutsideCommand, at: condition.range)
        case let other: throw Diagnostic(.conditionType(found: other.phrase), at: condition.range)
        }
    }

    // MARK: Assertions

    private func assert(_ condition: Expression, _ message: Expression?) throws {
        switch try evaluate(condition) {
        case .boolean(true): return
        case .boolean(false), .missing:
            let text = try message.map { try evaluate($0).interpolatedText }
            throw Diagnostic(
                .assertionFailed(condition.range.text, message: text, detail: try sides(of: condition)),
                at: condition.range)
        case let other: throw Diagnostic(.conditionType(found: other.phrase), at: condition.range)
        }
    }

    /// What stood on both sides of a comparison that did not hold.
    private func sides(of condition: Expression) throws -> String? {
        guard case .binary(let symbol, let left, let right) = condition.stripped.kind, symbol.isComparison else {
            return nil
        }
        let shown = try [left, right].map { truncated(try evaluate($0).inlineText, to: 60) }
        return "\(shown[0]) \(symbol.rawValue) \(shown[1])"
    }

    // MARK: Parameters

    private func parameterValue(_ name: Identifier, default expression: Expression) throws -> Value {
        guard let text = parameterValues[name.name] else { return try evaluate(expression) }
        return ParameterValue.read(text, default: expression, commands: context.commands)
    }

    // MARK: Other files

    private func include(_ expression: Expression) throws {
        let value = try evaluate(expression)
        guard case .string(let path) = value else {
            throw Diagnostic(
                .wrongType(parameter: "include", expected: "a string", found: value.phrase), at: expression.range)
        }
        let file: SourceFile
        do {
            file = try SourceFile(including: path, from: expression.range.file)
        } catch let problem as Problem {
            throw Diagnostic(problem, at: expression.range)
        }
        if includePath.contains(file.name) || file.name == expression.range.file.name {
            throw Diagnostic(.includeCycle(path), at: expression.range)
        }
        includePath.append(file.name)
        defer { includePath.removeLast() }
        do {
            let (script, diagnostics) = Parser.parse(file, commands: context.commands)
            if !diagnostics.isEmpty { throw DiagnosticList(diagnostics: diagnostics) }
            for statement in script.statements { _ = try execute(statement) }
        } catch {
            throw adding(.init(message: "included here", range: expression.range), to: error)
        }
    }
}

extension Statement {
    /// Blocks and included files bind as they go. Every other statement binds, if at all, as its last act, so that
    /// nothing needs to be kept for taking back; a copy for each would make long scripts slow.
    fileprivate var canBindBeforeItFails: Bool {
        switch kind {
        case .loop, .conditional, .include: true
        default: false
        }
    }
}
