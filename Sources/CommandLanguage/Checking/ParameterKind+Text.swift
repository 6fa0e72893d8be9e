extension Parameter.Kind {
    /// The kind within a usage line: `by=formula`.
    public var placeholder: String {
        switch self {
        case .any: "value"
        case .object(let types), .objects(let types): types.joined(separator: "|")
        case .table: "table"
        case .newColumns: "formula"
        case .number: "number"
        case .integer: "integer"
        case .boolean: "true|false"
        case .string: "string"
        case .path: "path"
        case .word(let choices): choices.map { $0.count > 5 ? "word" : $0.joined(separator: "|") } ?? "word"
        case .integerOrWord(_, let words): (["integer"] + words).joined(separator: "|")
        case .numberOrWord(_, let words): (["number"] + words).joined(separator: "|")
        case .columnName: "column"
        case .columnPatterns: "columns"
        case .formula: "formula"
        case .terms: "terms"
        case .expressions: "values"
        }
    }

    /// What may stand there, as errors and help say it: `a whole number of at least 1`.
    public var expectation: String {
        switch self {
        case .any: "a value"
        case .object(let types): types.map(withArticle).joinedAsAlternatives
        case .objects(let types): (types.map(withArticle) + ["a list of them"]).joinedAsAlternatives
        case .table: "a table, or what is one as well: a cohort, predictions, curves, coefficients"
        case .newColumns: "names of your own, each with a formula in the columns"
        case .number(let range): "a number" + Self.phrase(range)
        case .integer(let range): "a whole number" + Self.phrase(range)
        case .boolean: "true or false"
        case .string: "a string"
        case .path: "a path in quotes"
        case .word(let choices): choices.map { alternatives($0) } ?? "a word"
        case .integerOrWord(let range, let words):
            ("a whole number" + Self.phrase(range)).orWords(words)
        case .numberOrWord(let range, let words): ("a number" + Self.phrase(range)).orWords(words)
        case .columnName: "the name of a column"
        case .columnPatterns: "a list of columns, or a string with at most one `*`"
        case .formula: "a formula in the columns"
        case .terms: "terms joined by `+`"
        case .expressions: "values separated by commas"
        }
    }

    private static func phrase(_ range: ClosedRange<Int>) -> String {
        switch (range.lowerBound == .min, range.upperBound == .max) {
        case (true, true): ""
        case (false, true): " of at least \(range.lowerBound)"
        case (true, false): " of at most \(range.upperBound)"
        case (false, false): " from \(range.lowerBound) to \(range.upperBound)"
        }
    }

    /// The smallest positive numbers stand for an open bound at 0.
    private static func phrase(_ range: ClosedRange<Double>) -> String {
        let isAbove = range.lowerBound > 0 && range.lowerBound <= .leastNormalMagnitude
        let lower =
            range.lowerBound <= -Double.greatestFiniteMagnitude ? nil : formatNumber(range.lowerBound, digits: 15)
        let upper = range.upperBound >= .greatestFiniteMagnitude ? nil : formatNumber(range.upperBound, digits: 15)
        return switch (isAbove, lower, upper) {
        case (_, nil, nil): ""
        case (true, _, nil): " above 0"
        case (true, _, let upper?): " above 0 and at most \(upper)"
        case (_, let lower?, nil): " of at least \(lower)"
        case (_, nil, let upper?): " of at most \(upper)"
        case (_, let lower?, let upper?): " from \(lower) to \(upper)"
        }
    }
}

extension [String] {
    fileprivate var joinedAsAlternatives: String {
        count > 1 ? dropLast().joined(separator: ", ") + " or " + last! : first ?? ""
    }
}

extension String {
    fileprivate func orWords(_ words: [String]) -> String { words.isEmpty ? self : self + " or " + alternatives(words) }
}
