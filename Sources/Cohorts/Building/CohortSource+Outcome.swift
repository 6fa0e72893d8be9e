public import Results

extension CohortSource {
    /// What a time formula gave, as numbers: NaN where missing.
    ///
    /// - Throws: `CohortError.timeNotNumeric` with the line of the first label.
    public func times(_ column: Column) throws -> [Double] {
        switch column {
        case .numbers(let values):
            return values
        case .labels(let labels):
            // A column of labels may have numbers in most rows; the first that is none is the one to name.
            return try labels.enumerated().map { row, label in
                guard let label else { return .nan }
                guard let number = Double(label) else {
                    throw CohortError.timeNotNumeric(path, line: lines[row], value: label)
                }
                return number
            }
        }
    }

    /// What an event formula gave, as 1, 0 and NaN where missing.
    ///
    /// - Throws: `CohortError.eventNotBinary` with the line of the first label or the first other number.
    public func events(_ column: Column) throws -> [Double] {
        switch column {
        case .numbers(let values):
            if let row = values.firstIndex(where: { !($0.isNaN || $0 == 0 || $0 == 1) }) {
                throw CohortError.eventNotBinary(path, line: lines[row], value: shortest(values[row]))
            }
            return values
        case .labels(let labels):
            if let row = labels.firstIndex(where: { $0 != nil && $0 != "0" && $0 != "1" }), let label = labels[row] {
                throw CohortError.eventNotBinary(path, line: lines[row], value: "\"\(label)\"")
            }
            return labels.map { $0 == nil ? .nan : $0 == "1" ? 1 : 0 }
        }
    }
}
