/// One variable of a table, one entry per patient.
public enum Column: Sendable, Equatable {
    /// Numbers; NaN is missing.
    case numbers([Double])
    /// Labels; nil is missing.
    case labels([String?])

    public var count: Int {
        switch self {
        case .numbers(let values): values.count
        case .labels(let values): values.count
        }
    }

    public subscript(rows: [Int]) -> Column {
        switch self {
        case .numbers(let values): .numbers(rows.map { values[$0] })
        case .labels(let values): .labels(rows.map { values[$0] })
        }
    }
}

/// Named columns of equal length, in a fixed order.
public struct Table: Sendable, Equatable {
    public let rowCount: Int
    public private(set) var names: [String] = []
    private var columns: [String: Column] = [:]

    public init(rowCount: Int) { self.rowCount = rowCount }

    /// The column of that name. Setting adds it at the end, or replaces it where it stands; nil removes it.
    ///
    /// - Precondition: a column has as many entries as the table has rows.
    public subscript(name: String) -> Column? {
        get { columns[name] }
        set {
            if let newValue {
                precondition(newValue.count == rowCount, "column \(name) has \(newValue.count) of \(rowCount) rows")
                if columns[name] == nil { names.append(name) }
            } else {
                names.removeAll { $0 == name }
            }
            columns[name] = newValue
        }
    }

    public subscript(rows: [Int]) -> Table {
        var part = Table(rowCount: rows.count)
        for name in names { part[name] = columns[name]![rows] }
        return part
    }
}
