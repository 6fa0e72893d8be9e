import Results

extension DelimitedFile {
    /// The cells of the column as text, nil where missing.
    func texts(_ column: Int) -> [String?] {
        (0..<rowCount).map { row in
            let cell = cell(row, column)
            return CellText.isMissing(cell, in: bytes) ? nil : CellText.text(of: cell, in: bytes)
        }
    }

    /// The column as numbers when every known cell is one, also when none is known; as 1 and 0 when every known cell
    /// says true or false (in any case); otherwise as labels.
    func column(_ column: Int) -> Column {
        if let numbers = numbers(column) { return .numbers(numbers) }
        let labels = texts(column)
        let truths = labels.map { $0.map { Self.truth($0) } }
        if truths.allSatisfy({ $0 != .some(nil) }) {
            return .numbers(truths.map { ($0 ?? nil).map { $0 ? 1 : 0 } ?? .nan })
        }
        return .labels(labels)
    }

    private static func truth(_ word: String) -> Bool? {
        switch word.lowercased() {
        case "true": true
        case "false": false
        default: nil
        }
    }

    private func numbers(_ column: Int) -> [Double]? {
        bytes.withUnsafeBufferPointer { buffer in
            var values = [Double](repeating: .nan, count: rowCount)
            for row in 0..<rowCount {
                let cell = cell(row, column)
                if cell.isEmpty { continue }
                if let number = CellText.number(in: cell, of: buffer), !number.isNaN {
                    values[row] = number
                } else if !CellText.isMissing(cell, in: bytes) {
                    return nil
                }
            }
            return values
        }
    }

    /// Whether the first column is what pandas or R write in front of a table when told nothing else: a header that is
    /// empty or `Unnamed: 0`, over whole numbers.
    var hasRowNumbers: Bool {
        guard columnNames[0].isEmpty || columnNames[0] == "Unnamed: 0", let numbers = numbers(0) else { return false }
        return numbers.allSatisfy { $0 == $0.rounded() }
    }

    private func cell(_ row: Int, _ column: Int) -> Range<UInt32> { cells[row * columnNames.count + column] }
}
