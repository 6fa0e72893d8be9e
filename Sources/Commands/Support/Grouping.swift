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
        let values = try formula.evaluate(over: columns)
        text = formula.text
        var keys: [(row: Int, key: Key)] = []
        for (row, value) in values.enumerated() {
            switch value {
            case .missing: continue
            case .boolean(let truth): keys.append((row, .number(truth ? 1 : 0, isTruth: true)))
            case .number(let number): keys.append((row, .number(number, isTruth: false)))
            case .string(let label): keys.append((row, .label(label)))
            default: throw formula.error("a group per patient is expected here, and this gives a \(value.typeName)")
            }
        }
        guard !keys.isEmpty else { throw formula.error("the group is missing for every patient") }
        let distinct = Set(keys.map(\.key)).sorted()
        guard distinct.count <= Grouping.most else {
            throw formula.error(
                "this makes \(distinct.count) groups, more than \(Grouping.most)",
                help: "cut it in two: by=(\(text) > median(\(text)))")
        }
        let index = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, $0) })
        rows = keys.map(\.row)
        codes = keys.compactMap { index[$0.key] }
        names = distinct.map { $0.name(of: formula.text) }
        let missing = values.count - rows.count
        if missing > 0 { context.note("\(counted(missing, "patient")) left out: \(text) is missing") }
    }

    /// Labels that sort in the groups' order, for estimators that name groups by strings.
    var labels: [String] { codes.map(String.init) }

    private enum Key: Hashable, Comparable {
        case number(Double, isTruth: Bool)
        case label(String)

        static func < (a: Key, b: Key) -> Bool {
            switch (a, b) {
            case (.number(let x, _), .number(let y, _)): x < y
            case (.label(let x), .label(let y)): x < y
            case (.number, .label): true
            case (.label, .number): false
            }
        }

        func name(of formula: String) -> String {
            switch self {
            case .label(let label): label
            case .number(let number, false): formatNumber(number, digits: 6)
            case .number(let number, true): Grouping.name(of: formula, isTrue: number == 1)
            }
        }
    }

    /// `risk > median(risk)` and, for the others, `risk ≤ median(risk)`; the formula and `not (…)` when it is no single
    /// comparison.
    private static func name(of formula: String, isTrue: Bool) -> String {
        guard let comparison = SingleComparison(formula) else { return isTrue ? formula : "not (\(formula))" }
        return isTrue ? comparison.text : comparison.opposite
    }
}
