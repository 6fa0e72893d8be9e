import CommandLanguage
import Results
import SurvivalStatistics

struct AntoliniCommand: Command {
    let declaration = CommandDeclaration(
        "antolini", "Antolini's C-index: how well predicted survival orders the events in time", topic: .evaluation,
        discussion: """
            Of two patients the one whose event comes first should have been predicted the lower survival at the time of \
            that event; lower predicted survival means an earlier event. Pairs are those of cindex, two events at one \
            time not being comparable; equal predicted survival counts half. Where curves do not cross it is the C-index \
            of the risk. Survival is read along straight lines between the times of its grid; an event beyond the grid \
            is an error unless a horizon leaves it out. The standard error is the infinitesimal jackknife, as of cindex.

            Of cross-validated predictions pairs are counted within folds only; each fold's value and their mean are \
            given too, null for a fold without a comparable pair. Source: Antolini, Boracchi & Biganzoli 2005.
            """,
        parameters: [
            .argument("x", .object([PredictionsObject.typeName]), "predictions with survival"),
            .option("horizon", .number(.aboveZero), "the last time whose events count; all do if left out"),
        ],
        result: AntoliniObject.typeName,
        examples: [
            """
            patients = simulate patients=60 patches=20
            trained = train (model tta dim=16) on=patients epochs=1
            antolini (predict trained on=patients)
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let predicted = try PredictedSurvival(arguments)
        let (predictions, horizon) = (predicted.predictions, arguments.optionalNumber("horizon"))
        let whole = try antoliniConcordance(
            predicted.outcome, survival: predictions.survival, grid: predictions.grid, horizon: horizon,
            strata: predicted.fold
        ) { try context.progress("antolini", fraction: $0) }
        let folds = try FoldValues(predicted.fold) { rows in
            do {
                return try antoliniConcordance(
                    predicted.outcome[rows], survival: predictions.survival[rows: rows], grid: predictions.grid,
                    horizon: horizon
                ).concordance
            } catch StatisticsError.noComparablePair {
                return .nan
            }
        }
        return .object(
            AntoliniObject(whole: whole, horizon: horizon, patients: predicted.outcome.count, folds: folds))
    }
}

struct AntoliniObject: ObjectValue {
    static let typeName = "antolini"
    /// Within folds where there are any.
    let whole: AntoliniConcordance
    let horizon: Double?
    let patients: Int
    let folds: FoldValues?

    func text(width: Int) -> String {
        let pairs = counted(whole.comparablePairs, "comparable pair")
        var lines = [
            "Antolini's C \(formatFixed(whole.concordance, decimals: 4)), standard error "
                + "\(formatFixed(whole.standardError, decimals: 4)); \(pairs) of \(counted(patients, "patient"))"
                + (horizon.map { ", events up to \(formatNumber($0))" } ?? "")
        ]
        if let folds {
            lines[0] += ", within folds"
            lines.append(folds.line)
        }
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        .object(
            [
                ("concordance", .number(whole.concordance)), ("standard_error", .number(whole.standardError)),
                ("comparable_pairs", .number(Double(whole.comparablePairs))),
                ("concordant", .number(Double(whole.concordant))), ("discordant", .number(Double(whole.discordant))),
                ("tied_survival", .number(Double(whole.tied))), ("horizon", Commands.json(horizon)),
                ("patients", .number(Double(patients))),
            ] + (folds.map { [("folds", $0.json)] } ?? []))
    }
}
