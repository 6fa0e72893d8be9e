import CommandLanguage

/// How one factor of a regression's term becomes columns: a number is one, labels are an indicator for each level.
struct FactorCoding {
    typealias Column = (name: String, values: [Double])

    let factor: Factor
    /// Of labels those that were seen, in their order; nil for a number.
    let levels: [String]?
    /// Whether the first level has no column, the others being set against it.
    let hasReference: Bool

    /// The levels that have a column.
    var indicated: ArraySlice<String>? { levels?.dropFirst(hasReference ? 1 : 0) }

    /// - Precondition: the values are labels where there are levels, else numbers.
    func columns(of values: FactorValues) -> [Column] {
        switch values {
        case .numbers(let numbers): [(factor.text, numbers)]
        case .labels(let labels):
            (indicated ?? []).map { level in (factor.text + level, labels.map { $0 == level ? 1 : 0 }) }
        }
    }

    /// The products of the factors' columns, those of the first factor in turn for each of the next, as R orders them.
    static func products(_ factors: [[Column]]) -> [Column] {
        factors.dropFirst().reduce(factors[0]) { columns, next in
            next.flatMap { later in
                columns.map { ($0.name + ":" + later.name, zip($0.values, later.values).map(*)) }
            }
        }
    }

    /// The levels of each of those products' columns.
    static func levels(ofProducts codings: [FactorCoding]) -> [[String]] {
        codings.reduce([[]]) { columns, coding in
            let next = coding.indicated.map { $0.map { [$0] } } ?? [[]]
            return next.flatMap { later in columns.map { $0 + later } }
        }
    }
}

/// What a factor is for each of some patients.
enum FactorValues {
    /// NaN where missing.
    case numbers([Double])
    case labels([String?])

    /// Labels where the factor is wrapped so, or has any; else numbers.
    init(_ factor: Factor, over source: any ColumnSource) throws {
        let values = try factor.formula.evaluate(over: source)
        let isLabels = factor.wrapper == "factor" || values.contains { if case .string = $0 { true } else { false } }
        self =
            isLabels ? .labels(values.map(\.label)) : .numbers(try factor.formula.numbers(over: source))
    }

    func isKnown(_ row: Int) -> Bool {
        switch self {
        case .numbers(let values): !values[row].isNaN
        case .labels(let labels): labels[row] != nil
        }
    }

    subscript(rows: [Int]) -> FactorValues {
        switch self {
        case .numbers(let values): .numbers(rows.map { values[$0] })
        case .labels(let labels): .labels(rows.map { labels[$0] })
        }
    }

    /// The levels that occur, in the order of labels; nil for numbers.
    var levels: [String]? {
        guard case .labels(let labels) = self else { return nil }
        return Set(labels.compactMap { $0 }).inLabelOrder()
    }
}
