extension Formula {
    /// The formula as it was given, whatever becomes of its variables: it keeps the values of those it names, for values
    /// that evaluate it again in later statements, such as a regression that predicts new patients.
    public var frozen: Formula {
        var frozen = self
        frozen.variables = variables ?? [:]
        for name in names where frozen.variables?[name] == nil {
            frozen.variables?[name] = interpreter.context.scopes[name]
        }
        return frozen
    }

    /// Every name in the formula that may stand for a column, a variable or a function of the script.
    public var names: Set<String> {
        var names: Set<String> = []
        expression.collectNames(into: &names)
        return names
    }
}

extension Term {
    /// The term with a frozen formula.
    public var frozen: Term { Term(text: text, wrapper: wrapper, formula: formula.frozen) }
}

extension Expression {
    fileprivate func collectNames(into names: inout Set<String>) {
        switch kind {
        case .missing, .boolean, .number, .invalid: break
        case .name(let identifier): names.insert(identifier.name)
        case .string(let parts):
            for case .expression(let part) in parts { part.collectNames(into: &names) }
        case .list(let items): for item in items { item.collectNames(into: &names) }
        case .range(let a, let b), .binary(_, let a, let b), .index(let a, let b):
            a.collectNames(into: &names)
            b.collectNames(into: &names)
        case .unary(_, let inner), .parenthesised(let inner), .member(let inner, _): inner.collectNames(into: &names)
        case .conditional(let then, let condition, let otherwise):
            for part in [then, condition, otherwise] { part.collectNames(into: &names) }
        case .call(let identifier, let arguments):
            names.insert(identifier.name)
            for argument in arguments { argument.value.collectNames(into: &names) }
        case .command(let call):
            for part in call.positional + call.options.map(\.value) + (call.terms?.terms ?? []) {
                part.collectNames(into: &names)
            }
        }
    }
}
