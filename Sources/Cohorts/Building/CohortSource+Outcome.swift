public import Results

extension CohortSource {
    /// What a time formula gave, as numbers: NaN where missing.
    ///
    /// - Parameter keep: per row, whether it counts; of the others nothing is asked.
    /// - Throws: `CohortError.timeNotNumeric` with the line of the first label.
    public func times(_ column: Column, keep: [Bool?]? = nil) throws -> [Double] {
        switch column {
        case .numbers(let values):
            return values
        case .labels(let labels):
            // A column of labels may have numbers in most rows; the first that is none is the one to name.
            return try labels.enumerated().map { row, label in
                guard let label, Self.counts(row, keep) else { return .nan }
                guard let number = CellText.number(label) else {
                    throw CohortError.timeNotNumeric(path, line: lines[row], value: label)
                }
                return number
            }
        }
    }

    /// What an event formula gave, as 1, 0 and NaN where missing.
    ///
    /// - Parameter keep: per row, whether it counts; of the others nothing is asked.
    /// - Throws: `CohortError.eventNotBinary` with the line of the first other label or number.
    public func events(_ column: Column, keep: [Bool?]? = nil) throws -> [Double] {
        func event(_ row: Int) throws -> Double {
            switch column {
            case .numbers(let values):
                guard !(values[row].isNaN || values[row] == 0 || values[row] == 1) else { return values[row] }
                throw CohortError.eventNotBinary(path, line: lines[row], value: shortest(values[row]))
            case .labels(let labels):
                switch labels[row]?.lowercased() {
                case nil: return .nan
                case "1", "true": return 1
                case "0", "false": return 0
                default: throw CohortError.eventNotBinary(path, line: lines[row], value: "\"\(labels[row] ?? "")\"")
                }
            }
        }
        return try lines.indices.map { row in Self.counts(row, keep) ? try event(row) : .nan }
    }

    private static func counts(_ row: Int, _ keep: [Bool?]?) -> Bool { keep.map { $0[row] == true } ?? true }

    /// Throws when two rows of a patient know different values of the column.
    ///
    /// - Throws: `CohortError.severalValues`
    public func requireOneValue(of name: String) throws {
        guard let column = table[name] else { return }
        for (id, rows) in rowsByPatient {
            let known = rows.filter { column.isKnown($0) }
            guard let first = known.first, let other = known.first(where: { !column.isEqual($0, to: column, first) })
            else { continue }
            throw CohortError.severalValues(
                path, name: name, patient: id, lines: [lines[first], lines[other]],
                values: [first, other].compactMap(column.text))
        }
    }
}
