import CommandLanguage
import Results
import SurvivalStatistics

struct UnoCommand: Command {
    let declaration = CommandDeclaration(
        "uno", "Uno's concordance: the C-index with weights that make up for censoring", topic: .evaluation,
        discussion: """
            Higher risk means an earlier event. Pairs are those of cindex, equal risks counting half, and each counts \
            1 / G² with G the Kaplan-Meier estimate of remaining uncensored just before the pair's event, so the value \
            does not depend on the pattern of censoring. Events after the horizon do not count; without one all do, \
            and late ones have large and unsure weights. The standard error takes the weights as known.

            Of cross-validated predictions all held-out patients are pooled, so that pairs join patients of different \
            folds, whose risks come from different models; each fold's own value and their mean are given too, with \
            null for a fold without a comparable pair. Source: Uno et al. 2011; agrees with R's concordance(timewt = \
            "n/G2", ymax = horizon); scikit-survival takes G at the event.
            """,
        parameters: [
            .argument("x", .object(Subjects.typeNames), "whose patients"), RiskedPatients.declaredRisk,
            .option("horizon", .number(.aboveZero), "the last time whose events count; all do if left out"),
        ],
        result: UnoObject.typeName,
        examples: [
            "uno (cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event) risk=size horizon=3650"
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let patients = try RiskedPatients(arguments, in: context)
        let horizon = arguments.optionalNumber("horizon")
        let whole = try unoConcordance(patients.outcome, risk: patients.risk, horizon: horizon)
        let folds = try FoldValues(patients.fold) { rows in
            do {
                return try unoConcordance(
                    patients.outcome[rows], risk: rows.map { patients.risk[$0] }, horizon: horizon
                ).concordance
            } catch StatisticsError.noComparablePair {
                return .nan
            }
        }
        return .object(UnoObject(whole: whole, patients: patients.outcome.count, folds: folds))
    }
}

struct UnoObject: ObjectValue {
    static let typeName = "uno"
    let whole: UnoConcordance
    let patients: Int
    let folds: FoldValues?

    func text(width: Int) -> String {
        var lines = [
            "Uno's C \(formatFixed(whole.concordance, decimals: 4)), standard error "
                + "\(formatFixed(whole.standardError, decimals: 4)); "
                + (whole.horizon.map { "events up to \(formatNumber($0))" } ?? "all events")
                + " of \(counted(patients, "patient"))"
        ]
        if let folds {
            lines[0] += ", pooled over folds"
            lines.append(folds.line)
        }
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        .object(
            [
                ("concordance", .number(whole.concordance)), ("standard_error", .number(whole.standardError)),
                ("horizon", Commands.json(whole.horizon)), ("patients", .number(Double(patients))),
            ] + (folds.map { [("folds", $0.json)] } ?? []))
    }
}
