import CommandLanguage
import Results

/// A table as formulas see it.
struct TableColumns: ColumnSource {
    let table: Table

    var rowCount: Int { table.rowCount }
    var columnNames: [String] { table.names }

    func column(_ name: String) -> [Value]? {
        switch table[name] {
        case .numbers(let values)?: values.map { $0.isNaN ? .missing : .number($0) }
        case .labels(let values)?: values.map { $0.map(Value.string) ?? .missing }
        case nil: nil
        }
    }
}

extension Formula {
    /// One number per row; NaN where missing. A truth value counts as 1 or 0.
    func numbers(over source: any ColumnSource) throws -> [Double] {
        try evaluate(over: source).map { value in
            switch value {
            case .missing: return .nan
            case .number(let number): return number
            case .boolean(let truth): return truth ? 1 : 0
            default: throw error("a number per patient is expected here, and this gives a \(value.typeName)")
            }
        }
    }

    /// One truth value per row; nil where missing.
    func truths(over source: any ColumnSource) throws -> [Bool?] {
        try evaluate(over: source).map { value in
            switch value {
            case .missing: return nil
            case .boolean(let truth): return truth
            case .number(0): return false
            case .number(1): return true
            default: throw error("true or false per patient is expected here, and this gives a \(value.typeName)")
            }
        }
    }

    /// The rows as a column of a table: numbers, or labels as soon as one value is a string.
    func column(over source: any ColumnSource) throws -> Column {
        let values = try evaluate(over: source)
        let hasLabels = values.contains { if case .string = $0 { true } else { false } }
        guard hasLabels else { return .numbers(try numbers(over: source)) }
        return .labels(values.map { $0.label })
    }
}

extension Value {
    /// The value as the name of a group; nil when missing.
    var label: String? {
        switch self {
        case .missing: nil
        case .string(let text): text
        case .boolean(let truth): truth ? "true" : "false"
        case .number(let number): formatNumber(number, digits: 6)
        default: typeName
        }
    }
}
