import CommandLanguage
import Results
import SurvivalStatistics

/// How the terms of a regression make its columns, with the levels and strata that the fit knows.
struct RegressionRecipe {
    /// A term that gives columns.
    struct Covariate {
        /// As typed.
        let text: String
        /// Of its factors.
        let codings: [FactorCoding]
    }

    /// Strata by their combinations of labels.
    struct Strata {
        /// In the order of labels term by term, labels of one combination joined by a comma.
        let names: [String]
        /// For each patient an index into `names`.
        let codes: [Int]

        init(_ combinations: [[String]]) {
            // The place of every label among those of its term.
            let places = (0..<(combinations.first?.count ?? 0)).map { term in
                let labels = Set(combinations.map { $0[term] }).inLabelOrder()
                return Dictionary(uniqueKeysWithValues: zip(labels, labels.indices))
            }
            let distinct = Set(combinations).sorted { a, b in
                zip(places, a).map { $0[$1] ?? 0 }.lexicographicallyPrecedes(zip(places, b).map { $0[$1] ?? 0 })
            }
            let place = Dictionary(uniqueKeysWithValues: zip(distinct, distinct.indices))
            names = distinct.map(RegressionRecipe.name)
            codes = combinations.compactMap { place[$0] }
        }
    }

    let covariates: [Covariate]
    let strata: [Factor]
    /// By the strata's numbers; nil without strata.
    let stratumNames: [String]?
    /// The columns that the terms name.
    let columns: [String]

    private static func name(_ labels: [String]) -> String { labels.joined(separator: ", ") }

    /// The patients of a cohort whom the regression can say something of.
    struct Newcomers {
        /// Rows of the cohort.
        let rows: [Int]
        /// Of these, patients × columns.
        let covariates: Matrix
        /// Indices into `stratumNames`; nil without strata.
        let strata: [Int]?
    }

    /// Patients who lack a term are left out and counted in a note.
    ///
    /// A term that looks at a column as a whole, such as `age > median(age)`, looks at that of `columns`; a variable in a
    /// term has the value it had at the fit.
    ///
    /// - Parameter patients: their ids.
    /// - Throws: for a column that the cohort lacks, a level or stratum that the fit does not know, an infinite value, or
    ///   when no patient is left; the errors point at `on`.
    func newcomers(
        over columns: TableColumns, patients: [String], _ arguments: Arguments, in context: Context
    ) throws -> Newcomers {
        // Else a variable of the same name would be taken for the column, the same for all patients.
        let lacking = self.columns.filter { !columns.columnNames.contains($0) }
        guard lacking.isEmpty else {
            throw arguments.error(
                at: "on",
                "the cohort lacks \(lacking.map { "`\($0)`" }.joined(separator: ", ")), which the regression's terms name",
                help: "join the columns, or choose a cohort that has them")
        }
        let count = columns.rowCount
        var known = [Bool](repeating: true, count: count)
        var values: [[Double]] = []
        for covariate in covariates {
            let factors = try covariate.codings.map { coding in
                let factor = try self.values(of: coding, over: columns, patients: patients, arguments)
                for row in 0..<count where !factor.isKnown(row) { known[row] = false }
                return coding.columns(of: factor)
            }
            values += FactorCoding.products(factors).map(\.values)
        }
        var codes: [Int?]?
        if let stratumNames {
            let parts = try strata.map { stratum in
                try computed(stratum.text, arguments) { try stratum.formula.evaluate(over: columns).map(\.label) }
            }
            let names = (0..<count).map { row -> String? in
                let labels = parts.compactMap { $0[row] }
                return labels.count == parts.count ? Self.name(labels) : nil
            }
            try check(
                names, among: stratumNames, of: strata.map(\.text).joined(separator: " + "), "stratum", arguments)
            let place = Dictionary(uniqueKeysWithValues: zip(stratumNames, stratumNames.indices))
            codes = names.map { name in name.flatMap { place[$0] } }
            for row in 0..<count where names[row] == nil { known[row] = false }
        }
        let rows = (0..<count).filter { known[$0] }
        if rows.count < count { context.note("\(counted(count - rows.count, "patient")) left out: a term is missing") }
        guard !rows.isEmpty else { throw arguments.error(at: "on", "no patient has every term of the regression") }
        var flat: [Double] = []
        flat.reserveCapacity(rows.count * values.count)
        for row in rows {
            for column in values { flat.append(column[row]) }
        }
        return Newcomers(
            rows: rows, covariates: Matrix(rows: rows.count, columns: values.count, values: flat),
            strata: codes.map { codes in rows.compactMap { codes[$0] } })
    }

    private func values(
        of coding: FactorCoding, over columns: TableColumns, patients: [String], _ arguments: Arguments
    ) throws -> FactorValues {
        let factor = coding.factor
        guard let levels = coding.levels else {
            let numbers = try computed(factor.text, arguments) { try factor.formula.numbers(over: columns) }
            if let row = numbers.firstIndex(where: \.isInfinite) {
                throw arguments.error(
                    at: "on", "\(factor.text) of patient \(patients[row]) is infinite",
                    help: "leave the patient out, or correct the value")
            }
            return .numbers(numbers)
        }
        let labels = try computed(factor.text, arguments) { try factor.formula.evaluate(over: columns).map(\.label) }
        try check(labels, among: levels, of: factor.text, "level", arguments)
        return .labels(labels)
    }

    /// What a formula gives, or an error that points at the cohort: the formula stands in an earlier statement.
    private func computed<T>(_ text: String, _ arguments: Arguments, _ compute: () throws -> T) throws -> T {
        do {
            return try compute()
        } catch let error as Diagnostic {
            throw arguments.error(at: "on", "\(text) of the regression: \(error.message)", help: error.help)
        }
    }

    private func check(
        _ labels: [String?], among known: [String], of text: String, _ what: String, _ arguments: Arguments
    ) throws {
        let all = Set(known)
        guard let strange = labels.lazy.compactMap({ $0 }).first(where: { !all.contains($0) }) else { return }
        let many = labels.count { $0 == strange }
        throw arguments.error(
            at: "on",
            "\(text) is \(strange) for \(counted(many, "patient")), a \(what) that the regression was not fitted with",
            help: "it knows \(known.joined(separator: ", ")); leave the others out of the cohort, or fit with them")
    }
}
