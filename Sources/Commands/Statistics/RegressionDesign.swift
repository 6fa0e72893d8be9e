import CommandLanguage
import Results
import SurvivalStatistics

/// The patients and columns that the terms of a regression describe.
struct RegressionDesign {
    /// The patients' ids.
    let patients: [String]
    let outcome: Outcome
    /// The patients' rows among the subjects.
    let rows: [Int]
    /// Patients × columns.
    let covariates: Matrix
    /// The columns' names, as R has them.
    let names: [String]
    /// For each column the index of its term in `terms`.
    let term: [Int]
    /// The terms that give columns, as typed.
    let terms: [String]
    /// For each patient an index into `recipe.stratumNames`; nil without `strata()`.
    let strata: [Int]?
    /// How the terms make the columns.
    let recipe: RegressionRecipe
    /// Equal numbers for patients of one cluster; nil without a formula for them.
    let clusters: [Int]?
    /// How much each patient counts; nil when each counts once.
    let weights: [Double]?

    /// Patients who lack a term or their cluster are left out and counted in a note.
    ///
    /// - Parameter among: the subjects' rows that are looked at; all if nil.
    /// - Throws: for a term given twice, one that is the same for all patients, or when no patient is left.
    init(
        _ arguments: Arguments, subjects: Subjects, among: [Int]? = nil, cluster: Formula? = nil, in context: Context
    ) throws {
        let terms = arguments.terms("terms")
        if let twice = terms.terms.indices.first(where: { index in
            terms.terms[..<index].contains { $0.text == terms.terms[index].text }
        }) {
            let term = terms.terms[twice]
            throw term.formula.error("\(term.text) is among the terms twice", help: "leave one out")
        }
        let regressors = try terms.terms.filter { $0.wrapper != "strata" }.map {
            try Regressor($0, over: subjects.columns)
        }
        let strata = try terms.terms.filter { $0.wrapper == "strata" }.map {
            try $0.formula.evaluate(over: subjects.columns).map(\.label)
        }
        let clusters = try cluster?.evaluate(over: subjects.columns).map(\.label)
        let all = among ?? Array(subjects.outcome.time.indices)
        let complete = all.filter { row in
            regressors.allSatisfy { $0.isKnown(row) } && strata.allSatisfy { $0[row] != nil }
        }
        if complete.count < all.count {
            context.note("\(counted(all.count - complete.count, "patient")) left out: a term is missing")
        }
        guard !complete.isEmpty else { throw arguments.error("no patient has every term") }
        let rows = complete.filter { row in clusters.map { $0[row] != nil } ?? true }
        if rows.count < complete.count {
            context.note("\(counted(complete.count - rows.count, "patient")) left out: the cluster is missing")
        }
        guard !rows.isEmpty else { throw arguments.error(at: "cluster", "the cluster is missing for every patient") }
        let columns = try regressors.map { try $0.columns(rows) }
        let flat = columns.flatMap { $0 }
        var values = [Double](repeating: 0, count: rows.count * flat.count)
        for (index, column) in flat.enumerated() {
            for (row, value) in column.values.enumerated() {
                guard value.isFinite else {
                    throw arguments.error(
                        at: "terms",
                        "\(column.name) of \(subjects.patients[rows[row]]) is \(formatNumber(value)); finite "
                            + "numbers are needed", help: "leave the patient out, or fill the value in")
                }
                values[row * flat.count + index] = value
            }
        }
        patients = rows.map { subjects.patients[$0] }
        outcome = subjects.outcome[rows]
        weights = subjects.weights.map { weights in rows.map { weights[$0] } }
        self.rows = rows
        covariates = Matrix(rows: rows.count, columns: flat.count, values: values)
        names = flat.map(\.name)
        term = columns.enumerated().flatMap { index, columns in columns.map { _ in index } }
        self.terms = regressors.map(\.text)
        let stratification =
            strata.isEmpty
            ? nil : RegressionRecipe.Strata(rows.map { row in strata.map { $0[row] ?? "" } })
        self.strata = stratification?.codes
        recipe = RegressionRecipe(
            covariates: regressors.map {
                RegressionRecipe.Covariate(term: $0.term.frozen, levels: $0.levels(rows))
            },
            strata: terms.terms.filter { $0.wrapper == "strata" }.map(\.frozen),
            stratumNames: stratification?.names,
            columns: subjects.columns.columnNames.filter { name in
                terms.terms.contains { $0.formula.names.contains(name) }
            })
        self.clusters = clusters.map { labels in Self.codes(rows.map { [labels[$0] ?? ""] }) }
    }

    /// Equal combinations of labels get equal numbers.
    private static func codes(_ combinations: [[String]]) -> [Int] {
        var known: [[String]: Int] = [:]
        return combinations.map { combination in
            let code = known[combination] ?? known.count
            known[combination] = code
            return code
        }
    }
}

/// One term of a regression, as a number or as indicators of levels.
private struct Regressor {
    private enum Content {
        case numbers([Double])
        case labels([String?], order: [String])
    }

    let term: Term
    private let content: Content

    var text: String { term.text }

    init(_ term: Term, over source: any ColumnSource) throws {
        self.term = term
        let values = try term.formula.evaluate(over: source)
        let isFactor = term.wrapper == "factor" || values.contains { if case .string = $0 { true } else { false } }
        if isFactor {
            let labels = values.map(\.label)
            content = .labels(labels, order: Set(labels.compactMap { $0 }).inLabelOrder())
        } else {
            content = .numbers(try term.formula.numbers(over: source))
        }
    }

    func isKnown(_ row: Int) -> Bool {
        switch content {
        case .numbers(let values): !values[row].isNaN
        case .labels(let labels, _): labels[row] != nil
        }
    }

    /// The levels that occur in those rows, the first being the reference; nil for numbers.
    func levels(_ rows: [Int]) -> [String]? {
        guard case .labels(let labels, let order) = content else { return nil }
        let occurring = Set(rows.compactMap { labels[$0] })
        return order.filter(occurring.contains)
    }

    /// The design matrix's columns for those rows; the first level that occurs is the reference.
    func columns(_ rows: [Int]) throws -> [(name: String, values: [Double])] {
        switch content {
        case .numbers(let values):
            return [(term.text, rows.map { values[$0] })]
        case .labels(let labels, _):
            let levels = levels(rows) ?? []
            guard levels.count > 1 else {
                throw term.formula.error(
                    "every patient has the same \(term.text), so it cannot explain anything", help: "leave it out")
            }
            return levels.dropFirst().map { level in
                (term.text + level, rows.map { labels[$0] == level ? 1 : 0 })
            }
        }
    }
}
