import CommandLanguage
import Results
import SurvivalStatistics

/// A Cox regression as the language has it.
struct CoxObject: ObjectValue {
    static let typeName = "regression"
    let formula: String
    let fit: CoxModel
    /// The patients it was fitted to, for what is computed of them later.
    let design: RegressionDesign
    /// What entry= and weights= did; nil without them.
    var sampling: String?

    func text(width: Int) -> String {
        var table = TextTable([
            .text("term"), .number("coefficient"), .number("hazard ratio"),
            .number("\(formatNumber(100 * fit.level))% interval"), .number("z"), .number("p"),
        ])
        for term in fit.terms {
            table.add([
                term.name, formatCoefficient(term.coefficient), formatRatio(term.hazardRatio, decimals: 3),
                "\(formatRatio(term.lower, decimals: 3)) – \(formatRatio(term.upper, decimals: 3))",
                formatFixed(term.z, decimals: 2),
                formatPValue(term.p),
            ])
        }
        var lines = [table.text(width: width)]
        lines.append("\(counted(fit.patients, "patient")), \(counted(fit.events, "event"))")
        if let sampling { lines.append(sampling) }
        if let clusters = fit.clusters, let robustScore = fit.robustScore {
            lines.append(
                "robust errors" + (clusters < fit.patients ? " by \(counted(clusters, "cluster"))" : "")
                    + "; robust score χ² = \(formatNumber(robustScore.chiSquare)) on "
                    + "\(robustScore.degreesOfFreedom) df, \(equation(p: robustScore.p))")
        }
        var tests = [("likelihood ratio", fit.likelihoodRatio)]
        if fit.firth == nil {
            tests += [("Wald", fit.wald), ("score", fit.score)]
        } else {
            lines.append("Firth's penalty; intervals and p of the profile penalised likelihood")
        }
        for (name, test) in tests {
            lines.append(
                "\(name) χ² = \(formatNumber(test.chiSquare)) on \(test.degreesOfFreedom) df, \(equation(p: test.p))")
        }
        if let concordance = fit.concordance {
            lines.append(
                "C-index \(formatFixed(concordance.concordance, decimals: 4)), standard error "
                    + formatFixed(concordance.standardError, decimals: 4))
        }
        return lines.joined(separator: "\n")
    }

    private var termsJSON: JSON {
        .array(
            fit.terms.map { term in
                .object([
                    ("term", .string(term.name)), ("coefficient", .number(term.coefficient)),
                    ("hazard_ratio", .number(term.hazardRatio)), ("lower", .number(term.lower)),
                    ("upper", .number(term.upper)), ("standard_error", .number(term.standardError)),
                    ("model_standard_error", .number(term.modelStandardError)), ("z", .number(term.z)),
                    ("p", .number(term.p)),
                ])
            })
    }

    var json: JSON {
        let firth = fit.firth?.json(of: fit.terms) ?? .null
        return .object([
            ("formula", .string(formula)), ("terms", termsJSON),
            ("ties", .string(fit.ties.rawValue)), ("level", .number(fit.level)),
            ("clusters", fit.clusters.map { .number(Double($0)) } ?? .null),
            ("patients", .number(Double(fit.patients))), ("events", .number(Double(fit.events))),
            ("log_likelihood", .number(fit.logLikelihood)),
            ("null_log_likelihood", .number(fit.nullLogLikelihood)),
            ("likelihood_ratio", fit.likelihoodRatio.json), ("wald", fit.wald.json), ("score", fit.score.json),
            ("robust_score", fit.robustScore?.json ?? .null),
            ("firth", firth),
            ("concordance", fit.concordance.map { .number($0.concordance) } ?? .null),
            ("concordance_standard_error", fit.concordance.map { .number($0.standardError) } ?? .null),
            ("warnings", .strings(fit.warnings.map(\.description))),
        ])
    }
}

extension CoxModel.Firth {
    func json(of terms: [CoxModel.Term]) -> JSON {
        .object([
            ("penalised_log_likelihood", .number(penalisedLogLikelihood)),
            ("null_penalised_log_likelihood", .number(nullPenalisedLogLikelihood)),
            (
                "terms",
                .array(
                    terms.indices.map { index in
                        .object([
                            ("term", .string(terms[index].name)), ("chi_square", .number(chiSquares[index])),
                            ("wald_p", .number(wald[index].p)), ("wald_lower", .number(wald[index].lower)),
                            ("wald_upper", .number(wald[index].upper)),
                        ])
                    })
            ),
        ])
    }
}

extension CoxModel.Test {
    var json: JSON {
        .object([
            ("chi_square", .number(chiSquare)), ("degrees_of_freedom", .number(Double(degreesOfFreedom))),
            ("p", .number(p)),
        ])
    }
}

extension CoxObject: Tabular {
    var asTable: Table {
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
