import Spelling

extension Interpreter {
    /// `name(…)`: a function held by a variable, else a command, else a function of the language. Nil when a function
    /// of the script ended without a result, or a command has nothing to show.
    func call(
        _ name: Identifier, _ arguments: [CallArgument], at range: SourceRange, asStatement: Bool = false
    ) throws -> Value? {
        let variable = context.scopes[name.name]
        if case .function(let function) = variable { return try call(function, arguments, at: range) }
        if let command = context.commands[name.name] {
            return try run(CommandCall(name, command.declaration, arguments, at: range), asStatement: asStatement)
        }
        if let function = BuiltInFunction.named(name.name) { return try call(function, arguments, at: range) }
        if let variable {
            throw Diagnostic(.notAFunction(name.name, found: variable.phrase), at: name.range)
        }
        throw Diagnostic(
            .unknownFunction(name.name, nearest: nearestNames(to: name.name, in: callableNames)), at: name.range)
    }

    /// True when `name(…)` would call something.
    func isCallable(_ name: String) -> Bool {
        if case .function = context.scopes[name] { return true }
        return context.commands[name] != nil || BuiltInFunction.named(name) != nil
    }

    private var callableNames: [String] {
        let functions = context.scopes.visible.filter { if case .function = $0.value { true } else { false } }
        return functions.map(\.name) + context.commands.names + BuiltInFunction.names
    }

    // MARK: Functions of the script

    private static let deepest = 200

    private func call(_ function: UserFunction, _ arguments: [CallArgument], at range: SourceRange) throws -> Value? {
        guard callDepth < Self.deepest else { throw Diagnostic(.tooDeep, at: range) }
        var variables: [String: Value] = [:]
        for (index, argument) in arguments.enumerated() {
            let parameter = try function.parameter(for: argument, at: index, count: arguments.count, call: range)
            guard variables[parameter.name.name] == nil else {
                throw Diagnostic(.repeatedOption(parameter.name.name), at: argument.range)
            }
            variables[parameter.name.name] = try evaluate(argument.value)
        }
        let unfilled = function.parameters.filter { variables[$0.name.name] == nil }
        if let parameter = unfilled.first(where: { $0.defaultValue == nil }) {
            throw Diagnostic(
                .missingArgument(parameter.name.name, command: function.name.name, usage: function.signature),
                at: range)
        }
        let outerTable = table
        table = nil
        callDepth += 1
        context.scopes.push(variables)
        defer {
            table = outerTable
            callDepth -= 1
            context.scopes.pop()
        }
        do {
            for case let (name, value?) in unfilled.map({ ($0.name.name, $0.defaultValue) }) {
                context.scopes.assign(try evaluate(value), to: name)
            }
            guard case .returned(let value) = try execute(function.body) else { return nil }
            return value
        } catch var diagnostic as Diagnostic {
            diagnostic.notes.append(.init(message: "in `\(function.name.name)`, called here", range: range))
            throw diagnostic
        }
    }

    // MARK: Functions of the language

    private func call(_ function: BuiltInFunction, _ arguments: [CallArgument], at range: SourceRange) throws -> Value {
        var values: [Value] = []
        for argument in arguments {
            if let name = argument.name, name.name != "digits" && name.name != "p" || values.isEmpty {
                throw Diagnostic(.unknownParameter(name.name, usage: function.usage, nearest: []), at: name.range)
            }
            values.append(try evaluate(argument.value))
        }
        do {
            if let value = try function.apply(values) { return value }
        } catch let problem as Problem {
            throw Diagnostic(problem, at: range)
        }
        throw Diagnostic(
            .argumentCount(function: function.name, usage: function.usage, given: values.count), at: range)
    }
}

extension CommandCall {
    /// A command called as `name(…)`.
    init(_ word: Identifier, _ declaration: CommandDeclaration, _ arguments: [CallArgument], at range: SourceRange) {
        self.init(
            word: word, declaration: declaration,
            positional: arguments.filter { $0.name == nil }.map(\.value),
            options: arguments.compactMap { argument in argument.name.map { ($0, argument.value) } },
            terms: nil, range: range)
    }
}

extension UserFunction {
    /// The parameter that an argument is for: by its name, else by its place.
    func parameter(for argument: CallArgument, at index: Int, count: Int, call: SourceRange) throws -> Parameter {
        if let name = argument.name {
            if let match = parameters.first(where: { $0.name.name == name.name }) { return match }
            let nearest = nearestNames(to: name.name, in: parameters.map(\.name.name))
            throw Diagnostic(.unknownParameter(name.name, usage: signature, nearest: nearest), at: name.range)
        }
        guard index < parameters.count else {
            throw Diagnostic(.argumentCount(function: self.name.name, usage: signature, given: count), at: call)
        }
        return parameters[index]
    }
}

extension CallArgument {
    var range: SourceRange { name?.range.union(value.range) ?? value.range }
}

extension BuiltInFunction {
    /// Nil when the number of arguments is wrong.
    func apply(_ values: [Value]) throws -> Value? {
        switch implementation {
        case .elementwise(let transform):
            guard values.count == 1 else { return nil }
            return try map(values[0]) { Value(number: transform($0)) }
        case .elementwiseWith(let transform, let standard):
            guard values.count == 1 || values.count == 2 else { return nil }
            let second = values.count == 2 ? try single(values[1]) : standard
            return try map(values[0]) { Value(number: transform($0, second)) }
        case .aggregate(let reduce):
            guard !values.isEmpty else { return nil }
            if values.count > 1 { return Value(number: reduce(try numbers(values))) }
            return Value(number: reduce(try numbers(elements(values[0], orNumber: true))))
        case .aggregateWith(let reduce):
            guard values.count == 2 else { return nil }
            return Value(number: try reduce(try numbers(elements(values[0], orNumber: false)), try single(values[1])))
        case .mapping(let transform):
            guard values.count == 1 else { return nil }
            switch values[0] {
            case .column(let rows): return .column(try rows.map(transform))
            case .list(let items): return .list(try items.map(transform))
            case let value: return try transform(value)
            }
        case .listing(let reduce):
            guard values.count == 1 else { return nil }
            return reduce(try elements(values[0], orNumber: false))
        }
    }

    private func map(_ value: Value, _ transform: (Double) -> Value) throws -> Value {
        func one(_ value: Value, row: Int?) throws -> Value {
            if value.isMissing { return .missing }
            guard let number = value.asNumber else { throw unsuited(value, "numbers", row: row) }
            return transform(number)
        }
        switch value {
        case .column(let rows): return .column(try rows.enumerated().map { try one($1, row: $0 + 1) })
        case .list(let items): return .list(try items.map { try one($0, row: nil) })
        default: return try one(value, row: nil)
        }
    }

    private func elements(_ value: Value, orNumber: Bool) throws -> [Value] {
        switch value {
        case .column(let rows): return rows
        case .list(let items): return items
        case .missing where orNumber, .number where orNumber, .boolean where orNumber: return [value]
        default: throw unsuited(value, "a list or a column", row: nil)
        }
    }

    private func numbers(_ values: [Value]) throws -> [Double] {
        try values.enumerated().compactMap { row, value in
            if value.isMissing { return nil }
            guard let number = value.asNumber else { throw unsuited(value, "numbers", row: row + 1) }
            return number
        }
    }

    private func single(_ value: Value) throws -> Double {
        guard let number = value.asNumber else { throw unsuited(value, "a number as its second argument", row: nil) }
        return number
    }

    private func unsuited(_ value: Value, _ expected: String, row: Int?) -> Problem {
        .functionArgument(function: name, expected: expected, found: value.phrase, row: row)
    }
}
