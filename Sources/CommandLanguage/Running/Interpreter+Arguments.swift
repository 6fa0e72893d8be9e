import Spelling

extension Interpreter {
    /// The arguments of a command, evaluated as far as their parameters' kinds want it, and checked.
    func arguments(of call: CommandCall, for command: CommandDeclaration) throws -> Arguments {
        var entries: [String: Arguments.Entry] = [:]
        var declaration = command
        if let chooser = command.chooser, let first = call.positional.first {
            let entry = try entry(for: chooser, .expression(first), of: command.name)
            entries[chooser.name] = entry
            if case .value(.string(let word)) = entry.content { declaration = command.form(chosenBy: word) }
        }
        let matched = MatchedArguments(call, declaration)
        if !matched.diagnostics.isEmpty { throw DiagnosticList(diagnostics: matched.diagnostics) }
        for (parameter, source) in matched.pairs where entries[parameter.name] == nil {
            entries[parameter.name] = try entry(for: parameter, source, of: call.word.name)
        }
        for parameter in declaration.parameters where entries[parameter.name] == nil {
            guard let text = parameter.defaultText else { continue }
            var entry = try entry(for: parameter, .expression(defaultExpression(text, parameter)), of: call.word.name)
            entry.isGiven = false
            entries[parameter.name] = entry
        }
        return Arguments(declaration: declaration, entries: entries, range: call.range)
    }

    private func defaultExpression(_ text: String, _ parameter: Parameter) -> Expression {
        let file = SourceFile(name: "default of \(parameter.name)", text: text)
        guard let expression = Parser.expression(in: file, commands: context.commands) else {
            preconditionFailure("the default \(text) of \(parameter.name) is no expression")
        }
        return expression
    }

    private func entry(
        for parameter: Parameter, _ source: MatchedArguments.Source, of command: String
    ) throws -> Arguments.Entry {
        switch source {
        case .terms(let terms):
            let range = terms.dropFirst().reduce(terms[0].range) { $0.union($1.range) }
            let list = Terms(terms: try terms.map(term), text: range.singleLine)
            return Arguments.Entry(content: .terms(list), range: range, isGiven: true)
        case .expressions(let list):
            let range = list.dropFirst().reduce(list[0].range) { $0.union($1.range) }
            let values = try list.map { expression in
                do {
                    return (text: expression.range.text, value: try parameter.accept(evaluate(expression)))
                } catch let problem as Problem {
                    throw Diagnostic(problem, at: expression.range)
                }
            }
            return Arguments.Entry(content: .expressions(values), range: range, isGiven: true)
        case .newColumns(let columns):
            let range = columns.dropFirst().reduce(columns[0].name.range.union(columns[0].formula.range)) {
                $0.union($1.formula.range)
            }
            let formulas = columns.map { ($0.name.name, Formula(expression: $0.formula, interpreter: self)) }
            return Arguments.Entry(content: .newColumns(formulas), range: range, isGiven: true)
        case .expression(let expression):
            return Arguments.Entry(
                content: try content(of: expression, for: parameter), range: expression.range, isGiven: true)
        }
    }

    private func content(of expression: Expression, for parameter: Parameter) throws -> Arguments.Content {
        do {
            switch parameter.kind {
            case .formula: return .formula(Formula(expression: expression, interpreter: self))
            case .columnPatterns:
                let names = try Parameter.patterns(expression) ?? strings(evaluate(expression), for: parameter)
                try Parameter.check(patterns: names)
                return .names(names)
            default:
                if let word = parameter.word(expression) { return .value(try parameter.accept(.string(word))) }
                if let name = expression.leadingName, context.scopes[name] == nil {
                    try parameter.refuse(bareName: expression.range.text)
                }
                return .value(try parameter.accept(evaluate(expression)))
            }
        } catch let problem as Problem {
            throw Diagnostic(problem, at: expression.range)
        }
    }

    private func strings(_ value: Value, for parameter: Parameter) throws(Problem) -> [String] {
        if case .string(let string) = value { return [string] }
        guard case .list(let items) = value else { throw parameter.wrongType(value) }
        var strings: [String] = []
        for item in items {
            guard case .string(let string) = item else { throw parameter.wrongType(item) }
            strings.append(string)
        }
        return strings
    }

    private func term(_ term: TermExpression) throws -> Term {
        let factors = try term.factors.map(factor)
        if factors.count > 1, let place = factors.firstIndex(where: { $0.wrapper == Factor.strata }) {
            throw Diagnostic(.strataInInteraction, at: term.factors[place].range)
        }
        return Term(text: factors.map(\.text).joined(separator: ":"), factors: factors)
    }

    private func factor(_ expression: Expression) throws -> Factor {
        func plain(_ inner: Expression, wrapper: String?) -> Factor {
            Factor(
                text: expression.range.singleLine, wrapper: wrapper,
                formula: Formula(expression: inner, interpreter: self))
        }
        guard case .call(let name, let arguments) = expression.kind, !isCallable(name.name) else {
            return plain(expression, wrapper: nil)
        }
        guard Factor.wrappers.contains(name.name) else {
            let nearest = nearestNames(to: name.name, in: Factor.wrappers + BuiltInFunction.names)
            throw Diagnostic(.unknownWrapper(name.name, nearest: nearest), at: name.range)
        }
        guard arguments.count == 1, arguments[0].name == nil else {
            throw Diagnostic(
                .argumentCount(function: name.name, usage: "\(name.name)(column)", given: arguments.count),
                at: expression.range)
        }
        return plain(arguments[0].value, wrapper: name.name)
    }
}

extension Expression {
    /// The name that a bare word, or words joined by points, begin with.
    var leadingName: String? {
        switch kind {
        case .name(let identifier): identifier.name
        case .member(let base, _): base.leadingName
        default: nil
        }
    }
}
