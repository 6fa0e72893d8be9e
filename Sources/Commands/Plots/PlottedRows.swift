import CommandLanguage
import Results

/// Rows of a table, told apart by group, whose values can be drawn.
struct PlottedRows {
    /// By formula, the values of the rows kept.
    let values: [[Double]]
    /// For each row kept its group; all 0 where there is one.
    let codes: [Int]
    /// Empty where there is one group.
    let groups: [String]
    /// The formula that made the groups.
    let by: String?
    /// "patients", or "rows" of a table.
    let noun: String

    /// Rows with a missing value or group are left out and counted.
    ///
    /// - Throws: when nothing is left, or a value is infinite.
    init(_ arguments: Arguments, _ name: String, of formulas: [Formula], in context: Context) throws {
        guard case .object(let object) = arguments.value(name), let columns = object.columns as? TableColumns else {
            preconditionFailure("the parameter allows what has columns only")
        }
        noun = object is CohortObject || object is PredictionsObject ? "patient" : "row"
        let all = try formulas.map { try $0.numbers(over: columns) }
        var group = [Int?](repeating: 0, count: columns.rowCount)
        var names: [String] = []
        by = arguments.formula("by")?.text
        if let formula = arguments.formula("by") {
            let grouping = try Grouping(formula, over: columns, in: context)
            names = grouping.names
            group = [Int?](repeating: nil, count: columns.rowCount)
            for (row, code) in zip(grouping.rows, grouping.codes) { group[row] = code }
        }
        groups = names
        for (formula, values) in zip(formulas, all) {
            let missing = values.indices.count { group[$0] != nil && values[$0].isNaN }
            if missing > 0 { context.note("\(counted(missing, noun)) left out: \(formula.text) is missing") }
            if let row = values.firstIndex(where: { $0.isInfinite }) {
                throw formula.error(
                    "\(formula.text) is \(values[row] > 0 ? "∞" : "−∞") in row \(row + 1); only finite numbers can be drawn",
                    help: "leave such rows out, or transform the column")
            }
        }
        let known = group.indices.filter { row in group[row] != nil && !all.contains { $0[row].isNaN } }
        guard !known.isEmpty else {
            throw formulas[0].error(
                formulas.count > 1
                    ? "no \(noun) has both \(formulas.map(\.text).joined(separator: " and "))"
                    : "\(formulas[0].text) is missing for every \(noun)")
        }
        values = all.map { values in known.map { values[$0] } }
        codes = known.compactMap { group[$0] }
    }

    /// The values of one formula in each group, in the order of the rows; one group where none was asked for.
    func parted(_ formula: Int) -> [(name: String?, values: [Double])] {
        guard !groups.isEmpty else { return [(nil, values[formula])] }
        var parts = groups.map { (name: Optional.some($0), values: [Double]()) }
        for (value, code) in zip(values[formula], codes) { parts[code].values.append(value) }
        return parts
    }
}
