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
        expression.forEach { part in
            switch part.kind {
            case .name(let identifier), .call(let identifier, _): names.insert(identifier.name)
            default: break
            }
        }
        return names
    }
}

extension Factor {
    /// The factor with a frozen formula.
    public var frozen: Factor { Factor(text: text, wrapper: wrapper, formula: formula.frozen) }
}
