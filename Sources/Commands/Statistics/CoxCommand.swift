import CommandLanguage
import Results
import SurvivalStatistics

struct CoxCommand: Command {
    let declaration = CommandDeclaration(
        "cox", "Cox proportional hazards regression",
        discussion: """
            Efron's rule for tied events, Wald intervals, agreeing with R's coxph. A column of labels, a truth value or \
            factor(column) gives one term per level but the first, named as R names them; strata(column) gives every \
            stratum a baseline hazard of its own. A hazard ratio above 1 means that higher values go with earlier \
            events. Patients with a missing value in any term are left out and counted.
            """,
        parameters: [
            .argument("x", .object(Subjects.typeNames), "whose patients"),
            .argument("terms", .terms, "~ age + factor(stage) + strata(site)"),
        ],
        result: CoxObject.typeName,
        examples: [
            "cox (cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event) ~ age + size + factor(grade)",
            "cox (simulate patients=100 patches=5) ~ true_risk",
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let subjects = try Subjects(arguments, "x")
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
        let rows = subjects.outcome.time.indices.filter { row in
            regressors.allSatisfy { $0.isKnown(row) } && strata.allSatisfy { $0[row] != nil }
        }
        let left = subjects.outcome.count - rows.count
        if left > 0 { context.note("\(counted(left, "patient")) left out: a term is missing") }
        guard !rows.isEmpty else { throw arguments.error("no patient has every term") }
        let columns = try regressors.flatMap { try $0.columns(rows) }
        var values = [Double](repeating: 0, count: rows.count * columns.count)
        for (index, column) in columns.enumerated() {
            for (row, value) in column.values.enumerated() { values[row * columns.count + index] = value }
        }
        let codes = strata.isEmpty ? nil : Self.codes(rows.map { row in strata.map { $0[row] ?? "" } })
        let fit = try CoxModel.fit(
            subjects.outcome[rows],
            covariates: Matrix(rows: rows.count, columns: columns.count, values: values), names: columns.map(\.name),
            strata: codes
        ) { try context.progress("cox", fraction: $0) }
        fit.warnings.forEach { context.warn($0.description) }
        return .object(CoxObject(formula: terms.text, fit: fit))
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

    private let term: Term
    private let content: Content

    init(_ term: Term, over source: any ColumnSource) throws {
        self.term = term
        let values = try term.formula.evaluate(over: source)
        let isFactor = term.wrapper == "factor" || values.contains { if case .string = $0 { true } else { false } }
        if isFactor {
            let labels = values.map(\.label)
            let known = Set(labels.compactMap { $0 })
            // Levels that are all numbers follow each other as numbers do.
            let numeric = known.allSatisfy { Double($0) != nil }
            content = .labels(
                labels, order: known.sorted { numeric ? (Double($0) ?? 0) < (Double($1) ?? 0) : $0 < $1 })
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

    /// The design matrix's columns for those rows; the first level that occurs is the reference.
    func columns(_ rows: [Int]) throws -> [(name: String, values: [Double])] {
        switch content {
        case .numbers(let values):
            return [(term.text, rows.map { values[$0] })]
        case .labels(let labels, let order):
            let occurring = Set(rows.compactMap { labels[$0] })
            let levels = order.filter(occurring.contains)
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

/// A Cox regression as the language has it.
struct CoxObject: ObjectValue {
    static let typeName = "regression"
    let formula: String
    let fit: CoxModel

    func text(width: Int) -> String {
        var table = TextTable([
            .text("term"), .number("coefficient"), .number("hazard ratio"), .number("95% interval"), .number("z"),
            .number("p"),
        ])
        for term in fit.terms {
            table.add([
                term.name, formatFixed(term.coefficient, decimals: 4), formatRatio(term.hazardRatio, decimals: 3),
                "\(formatRatio(term.lower, decimals: 3)) – \(formatRatio(term.upper, decimals: 3))",
                formatFixed(term.z, decimals: 2),
                formatPValue(term.p),
            ])
        }
        var lines = [table.text(width: width)]
        lines.append("\(counted(fit.patients, "patient")), \(counted(fit.events, "event"))")
        lines.append(
            "likelihood ratio χ² = \(formatNumber(fit.likelihoodRatio.chiSquare)) on "
                + "\(fit.likelihoodRatio.degreesOfFreedom) df, \(equation(p: fit.likelihoodRatio.p))")
        if let concordance = fit.concordance {
            lines.append(
                "C-index \(formatFixed(concordance.concordance, decimals: 4)), standard error "
                    + formatFixed(concordance.standardError, decimals: 4))
        }
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        .object([
            ("formula", .string(formula)),
            (
                "terms",
                .array(
                    fit.terms.map { term in
                        .object([
                            ("term", .string(term.name)), ("coefficient", .number(term.coefficient)),
                            ("hazard_ratio", .number(term.hazardRatio)), ("lower", .number(term.lower)),
                            ("upper", .number(term.upper)), ("standard_error", .number(term.standardError)),
                            ("z", .number(term.z)), ("p", .number(term.p)),
                        ])
                    })
            ),
            ("patients", .number(Double(fit.patients))), ("events", .number(Double(fit.events))),
            ("log_likelihood", .number(fit.logLikelihood)),
            ("null_log_likelihood", .number(fit.nullLogLikelihood)),
            ("likelihood_ratio", fit.likelihoodRatio.json), ("wald", fit.wald.json), ("score", fit.score.json),
            ("concordance", fit.concordance.map { .number($0.concordance) } ?? .null),
            ("concordance_standard_error", fit.concordance.map { .number($0.standardError) } ?? .null),
            ("warnings", .strings(fit.warnings.map(\.description))),
        ])
    }
}

extension CoxModel.Test {
    fileprivate var json: JSON {
        .object([
            ("chi_square", .number(chiSquare)), ("degrees_of_freedom", .number(Double(degreesOfFreedom))),
            ("p", .number(p)),
        ])
    }
}

extension CoxObject: Exportable {
    var exportTable: Table {
        var export = Table(rowCount: fit.terms.count)
        export["term"] = .labels(fit.terms.map(\.name))
        export["coefficient"] = .numbers(fit.terms.map(\.coefficient))
        export["hazard_ratio"] = .numbers(fit.terms.map(\.hazardRatio))
        export["lower"] = .numbers(fit.terms.map(\.lower))
        export["upper"] = .numbers(fit.terms.map(\.upper))
        export["standard_error"] = .numbers(fit.terms.map(\.standardError))
        export["z"] = .numbers(fit.terms.map(\.z))
        export["p"] = .numbers(fit.terms.map(\.p))
        return export
    }
}
