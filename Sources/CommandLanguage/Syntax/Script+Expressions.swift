extension Script {
    /// Calls the body with every expression of the script, outer ones before those inside them.
    func forEachExpression(_ body: (Expression) -> Void) {
        for statement in statements { statement.forEachExpression(body) }
    }
}

extension Statement {
    func forEachExpression(_ body: (Expression) -> Void) {
        switch kind {
        case .expression(let expression), .binding(_, let expression), .parameter(_, let expression),
            .include(let expression):
            expression.forEach(body)
        case .loop(_, let sequence, let block):
            sequence.forEach(body)
            block.forEachExpression(body)
        case .conditional(let branches, let otherwise):
            for (condition, block) in branches {
                condition.forEach(body)
                block.forEachExpression(body)
            }
            otherwise?.forEachExpression(body)
        case .definition(let function):
            for parameter in function.parameters { parameter.defaultValue?.forEach(body) }
            function.body.forEachExpression(body)
        case .result(let expression): expression?.forEach(body)
        case .assertion(let condition, let message):
            condition.forEach(body)
            message?.forEach(body)
        case .version: break
        }
    }
}

extension Block {
    fileprivate func forEachExpression(_ body: (Expression) -> Void) {
        for statement in statements { statement.forEachExpression(body) }
    }
}

extension Expression {
    /// Calls the body with the expression and all inside it.
    func forEach(_ body: (Expression) -> Void) {
        body(self)
        for child in children { child.forEach(body) }
    }

    private var children: [Expression] {
        switch kind {
        case .missing, .boolean, .number, .name, .invalid: []
        case .string(let parts): parts.compactMap { if case .expression(let inner) = $0 { inner } else { nil } }
        case .list(let items): items
        case .range(let first, let last): [first, last]
        case .unary(_, let operand): [operand]
        case .binary(_, let left, let right): [left, right]
        case .conditional(let then, let condition, let otherwise): [then, condition, otherwise]
        case .member(let base, _): [base]
        case .index(let base, let index): [base, index]
        case .call(_, let arguments): arguments.map(\.value)
        case .command(let call):
            call.positional + call.options.map(\.value) + (call.terms?.terms ?? []).flatMap(\.factors)
        case .parenthesised(let inner), .failure(let inner): [inner]
        }
    }
}
