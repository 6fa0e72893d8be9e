extension Interpreter {
    func apply(_ symbol: UnaryOperator, _ operand: Expression) throws -> Value {
        let value = try evaluate(operand)
        do {
            guard case .column(let rows) = value else { return try Operators.apply(symbol, value, row: nil) }
            return .column(try rows.enumerated().map { try Operators.apply(symbol, $1, row: $0 + 1) })
        } catch let problem as Problem {
            throw Diagnostic(problem, at: operand.range)
        }
    }

    func apply(_ symbol: BinaryOperator, _ left: Expression, _ right: Expression, at range: SourceRange) throws -> Value
    {
        let first = try evaluate(left)
        // The right side of `and` and `or` is left alone once the left side decides.
        if symbol == .and, case .boolean(false) = first { return first }
        if symbol == .or, case .boolean(true) = first { return first }
        let second = try evaluate(right)
        do {
            return try broadcast(symbol, first, second)
        } catch let problem as Problem {
            throw Diagnostic(problem, at: range)
        }
    }

    private func broadcast(_ symbol: BinaryOperator, _ left: Value, _ right: Value) throws -> Value {
        let count: Int
        switch (left, right) {
        case (.column(let rows), _), (_, .column(let rows)): count = rows.count
        default: return try Operators.apply(symbol, left, right, row: nil)
        }
        if symbol == .in, case .column = right { return try Operators.apply(symbol, left, right, row: nil) }
        return .column(
            try (0..<count).map { try Operators.apply(symbol, left.element($0), right.element($0), row: $0 + 1) })
    }
}
