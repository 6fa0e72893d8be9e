import CommandLanguage
import Results
import SurvivalStatistics

struct IntegratedBrierCommand: Command {
    let declaration = CommandDeclaration(
        "ibs", "The Brier score of predicted survival, averaged from 0 to a horizon", topic: .evaluation,
        discussion: """
            The mean over time by the trapezoidal rule on 100 equal steps.

            \(PredictedSurvival.rules)
            """,
        parameters: [
            .argument("x", .object([PredictionsObject.typeName]), "predictions with survival"),
            .option(
                "horizon", .number(.aboveZero), required: true, "up to which time, in the cohort's unit"),
        ],
        result: IntegratedBrierObject.typeName,
        examples: [
            """
            patients = simulate patients=60 patches=20
            trained = train (model tta dim=16) on=patients epochs=1
            ibs (predict trained on=patients) horizon=2
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let predicted = try PredictedSurvival(arguments)
        let horizon = arguments.number("horizon")
        let times = hundredths(of: horizon)
        let whole = try brierScore(predicted.outcome, survival: predicted.survival(at: times), times: times)
        let reference = try brierScore(predicted.outcome, survival: predicted.kaplanMeier(at: times), times: times)
        let folds = try FoldValues(predicted.fold) { try predicted.score($0, times: times)?.integrated ?? .nan }
        return .object(
            IntegratedBrierObject(
                score: whole.integrated, reference: reference.integrated, horizon: horizon,
                patients: predicted.outcome.count, folds: folds))
    }
}

struct IntegratedBrierObject: ObjectValue {
    static let typeName = "ibs"
    let score: Double
    /// Of the Kaplan-Meier curve of the same patients, as everyone's prediction.
    let reference: Double
    let horizon: Double
    let patients: Int
    let folds: FoldValues?

    func text(width: Int) -> String {
        var lines = [
            "integrated Brier score \(formatFixed(score, decimals: 4)) from 0 to \(formatNumber(horizon)), "
                + "Kaplan-Meier \(formatFixed(reference, decimals: 4)); \(counted(patients, "patient"))"
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
                ("score", .number(score)), ("kaplan_meier", .number(reference)), ("horizon", .number(horizon)),
                ("patients", .number(Double(patients))),
            ] + (folds.map { [("folds", $0.json)] } ?? []))
    }
}
