import Spelling

extension Checker {
    mutating func check(_ call: CommandCall) -> StaticType {
        guard let command = call.declaration else { return .unknown }
        let chosen = call.positional.first.flatMap { command.chooser?.word($0) }
        let declaration = command.form(chosenBy: chosen)
        let matched = MatchedArguments(call, declaration)
        diagnostics += matched.diagnostics
        for (parameter, source) in matched.pairs {
            switch source {
            case .terms(let terms): for term in terms { check(term: term) }
            case .expressions(let list): for expression in list { check(expression) }
            case .expression(let expression):
                do {
                    try check(expression, for: parameter)
                } catch {
                    report(error, at: expression.range)
                }
            }
        }
        return declaration.result.map(StaticType.named) ?? .unknown
    }

    private mutating func check(_ expression: Expression, for parameter: Parameter) throws(Problem) {
        switch parameter.kind {
        case .formula:
            check(expression, inFormula: true)
            return
        case .columnPatterns:
            if let patterns = Parameter.patterns(expression) { return try Parameter.check(patterns: patterns) }
        default:
            if let word = parameter.word(expression) {
                _ = try parameter.accept(.string(word))
                return
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
    }

    private mutating func check(term: Expression) {
        guard case .call(let name, let arguments) = term.kind, !isCallable(name.name) else {
            check(term, inFormula: true)
            return
        }
        for argument in arguments { check(argument.value, inFormula: true) }
        if !Term.wrappers.contains(name.name) {
            let nearest = nearestNames(to: name.name, in: Term.wrappers + BuiltInFunction.names)
            report(.unknownWrapper(name.name, nearest: nearest), at: name.range)
        } else if arguments.count != 1 {
            report(
                .argumentCount(function: name.name, usage: "\(name.name)(column)", given: arguments.count),
                at: term.range)
        }
    }

    private func isCallable(_ name: String) -> Bool {
        types[name] != nil || commands[name] != nil || BuiltInFunction.named(name) != nil
    }
}
