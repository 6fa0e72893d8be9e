import Spelling

extension Interpreter {
    /// `name(…)`: a function held by a variable, else one of the language, else a command. Nil when a function
    /// of the script ended without a result, or a command has nothing to show.
    func call(
        _ name: Identifier, _ arguments: [CallArgument], at range: SourceRange, asStatement: Bool = false
    ) throws -> Value? {
        let variable = context.scopes[name.name]
        if case .function(let function) = variable { return try call(function, arguments, at: range) }
        if let function = BuiltInFunction.named(name.name) { return try call(function, arguments, at: range) }
        if let command = context.commands[name.name] {
            return try run(CommandCall(name, command.declaration, arguments, at: range), asStatement: asStatement)
        }
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
        } catch {
            throw adding(.init(message: "in `\(function.name.name)`, called here", range: range), to: error)
        }
    }

    // MARK: Functions of the language

    private func call(_ function: BuiltInFunction, _ arguments: [CallArgument], at range: SourceRange) throws -> Value {
        guard function.accepts(count: arguments.count) else {
            throw Diagnostic(
                .argumentCount(function: function.name, usage: function.usage, given: arguments.count), at: range)
        }
        var values: [Value] = []
        for argument in arguments {
            if let name = argument.name, values.isEmpty || name.name != function.secondParameter {
                throw Diagnostic(.unknownParameter(name.name, usage: function.usage, nearest: []), at: name.range)
            }
            values.append(try evaluate(argument.value))
        }
        do {
            return try function.apply(values)
        } catch let problem as Problem {
            throw Diagnostic(problem, at: range)
        }
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
    func parameter(for argument: CallArgument, at index: Int, count: Int, call: SourceRange) throws(Diagnostic)
        -> Parameter
    {
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
