import CommandLanguage
import Results

/// Patients parted by the values of a formula.
struct Grouping {
    /// The formula as typed.
    let text: String
    /// Rows whose group is known.
    let rows: [Int]
    /// For each of `rows` its group's index in `names`.
    let codes: [Int]
    /// False before true, numbers in their order, labels by their characters.
    let names: [String]

    private static let most = 12

    /// Rows whose group is missing are left out and counted in a note.
    ///
    /// - Throws: when nothing is left, or there are so many groups that a number was probably meant to be cut.
    init(_ formula: Formula, over columns: TableColumns, in context: Context) throws {
        try self.init(formula, over: columns)
        let missing = columns.rowCount - rows.count
        if missing > 0 { context.note("\(counted(missing, "patient")) left out: \(text) is missing") }
    }

    /// Rows whose group is missing are in none.
    ///
    /// - Throws: when there is no group, or so many that a number was probably meant to be cut.
    init(_ formula: Formula, over columns: TableColumns) throws {
        let values = try formula.evaluate(over: columns)
        text = formula.text
        let keys = try formula.groupKeys(values).enumerated().compactMap { row, key in key.map { (row: row, key: $0) } }
        guard !keys.isEmpty else { throw formula.error("the group is missing for every patient") }
        let distinct = Set(keys.map(\.key)).sorted()
        guard distinct.count <= Grouping.most else {
            throw formula.error(
                "this makes \(distinct.count) groups, more than \(Grouping.most)",
                help: keys.contains { if case .number = $0.key { false } else { true } }
                    ? "take a column with fewer different values"
                    : "cut it in two: by=(\(formula.code) > median(\(formula.code)))")
        }
        let index = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, $0) })
        rows = keys.map(\.row)
        codes = keys.compactMap { index[$0.key] }
        names = distinct.map { Self.name(of: $0, formula.text) }
    }

    /// The name of each row's group, of all rows there are; nil where it is missing.
    func names(ofRows count: Int) -> [String?] {
        var all = [String?](repeating: nil, count: count)
        for (row, code) in zip(rows, codes) { all[row] = names[code] }
        return all
    }

    /// Labels that sort in the groups' order, for estimators that name groups by strings.
    var labels: [String] { codes.map(String.init) }

    private static func name(of key: GroupKey, _ formula: String) -> String {
        if case .number(let number, true) = key { return name(of: formula, isTrue: number == 1) }
        return key.text
    }

    /// `risk > median(risk)` and, for the others, `risk ≤ median(risk)`; the formula and `not (…)` when it is no single
    /// comparison.
    private static func name(of formula: String, isTrue: Bool) -> String {
        guard let comparison = SingleComparison(formula) else { return isTrue ? formula : "not (\(formula))" }
        return isTrue ? comparison.text : comparison.opposite
    }
}

/// What a group is called where no heading says of what: a number of a column gets the column's name, `grade 3`.
func legendName(_ name: String, by column: String?) -> String {
    let isName = column.map { $0.count <= 24 && $0.allSatisfy { $0.isLetter || $0.isNumber || "_. ".contains($0) } }
    guard let column, isName == true, Double(name) != nil else { return name }
    return "\(column) \(name)"
}
