import Spelling

extension Checker {
    /// Reports what is wrong with the expression and gives its type as far as it is known. Names in a formula may be
    /// columns, which only running can tell.
    @discardableResult
    mutating func check(_ expression: Expression, inFormula: Bool = false) -> StaticType {
        switch expression.kind {
        case .missing: return .named("missing")
        case .boolean: return .named("boolean")
        case .number: return .named("number")
        case .string(let parts):
            for case .expression(let part) in parts { check(part, inFormula: inFormula) }
            return .named("string")
        case .name(let identifier): return inFormula ? check(nameInFormula: identifier) : check(name: identifier)
        case .list(let items):
            for item in items { check(item, inFormula: inFormula) }
            return .named("list")
        case .range(let first, let last):
            for bound in [first, last] { check(bound, inFormula: inFormula) }
            return .named("list")
        case .unary(_, let operand):
            check(operand, inFormula: inFormula)
            return .unknown
        case .binary(_, let left, let right):
            for operand in [left, right] { check(operand, inFormula: inFormula) }
            return .unknown
        case .conditional(let then, let condition, let otherwise):
            for part in [then, condition, otherwise] { check(part, inFormula: inFormula) }
            return .unknown
        case .member(let base, _):
            check(base, inFormula: inFormula)
            return .unknown
        case .index(let base, let index):
            for part in [base, index] { check(part, inFormula: inFormula) }
            return .unknown
        case .call(let name, let arguments):
            return check(name, arguments, inFormula: inFormula, at: expression.range)
        case .command(let call): return check(call)
        case .parenthesised(let inner): return check(inner, inFormula: inFormula)
        case .failure(let inner):
            // A column that is not there may be the failure that is expected.
            let known = knowsColumns
            knowsColumns = false
            check(inner)
            knowsColumns = known
            return .named(Failure.typeName)
        case .invalid: return .unknown
        }
    }

    /// A column, where the columns are known; otherwise only running can tell.
    private mutating func check(nameInFormula identifier: Identifier) -> StaticType {
        let name = identifier.name
        guard let columns = formulaColumns, !columns.contains(name), types[name] == nil, name != "_", !isOpen else {
            return .unknown
        }
        if BuiltInFunction.named(name) != nil {
            report(.functionNeedsParentheses(name), at: identifier.range)
        } else {
            let nearest = nearestNames(to: name, in: columns + types.keys.sorted())
            report(.undefinedColumn(name, nearest: nearest, columns: columns), at: identifier.range)
        }
        return .unknown
    }

    private mutating func check(name identifier: Identifier) -> StaticType {
        let name = identifier.name
        if let type = types[name] { return type }
        if let declaration = commands[name]?.declaration {
            return check(CommandCall(identifier, declaration, [], at: identifier.range))
        }
        if BuiltInFunction.named(name) != nil {
            report(.functionNeedsParentheses(name), at: identifier.range)
        } else if name != "_", !isOpen {
            let nearest = nearestNames(to: name, in: types.keys.sorted() + commands.names)
            report(.undefinedName(name, nearest: nearest), at: identifier.range)
        }
        return .unknown
    }

    // MARK: Calls

    private mutating func check(
        _ name: Identifier, _ arguments: [CallArgument], inFormula: Bool, at range: SourceRange
    ) -> StaticType {
        if case .function(let function) = types[name.name] {
            for argument in arguments { check(argument.value, inFormula: inFormula) }
            checkParameters(of: function, arguments, at: range)
            return .unknown
        }
        if BuiltInFunction.named(name.name) == nil, let declaration = commands[name.name]?.declaration {
            return check(CommandCall(name, declaration, arguments, at: range))
        }
        for argument in arguments { check(argument.value, inFormula: inFormula) }
        if let function = BuiltInFunction.named(name.name) {
            if !function.accepts(count: arguments.count) {
                report(
                    .argumentCount(function: function.name, usage: function.usage, given: arguments.count), at: range)
            }
            return .unknown
        }
        if let type = types[name.name]?.name {
            report(.notAFunction(name.name, found: withArticle(type)), at: name.range)
        } else if types[name.name] == nil, !isOpen {
            let functions = types.filter { if case .function = $0.value { true } else { false } }.keys.sorted()
            let nearest = nearestNames(to: name.name, in: functions + commands.names + BuiltInFunction.names)
            report(.unknownFunction(name.name, nearest: nearest), at: name.range)
        }
        return .unknown
    }

    private mutating func checkParameters(of function: UserFunction, _ arguments: [CallArgument], at range: SourceRange)
    {
        var filled: Set<String> = []
        for (index, argument) in arguments.enumerated() {
            do {
                let parameter = try function.parameter(for: argument, at: index, count: arguments.count, call: range)
                if !filled.insert(parameter.name.name).inserted {
                    report(.repeatedOption(parameter.name.name), at: argument.range)
                }
            } catch {
                diagnostics.append(error)
                return
            }
        }
        if let parameter = function.parameters.first(where: { $0.defaultValue == nil && !filled.contains($0.name.name) }
        ) {
            report(
                .missingArgument(parameter.name.name, command: function.name.name, usage: function.signature), at: range
            )
        }
    }
}
