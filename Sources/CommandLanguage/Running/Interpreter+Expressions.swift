import Spelling

extension Interpreter {
    /// Far from where the stack ends, even where its frames are largest.
    private static let deepest = 1_000
    /// Numbers that a list made of a range may have.
    private static let longestRange = 1e7

    func evaluate(_ expression: Expression) throws -> Value {
        guard expressionDepth < Self.deepest else { throw Diagnostic(.tooDeep, at: expression.range) }
        expressionDepth += 1
        defer { expressionDepth -= 1 }
        switch expression.kind {
        case .missing: return .missing
        case .boolean(let value): return .boolean(value)
        case .number(let value): return .number(value)
        case .string(let parts): return .string(try parts.map(text(of:)).joined())
        case .name(let identifier): return try value(named: identifier)
        case .list(let items): return .list(try items.map(evaluate))
        case .range(let first, let last):
            let numbers = try range(from: first, to: last)
            let count = Double(numbers.upperBound) - Double(numbers.lowerBound)
            guard count <= Self.longestRange else {
                throw Diagnostic(
                    .domain(
                        "a list of \(formatNumber(count)) numbers is too long; \(formatNumber(Self.longestRange)) are the most",
                        help: "a loop goes through a range without making a list: for i in 1..n { … }"),
                    at: expression.range)
            }
            return .list(
                try numbers.map { number in
                    if number & 0xFFFF == 0 { try context.checkInterruption() }
                    return .number(Double(number))
                })
        case .unary(let symbol, let operand): return try apply(symbol, operand)
        case .binary(let symbol, let left, let right): return try apply(symbol, left, right, at: expression.range)
        case .conditional(let then, let condition, let otherwise):
            return try choose(condition, then, otherwise)
        case .member(let base, let name): return try member(name, of: evaluate(base))
        case .index(let base, let index): return try element(of: base, at: index)
        case .call(let name, let arguments):
            guard let value = try call(name, arguments, at: expression.range) else {
                throw Diagnostic(.noValue("`\(name.name)`"), at: expression.range)
            }
            return value
        case .command(let call):
            guard let value = try run(call, asStatement: false) else {
                throw Diagnostic(.noValue("`\(call.word.name)`"), at: expression.range)
            }
            return value
        case .parenthesised(let inner): return try evaluate(inner)
        case .failure(let inner): return .object(try failure(of: inner, at: expression.range))
        case .invalid: preconditionFailure("a script with errors is not run")
        }
    }

    private func text(of part: Expression.StringPart) throws -> String {
        switch part {
        case .text(let text): text
        case .expression(let expression): try evaluate(expression).interpolatedText
        }
    }

    // MARK: Names

    private func value(named identifier: Identifier) throws -> Value {
        let name = identifier.name
        if let column = table?.column(name) {
            if context.scopes[name] != nil, shadowed.insert(name).inserted {
                context.report(Diagnostic(.shadowed(name), at: identifier.range, severity: .warning))
            }
            return .column(column)
        }
        if name == "_" {
            guard let value = context.lastDisplayed else {
                throw Diagnostic(.nothingDisplayed, at: identifier.range)
            }
            return value
        }
        if let value = context.scopes[name] { return value }
        if context.commands[name] != nil, table == nil {
            let call = CommandCall(
                word: identifier, declaration: context.commands[name]?.declaration, positional: [], options: [],
                terms: nil, range: identifier.range)
            guard let value = try run(call, asStatement: false) else {
                throw Diagnostic(.noValue("`\(name)`"), at: identifier.range)
            }
            return value
        }
        if BuiltInFunction.named(name) != nil {
            throw Diagnostic(.functionNeedsParentheses(name), at: identifier.range)
        }
        if let table {
            let nearest = nearestNames(to: name, in: table.columnNames + context.scopes.names)
            throw Diagnostic(.undefinedColumn(name, nearest: nearest, columns: table.columnNames), at: identifier.range)
        }
        throw Diagnostic(
            .undefinedName(name, nearest: nearestNames(to: name, in: context.scopes.names)), at: identifier.range)
    }

    // MARK: Lists and members

    /// The whole numbers from one bound to the other; none when the first is above the last.
    func range(from first: Expression, to last: Expression) throws -> Range<Int> {
        let bounds = try [first, last].map { bound -> Int in
            let value = try evaluate(bound)
            guard case .number(let number) = value, let integer = Int(exactly: number) else {
                throw Diagnostic(
                    .operandType("..", expected: "whole numbers", found: value.phrase, row: nil), at: bound.range)
            }
            return integer
        }
        return bounds[0]..<max(bounds[0], bounds[1] + 1)
    }

    private func element(of base: Expression, at index: Expression) throws -> Value {
        let value = try evaluate(base)
        guard case .list(let values) = value else { throw Diagnostic(.notIndexable(value.phrase), at: base.range) }
        let position = try evaluate(index)
        guard case .number(let number) = position, let integer = Int(exactly: number), values.indices ~= integer - 1
        else {
            throw Diagnostic(.indexOutOfRange(position.inlineText, count: values.count), at: index.range)
        }
        return values[integer - 1]
    }

    private func member(_ name: Identifier, of value: Value) throws -> Value {
        guard case .object(let object) = value else {
            throw Diagnostic(.noMember(name.name, of: value.phrase, nearest: [], known: []), at: name.range)
        }
        let json = object.json
        if let member = json[name.name] { return Value(json: member) }
        if let column = object.columns?.column(name.name) { return .list(column) }
        var known: [String] = []
        if case .object(let members) = json { known = members.map(\.key) }
        throw Diagnostic(
            .noMember(
                name.name, of: value.phrase,
                nearest: nearestNames(to: name.name, in: known + (object.columns?.columnNames ?? [])), known: known),
            at: name.range)
    }

    // MARK: Choosing

    /// `then if condition else otherwise`, patient by patient where the condition is a column.
    private func choose(_ condition: Expression, _ then: Expression, _ otherwise: Expression) throws -> Value {
        switch try evaluate(condition) {
        case .missing: return .missing
        case .boolean(let isTrue): return try evaluate(isTrue ? then : otherwise)
        case .column(let rows):
            let first = try evaluate(then)
            let second = try evaluate(otherwise)
            return .column(
                try rows.enumerated().map { row, value in
                    switch value {
                    case .missing: .missing
                    case .boolean(let isTrue): (isTrue ? first : second).element(row)
                    default: throw Diagnostic(.conditionType(found: value.phrase), at: condition.range)
                    }
                })
        case let other: throw Diagnostic(.conditionType(found: other.phrase), at: condition.range)
        }
    }
}
