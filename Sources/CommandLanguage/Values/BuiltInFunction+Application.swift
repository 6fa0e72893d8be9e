extension BuiltInFunction {
    func accepts(count: Int) -> Bool {
        switch implementation {
        case .elementwise, .mapping, .listing: count == 1
        case .elementwiseWith: count == 1 || count == 2
        case .aggregate: count >= 1
        case .aggregateWith: count == 2
        }
    }

    /// - Precondition: `accepts(count:)` for that many values.
    func apply(_ values: [Value]) throws -> Value {
        switch implementation {
        case .elementwise(let transform):
            return try map(values[0]) { Value(number: transform($0)) }
        case .elementwiseWith(let transform, let standard):
            let second = values.count == 2 ? try single(values[1]) : standard
            return try map(values[0]) { Value(number: transform($0, second)) }
        case .aggregate(let reduce):
            if values.count > 1 { return Value(number: reduce(try numbers(values))) }
            return Value(number: reduce(try numbers(elements(values[0], orNumber: true))))
        case .aggregateWith(let reduce):
            return Value(number: try reduce(try numbers(elements(values[0], orNumber: false)), try single(values[1])))
        case .mapping(let transform):
            switch values[0] {
            case .column(let rows): return .column(try rows.map(transform))
            case .list(let items): return .list(try items.map(transform))
            case let value: return try transform(value)
            }
        case .listing(let reduce):
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
