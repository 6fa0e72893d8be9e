import CommandLanguage
import Results

extension Column {
    var json: JSON {
        switch self {
        case .numbers(let values): .numbers(values)
        case .labels(let values): .array(values.map { $0.map(JSON.string) ?? .null })
        }
    }
}

extension Table {
    /// Columns by name.
    var json: JSON { .object(names.compactMap { name in self[name].map { (name, $0.json) } }) }
}

extension Matrix {
    /// Row by row.
    var json: JSON { .array((0..<rows).map { JSON.numbers(self[row: $0]) }) }
}
