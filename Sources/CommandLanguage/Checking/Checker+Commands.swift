import Spelling

extension Checker {
    mutating func check(_ call: CommandCall) -> StaticType {
        guard let command = call.declaration else { return .unknown }
        let chosen = call.positional.first.flatMap { command.chooser?.word($0) }
        let declaration = command.form(chosenBy: chosen)
        let matched = MatchedArguments(call, declaration)
        diagnostics += matched.diagnostics
        // Formulas come last: what they may name depends on the other arguments.
        var known = KnownArguments()
        for (parameter, source) in matched.pairs {
            known.given.insert(parameter.name)
            if case .newColumns(let columns) = source { known.newColumns = columns.map(\.name.name) }
            switch source {
            case .expressions(let list): for expression in list { report(expression, for: parameter) }
            case .expression(let expression) where !parameter.kind.isFormula:
                let type = report(expression, for: parameter)
                note(expression, of: type, for: parameter, in: &known, declaration)
            default: break
            }
        }
        let columns = knowsColumns ? commands[declaration.name]?.knownColumns(known) : nil
        let outer = formulaColumns
        formulaColumns = columns?.inFormulas
        for (parameter, source) in matched.pairs {
            switch source {
            case .terms(let terms):
                for term in terms {
                    for factor in term.factors { check(factor: factor, of: term) }
                }
            case .newColumns(let columns):
                for (name, formula) in columns {
                    check(formula, inFormula: true)
                    formulaColumns?.append(name.name)
                }
            case .expression(let expression) where parameter.kind.isFormula: check(expression, inFormula: true)
            case .expression(let expression):
                if case .columnPatterns = parameter.kind { check(list: expression, of: columns?.inLists) }
            default: break
            }
        }
        formulaColumns = outer
        guard let result = declaration.result else { return .unknown }
        return columns?.ofResult.map { .table(result, columns: $0) } ?? .named(result)
    }

    /// Remembers what an argument tells of columns.
    private mutating func note(
        _ expression: Expression, of type: StaticType, for parameter: Parameter, in known: inout KnownArguments,
        _ declaration: CommandDeclaration
    ) {
        if let text = expression.stripped.literalString {
            if declaration.result == nil { writtenPaths.insert(text) }
            if !writtenPaths.contains(text) { known.strings[parameter.name] = parameter.read(text) }
        }
        known.tables[parameter.name] = type.columns
        if case .columnPatterns = parameter.kind { known.patterns[parameter.name] = Parameter.patterns(expression) }
    }

    /// The argument's type, what is wrong with it being reported.
    @discardableResult
    private mutating func report(_ expression: Expression, for parameter: Parameter) -> StaticType {
        do {
            return try check(expression, for: parameter)
        } catch {
            report(error, at: expression.range)
            return .unknown
        }
    }

    private mutating func check(_ expression: Expression, for parameter: Parameter) throws(Problem) -> StaticType {
        switch parameter.kind {
        case .columnPatterns:
            if let patterns = Parameter.patterns(expression) {
                try Parameter.check(patterns: patterns)
                return .unknown
            }
        default:
            if let word = parameter.word(expression) {
                _ = try parameter.accept(.string(word))
                return .named("string")
            }
        }
        if let name = expression.leadingName, types[name] == nil, !isOpen {
            try parameter.refuse(bareName: expression.range.text)
        }
        let type = check(expression)
        if let literal = expression.literalValue {
            if case .columnPatterns = parameter.kind {} else { _ = try parameter.accept(literal) }
        } else if let type = type.name, !parameter.kind.admits(type: type) {
            throw .wrongType(parameter: parameter.name, expected: parameter.kind.expectation, found: withArticle(type))
        }
        return type
    }

    /// Columns listed by name. What is to be evaluated, and patterns, are left to the run.
    private mutating func check(list expression: Expression, of columns: [String]?) {
        guard let columns, !isOpen else { return }
        if case .list(let items) = expression.kind {
            for item in items { check(list: item, of: columns) }
        } else if let name = Parameter.patterns(expression)?.first, !name.contains("*"), !columns.contains(name) {
            report(
                .unknownColumn(name, nearest: nearestNames(to: name, in: columns), columns: columns),
                at: expression.range)
        }
    }

    private mutating func check(factor: Expression, of term: TermExpression) {
        guard case .call(let name, let arguments) = factor.kind, !isCallable(name.name) else {
            check(factor, inFormula: true)
            return
        }
        for argument in arguments { check(argument.value, inFormula: true) }
        if !Factor.wrappers.contains(name.name) {
            let nearest = nearestNames(to: name.name, in: Factor.wrappers + BuiltInFunction.names)
            report(.unknownWrapper(name.name, nearest: nearest), at: name.range)
        } else if arguments.count != 1 {
            report(
                .argumentCount(function: name.name, usage: "\(name.name)(column)", given: arguments.count),
                at: factor.range)
        } else if name.name == Factor.strata, term.factors.count > 1 {
            report(.strataInInteraction, at: factor.range)
        }
    }

    private func isCallable(_ name: String) -> Bool {
        types[name] != nil || commands[name] != nil || BuiltInFunction.named(name) != nil
    }
}
