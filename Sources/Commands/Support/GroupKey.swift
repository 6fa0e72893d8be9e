import CommandLanguage
import Results

/// What rows of a group have in common. False comes before true, numbers in their order before labels by their
/// characters, and a number before the truth that it stands for.
enum GroupKey: Hashable, Comparable {
    case number(Double, isTruth: Bool)
    case label(String)

    static func < (a: GroupKey, b: GroupKey) -> Bool {
        switch (a, b) {
        case (.number(let x, let isTruth), .number(let y, let isOther)): x < y || x == y && !isTruth && isOther
        case (.label(let x), .label(let y)): x < y
        case (.number, .label): true
        case (.label, .number): false
        }
    }

    var text: String {
        switch self {
        case .label(let label): label
        case .number(let number, false): formatNumber(number, digits: 6)
        case .number(let number, true): number == 1 ? "true" : "false"
        }
    }
}

extension Formula {
    /// The keys of a formula's values; nil where missing.
    ///
    /// - Throws: when a value is nothing to group by.
    func groupKeys(_ values: [Value]) throws -> [GroupKey?] {
        try values.map { value in
            switch value {
            case .missing: return nil
            case .boolean(let truth): return .number(truth ? 1 : 0, isTruth: true)
            case .number(let number): return .number(number, isTruth: false)
            case .string(let label): return .label(label)
            default: throw error("a group per patient is expected here, and this gives a \(value.typeName)")
            }
        }
    }
}

/// Rows parted by the values of a formula; those where it is missing are a class of their own, the last.
struct Classes {
    /// The column's name, or the formula as typed.
    let title: String
    /// In their order; nil is missing.
    let keys: [GroupKey?]
    /// For each row the index of its class in `keys`.
    let codes: [Int]

    init(_ formula: Formula, over columns: any ColumnSource) throws {
        title = formula.columnName ?? formula.text
        let found = try formula.groupKeys(formula.evaluate(over: columns))
        let known = Set(found.compactMap { $0 }).sorted()
        let index = Dictionary(uniqueKeysWithValues: known.enumerated().map { ($1, $0) })
        codes = found.map { key in key.flatMap { index[$0] } ?? known.count }
        keys = known + (found.contains(nil) ? [nil] : [])
    }

    /// Every row in one class, for commands that were not told to part them.
    init(all count: Int) {
        title = "rows"
        keys = [.label("all")]
        codes = [Int](repeating: 0, count: count)
    }

    /// The rows of each class.
    var rows: [[Int]] {
        var rows = [[Int]](repeating: [], count: keys.count)
        for (row, code) in codes.enumerated() { rows[code].append(row) }
        return rows
    }

    /// The keys of these classes as a column of a table.
    func column(_ chosen: [Int]) -> Column {
        let isNumeric = keys.allSatisfy { if case .number(_, false)? = $0 { true } else { $0 == nil } }
        guard isNumeric, keys.contains(where: { $0 != nil }) else { return .labels(chosen.map { keys[$0]?.text }) }
        return .numbers(chosen.map { if case .number(let number, _)? = keys[$0] { number } else { .nan } })
    }
}
