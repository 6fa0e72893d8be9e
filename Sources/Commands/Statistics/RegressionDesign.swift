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
        let terms = arguments.terms("terms").terms
        try Self.check(terms)
        let regressors = terms.filter { $0.strata == nil }
        let factors = try regressors.map { try $0.factors.map { try FactorValues($0, over: subjects.columns) } }
        let stratifying = terms.compactMap(\.strata)
        let strata = try stratifying.map { try $0.formula.evaluate(over: subjects.columns).map(\.label) }
        let clusters = try cluster?.evaluate(over: subjects.columns).map(\.label)
        let all = among ?? Array(subjects.outcome.time.indices)
        let complete = all.filter { row in
            factors.joined().allSatisfy { $0.isKnown(row) } && strata.allSatisfy { $0[row] != nil }
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
        let values = factors.map { $0.map { $0[rows] } }
        let codings = try Self.codings(of: regressors, values)
        let columns = zip(codings, values).map { FactorCoding.products(zip($0, $1).map { $0.columns(of: $1) }) }
        let flat = columns.flatMap { $0 }
        var matrix = [Double](repeating: 0, count: rows.count * flat.count)
        for (index, column) in flat.enumerated() {
            for (row, value) in column.values.enumerated() {
                guard value.isFinite else {
                    throw arguments.error(
                        at: "terms",
                        "\(column.name) of \(subjects.patients[rows[row]]) is \(formatNumber(value)); finite "
                            + "numbers are needed", help: "leave the patient out, or fill the value in")
                }
                matrix[row * flat.count + index] = value
            }
        }
        patients = rows.map { subjects.patients[$0] }
        outcome = subjects.outcome[rows]
        weights = subjects.weights.map { weights in rows.map { weights[$0] } }
        self.rows = rows
        covariates = Matrix(rows: rows.count, columns: flat.count, values: matrix)
        names = flat.map(\.name)
        term = columns.enumerated().flatMap { index, columns in columns.map { _ in index } }
        self.terms = regressors.map(\.text)
        let stratification =
            strata.isEmpty
            ? nil : RegressionRecipe.Strata(rows.map { row in strata.map { $0[row] ?? "" } })
        self.strata = stratification?.codes
        recipe = RegressionRecipe(
            covariates: zip(regressors, codings).map { RegressionRecipe.Covariate(text: $0.text, codings: $1) },
            strata: stratifying.map(\.frozen),
            stratumNames: stratification?.names,
            columns: subjects.columns.columnNames.filter { name in
                terms.contains { $0.factors.contains { $0.formula.names.contains(name) } }
            })
        self.clusters = clusters.map { labels in Self.codes(rows.map { [labels[$0] ?? ""] }) }
    }

    /// - Throws: for a term given twice, or a factor twice in one.
    private static func check(_ terms: [Term]) throws {
        for (index, term) in terms.enumerated() {
            let factors = Set(term.factors.map(\.text))
            guard factors.count == term.factors.count else {
                throw term.factors[0].formula.error("\(term.text) has a factor twice", help: "leave one out")
            }
            guard !terms[..<index].contains(where: { Set($0.factors.map(\.text)) == factors }) else {
                throw term.factors[0].formula.error("\(term.text) is among the terms twice", help: "leave one out")
            }
        }
    }

    /// R's rule: the levels of a factor are set against its first where the term without that factor is among the terms, too,
    /// or the factor is all of its term; else each level has a column.
    ///
    /// - Throws: for labels that are the same for all patients, and for an interaction of labels whose columns add up to 1.
    private static func codings(of terms: [Term], _ values: [[FactorValues]]) throws -> [[FactorCoding]] {
        let present = Set(terms.map { Set($0.factors.map(\.text)) } + [[]])
        return try zip(terms, values).map { term, values in
            let all = Set(term.factors.map(\.text))
            let codings = try zip(term.factors, values).map { factor, values in
                let levels = values.levels
                if let levels, levels.count < 2 {
                    throw factor.formula.error(
                        "every patient has the same \(factor.text), so it cannot explain anything", help: "leave it out"
                    )
                }
                return FactorCoding(
                    factor: factor.frozen, levels: levels,
                    hasReference: present.contains(all.subtracting([factor.text])))
            }
            guard codings.contains(where: { $0.levels == nil || $0.hasReference }) else {
                let parts = term.factors.map(\.text).joined(separator: " + ")
                throw term.factors[0].formula.error(
                    "\(term.text) alone has nothing to be set against", help: "write \(parts) + \(term.text)")
            }
            return codings
        }
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
