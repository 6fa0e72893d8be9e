import Foundation

/// What the operators do to single values. A missing operand gives missing, except where `and` and `or` are already
/// decided. Booleans count as 0 and 1. What is no number (0/0) is missing.
enum Operators {
    static func apply(_ symbol: BinaryOperator, _ left: Value, _ right: Value, row: Int?) throws(Problem) -> Value {
        switch symbol {
        case .and, .or: return try logical(symbol, left, right, row: row)
        case .in: return try membership(left, right, row: row)
        case .equal, .notEqual:
            guard let equal = try equality(symbol, left, right, row: row) else { return .missing }
            return .boolean(equal == (symbol == .equal))
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            return try order(symbol, left, right, row: row)
        case .add, .subtract, .multiply, .divide, .remainder, .power:
            return try arithmetic(symbol, left, right, row: row)
        }
    }

    static func apply(_ symbol: UnaryOperator, _ operand: Value, row: Int?) throws(Problem) -> Value {
        switch (symbol, operand) {
        case (_, .missing): return .missing
        case (.not, .boolean(let value)): return .boolean(!value)
        case (.minus, _):
            if let number = operand.asNumber { return .number(-number) }
            throw .operandType("-", expected: "a number", found: operand.phrase, row: row)
        case (.not, _): throw .operandType("not", expected: "true or false", found: operand.phrase, row: row)
        }
    }

    private static func arithmetic(
        _ symbol: BinaryOperator, _ left: Value, _ right: Value, row: Int?
    ) throws(Problem) -> Value {
        for operand in [left, right] where !operand.isMissing && operand.asNumber == nil {
            throw .operandType(symbol.rawValue, expected: "numbers", found: operand.phrase, row: row)
        }
        guard let a = left.asNumber, let b = right.asNumber else { return .missing }
        let result =
            switch symbol {
            case .add: a + b
            case .subtract: a - b
            case .multiply: a * b
            case .divide: a / b
            case .remainder: a - b * (a / b).rounded(.down)
            default: pow(a, b)
            }
        return Value(number: result)
    }

    private static func order(
        _ symbol: BinaryOperator, _ left: Value, _ right: Value, row: Int?
    ) throws(Problem) -> Value {
        if left.isMissing || right.isMissing { return .missing }
        func holds<T: Comparable>(_ a: T, _ b: T) -> Value {
            switch symbol {
            case .less: .boolean(a < b)
            case .lessOrEqual: .boolean(a <= b)
            case .greater: .boolean(a > b)
            default: .boolean(a >= b)
            }
        }
        if let a = left.asNumber, let b = right.asNumber { return holds(a, b) }
        if case .string(let a) = left, case .string(let b) = right { return holds(a, b) }
        throw .differentTypes(symbol.rawValue, left: left.phrase, right: right.phrase, row: row)
    }

    /// Nil when either is missing. Values of different types are an error rather than unequal: `stage == 3` where the
    /// stages are words would silently select nobody.
    private static func equality(
        _ symbol: BinaryOperator, _ left: Value, _ right: Value, row: Int?
    ) throws(Problem) -> Bool? {
        if left.isMissing || right.isMissing { return nil }
        if let a = left.asNumber, let b = right.asNumber { return a == b }
        switch (left, right) {
        case (.string(let a), .string(let b)): return a == b
        case (.list(let a), .list(let b)):
            guard a.count == b.count else { return false }
            var isKnown = true
            for (x, y) in zip(a, b) {
                switch try equality(symbol, x, y, row: row) {
                case false?: return false
                case true?: continue
                case nil: isKnown = false
                }
            }
            return isKnown ? true : nil
        default: throw .differentTypes(symbol.rawValue, left: left.phrase, right: right.phrase, row: row)
        }
    }

    private static func membership(_ left: Value, _ right: Value, row: Int?) throws(Problem) -> Value {
        guard case .list(let values) = right else {
            throw .operandType("in", expected: "a list on its right", found: right.phrase, row: row)
        }
        if left.isMissing { return .missing }
        var isKnown = true
        for value in values {
            switch try equality(.in, left, value, row: row) {
            case true?: return .boolean(true)
            case false?: continue
            case nil: isKnown = false
            }
        }
        return isKnown ? .boolean(false) : .missing
    }

    private static func logical(
        _ symbol: BinaryOperator, _ left: Value, _ right: Value, row: Int?
    ) throws(Problem) -> Value {
        var isMissing = false
        for operand in [left, right] {
            switch operand {
            case .missing: isMissing = true
            case .boolean: continue
            default:
                throw .operandType(symbol.rawValue, expected: "true or false", found: operand.phrase, row: row)
            }
        }
        let decided = symbol == .or
        for case .boolean(decided) in [left, right] { return .boolean(decided) }
        return isMissing ? .missing : .boolean(!decided)
    }
}

extension Value {
    var isMissing: Bool { if case .missing = self { true } else { false } }

    /// The number, with booleans as 0 and 1.
    var asNumber: Double? {
        switch self {
        case .number(let value): value
        case .boolean(let value): value ? 1 : 0
        default: nil
        }
    }

    /// NaN is missing.
    init(number: Double) { self = number.isNaN ? .missing : .number(number) }

    /// The value for one row; a value that does not vary by row is its own.
    func element(_ row: Int) -> Value {
        if case .column(let values) = self { values[row] } else { self }
    }
}
