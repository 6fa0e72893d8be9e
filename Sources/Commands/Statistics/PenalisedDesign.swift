import Cohorts
import CommandLanguage
import Results

/// The covariates of a penalised regression: the columns that a pattern names, and the terms of a formula.
struct PenalisedDesign {
    let outcome: Outcome
    /// Patients × covariates, the columns first.
    let covariates: Matrix
    let names: [String]
    /// Covariates that the penalty does not see.
    let unpenalised: Set<Int>
    let strata: [Int]?
    /// Nil without a formula for them.
    let folds: [Int]?

    /// Patients who lack a column, a term or their fold are left out and counted in a note.
    init(_ arguments: Arguments, subjects: Subjects, in context: Context) throws {
        let hasTerms = arguments.has("terms")
        let table = subjects.columns.table
        let columns = try arguments.optionalColumnPatterns("columns").map { patterns in
            // The outcome explains itself, and a pattern is no way to mean a column of labels.
            let isExact = Set(patterns)
            let candidates = table.names.filter { name in
                if isExact.contains(name) { return true }
                if case .numbers? = table[name] { return name != "time" && name != "event" }
                return false
            }
            return try columnNames(matching: patterns, among: candidates, path: "the cohort")
        }
        guard hasTerms || columns != nil else {
            throw arguments.error(
                "coxnet needs covariates", help: "name columns, columns=\"*_rnaseq\", or terms, ~ age + size")
        }
        let unpenalises = arguments.boolean("unpenalised")
        if unpenalises, !hasTerms || columns == nil {
            throw arguments.error(
                at: "unpenalised", "unpenalised= speaks of terms beside penalised columns",
                help: "give both columns= and terms after ~")
        }
        var values: [[Double]] = []
        for name in columns ?? [] {
            switch table[name] {
            case .numbers(let numbers)?: values.append(numbers)
            default:
                throw arguments.error(
                    at: "columns", "\(name) is a column of labels", help: "write it after ~ to have one term per level")
            }
        }
        let foldLabels = try arguments.formula("foldid")?.evaluate(over: subjects.columns).map(\.label)
        var rows = subjects.outcome.time.indices.filter { row in values.allSatisfy { !$0[row].isNaN } }
        let lacking = subjects.outcome.count - rows.count
        if lacking > 0 { context.note("\(counted(lacking, "patient")) left out: a column is missing") }
        if let foldLabels {
            let known = rows.filter { foldLabels[$0] != nil }
            if known.count < rows.count {
                context.note("\(counted(rows.count - known.count, "patient")) left out: the fold is missing")
            }
            rows = known
        }
        guard !rows.isEmpty else { throw arguments.error("no patient has every covariate") }
        var terms: RegressionDesign?
        if hasTerms {
            let design = try RegressionDesign(arguments, subjects: subjects[rows], in: context)
            rows = design.rows.map { rows[$0] }
            terms = design
        }
        let selected = columns ?? []
        let own = terms?.names.count ?? 0
        var flat: [Double] = []
        flat.reserveCapacity(rows.count * (selected.count + own))
        for (position, row) in rows.enumerated() {
            for column in values { flat.append(column[row]) }
            if let terms { flat += terms.covariates[row: position] }
        }
        outcome = subjects.outcome[rows]
        covariates = Matrix(rows: rows.count, columns: selected.count + own, values: flat)
        names = selected + (terms?.names ?? [])
        unpenalised = unpenalises ? Set(selected.count..<names.count) : []
        strata = terms?.strata
        if let foldLabels {
            let labels = Set(rows.compactMap { foldLabels[$0] }).inLabelOrder()
            // Folds that are numbers keep them in messages.
            let numbers = labels.compactMap(Int.init)
            let place = Dictionary(
                uniqueKeysWithValues: zip(labels, numbers.count == labels.count ? numbers : Array(1...labels.count)))
            folds = rows.map { place[foldLabels[$0] ?? ""] ?? 0 }
        } else {
            folds = nil
        }
    }
}
