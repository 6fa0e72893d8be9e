import Results

extension Table {
    /// The table as RFC 4180 text: a line of names, then the rows; missing values are empty, numbers have as many digits
    /// as it takes to read them back unchanged.
    var csv: String {
        var lines = [names.map(quotedCell).joined(separator: ",")]
        let columns = names.compactMap { self[$0] }
        for row in 0..<rowCount {
            lines.append(columns.map { $0.cell(row) }.joined(separator: ","))
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Column {
    fileprivate func cell(_ row: Int) -> String {
        switch self {
        case .numbers(let values):
            let value = values[row]
            if value.isNaN { return "" }
            return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
        case .labels(let values):
            return values[row].map(quotedCell) ?? ""
        }
    }
}

private func quotedCell(_ text: String) -> String {
    // Spaces around a cell that is not quoted do not count.
    let isPlain =
        text.first?.isWhitespace == false && text.last?.isWhitespace == false
        && !text.contains { $0 == "," || $0 == "\"" || $0.isNewline }
    guard !isPlain else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
}
