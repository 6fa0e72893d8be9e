import CommandLanguage
import Foundation
import Results
import SurvivalStatistics

/// A penalised Cox regression as the language has it: its path, and the penalty that was chosen.
struct CoxnetObject: ObjectValue {
    static let typeName = "penalised regression"
    let path: CoxPath
    /// Nil when one penalty was given.
    let validation: CrossValidatedCoxPath?
    /// Why the penalty is the one it is: given, or chosen by this rule.
    let rule: CrossValidatedCoxPath.Rule?
    /// Position in the path.
    let chosen: Int

    var point: CoxPath.Point { path.points[chosen] }

    /// Coefficients that `text` lists, and penalties that `describe` lists.
    private static let mostRows = 20

    /// The terms in the model, the largest coefficient first.
    private var terms: [Int] {
        point.coefficients.indices.filter { point.coefficients[$0] != 0 }
            .sorted { abs(point.coefficients[$0]) > abs(point.coefficients[$1]) }
    }

    private var penaltyName: String {
        switch path.penalty.alpha {
        case 0: "ridge"
        case 1: "lasso"
        default: "elastic net, alpha \(formatNumber(path.penalty.alpha))"
        }
    }

    func text(width: Int) -> String {
        var lines: [String] = []
        let terms = terms
        if terms.isEmpty {
            lines.append("no covariate is in the model")
        } else {
            var table = TextTable([.text("term"), .number("coefficient"), .number("hazard ratio")])
            for index in terms.prefix(Self.mostRows) {
                table.add([
                    path.names[index], formatNumber(point.coefficients[index]),
                    formatRatio(exp(point.coefficients[index]), decimals: 3),
                ])
            }
            lines.append(table.text(width: width))
            if terms.count > Self.mostRows {
                lines.append("… and \(counted(terms.count - Self.mostRows, "term")) more; save writes all")
            }
        }
        lines.append("\(counted(path.patients, "patient")), \(counted(path.events, "event"))")
        lines.append(
            "\(penaltyName), lambda = \(formatNumber(point.lambda)): \(point.nonzero) of "
                + "\(counted(path.names.count, "covariate")) in the model, deviance explained "
                + formatFixed(point.devianceRatio, decimals: 4))
        if let validation, let rule {
            lines.append(
                "cross-validated deviance per event \(formatFixed(validation.mean[chosen], decimals: 4)), standard "
                    + "error \(formatFixed(validation.standardError[chosen], decimals: 4)), in "
                    + "\(counted(Set(validation.folds).count, "fold")); rule \(rule.rawValue) of "
                    + counted(path.points.count, "penalty", plural: "penalties"))
        }
        return lines.joined(separator: "\n")
    }

    func describe(width: Int) -> String {
        var table = TextTable(
            [.number("lambda"), .number("in the model"), .number("deviance explained")]
                + (validation == nil ? [] : [.number("deviance per event"), .number("error"), .text("")]))
        let every = max(1, (path.points.count + Self.mostRows - 1) / Self.mostRows)
        for (index, point) in path.points.enumerated()
        where index % every == 0 || index == chosen || index == validation?.minimum
            || index == validation?.oneStandardError
        {
            var cells = [
                formatNumber(point.lambda), String(point.nonzero), formatFixed(point.devianceRatio, decimals: 4),
            ]
            if let validation {
                let marks =
                    (index == validation.minimum ? ["min"] : [])
                    + (index == validation.oneStandardError ? ["se"] : [])
                cells += [
                    formatFixed(validation.mean[index], decimals: 4),
                    formatFixed(validation.standardError[index], decimals: 4), marks.joined(separator: ", "),
                ]
            }
            table.add(cells)
        }
        return text(width: width) + "\n\n" + table.text(width: width)
    }

    var json: JSON {
        let used = path.names.indices.filter { index in path.points.contains { $0.coefficients[index] != 0 } }
        return .object([
            ("alpha", .number(path.penalty.alpha)), ("standardize", .boolean(path.penalty.standardizes)),
            ("ties", .string(path.penalty.ties.rawValue)), ("patients", .number(Double(path.patients))),
            ("events", .number(Double(path.events))), ("covariates", .number(Double(path.names.count))),
            ("lambda", .number(point.lambda)), ("rule", rule.map { .string($0.rawValue) } ?? .null),
            ("deviance_ratio", .number(point.devianceRatio)), ("log_likelihood", .number(point.logLikelihood)),
            ("null_log_likelihood", .number(path.nullLogLikelihood)),
            (
                "terms",
                .array(
                    terms.map { index in
                        .object([
                            ("term", .string(path.names[index])),
                            ("coefficient", .number(point.coefficients[index])),
                            ("hazard_ratio", .number(exp(point.coefficients[index]))),
                        ])
                    })
            ),
            (
                "path",
                .object([
                    ("lambda", .numbers(path.lambdas)), ("nonzero", .numbers(path.points.map(\.nonzero))),
                    ("deviance_ratio", .numbers(path.points.map(\.devianceRatio))),
                    ("deviance_per_event", validation.map { .numbers($0.mean) } ?? .null),
                    ("standard_error", validation.map { .numbers($0.standardError) } ?? .null),
                    (
                        "coefficients",
                        .object(
                            used.map { index in
                                (path.names[index], .numbers(path.points.map { $0.coefficients[index] }))
                            })
                    ),
                ])
            ),
            (
                "warnings",
                .strings((path.warnings + (validation?.warnings ?? [])).map(\.description))
            ),
        ])
    }
}

extension CoxnetObject: Tabular {
    var asTable: Table {
        let terms = terms
        var export = Table(rowCount: terms.count)
        export["term"] = .labels(terms.map { path.names[$0] })
        export["coefficient"] = .numbers(terms.map { point.coefficients[$0] })
        export["hazard_ratio"] = .numbers(terms.map { exp(point.coefficients[$0]) })
        return export
    }
}
