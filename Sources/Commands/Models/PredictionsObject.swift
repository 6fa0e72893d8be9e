import CommandLanguage
import Results
import Training

/// Predictions as the language has them, with what was seen on the way to them.
struct PredictionsObject: ObjectValue {
    static let typeName = "predictions"
    let predictions: Predictions
    /// Nil for predictions that were loaded from a file without embeddings.
    let embeddings: Embeddings?
    /// Nil for predictions that were loaded from a file.
    var saliency: Saliency?
    var prototypes: PrototypeUse?
    let histories: [TrainingHistory]

    static let idColumn = "patient"
    /// What formulas see in the place of a cohort's column of that name.
    static let namesBeforeColumns = [idColumn, "risk", "fold"]
    /// What formulas see beside the cohort's columns.
    static let ownColumns = namesBeforeColumns + ["time", "event"]
    /// Patients that `describe` lists.
    private static let mostRows = 20

    init(_ result: PredictionResult) {
        self.init(predictions: result.predictions, embeddings: result.embeddings, histories: result.histories)
        saliency = result.saliency
        prototypes = result.prototypes
    }

    init(predictions: Predictions, embeddings: Embeddings?, histories: [TrainingHistory]) {
        self.predictions = predictions
        self.embeddings = embeddings
        self.histories = histories
    }

    private var origin: String {
        let folds = Set(predictions.fold).subtracting([0]).count
        return "\(predictions.run.model), seed \(predictions.run.seed)"
            + (folds > 0 ? ", out of fold in \(counted(folds, "fold"))" : "")
    }

    func text(width: Int) -> String {
        let outcome = predictions.outcome
        return definitionList(
            [
                ("predictions", origin),
                ("patients", "\(outcome.count), \(counted(outcome.eventCount, "event"))"),
                ("risk", range(of: predictions.risk)),
            ], width: width)
    }

    func describe(width: Int) -> String {
        var parts = [text(width: width)]
        let settings = predictions.run.settings
        if !settings.isEmpty { parts.append(definitionList(settings.map { ($0.name, $0.value) }, width: width)) }
        let hasFolds = predictions.isCrossValidated
        var table = TextTable(
            [.text("patient")] + (hasFolds ? [.number("fold")] : [])
                + [.number("time"), .text("status"), .number("risk")])
        let byRisk = predictions.patients.indices.sorted { predictions.risk[$0] > predictions.risk[$1] }
        for row in byRisk.prefix(Self.mostRows) {
            table.add(
                [predictions.patients[row]] + (hasFolds ? [String(predictions.fold[row])] : []) + [
                    formatNumber(predictions.outcome.time[row]),
                    predictions.outcome.event[row] ? "event" : "censored",
                    formatFixed(predictions.risk[row], decimals: 3),
                ])
        }
        parts.append("highest risks first\n" + table.text(width: width))
        if byRisk.count > Self.mostRows {
            parts[parts.count - 1] +=
                "\n… and \(counted(byRisk.count - Self.mostRows, "patient")) more; save writes all"
        }
        return parts.joined(separator: "\n\n")
    }

    var json: JSON {
        .object([
            ("model", .string(predictions.run.model)), ("seed", .number(Double(predictions.run.seed))),
            ("settings", predictions.run.settings.json), ("patients", .strings(predictions.patients)),
            ("time", .numbers(predictions.outcome.time)),
            ("event", .array(predictions.outcome.event.map(JSON.boolean))), ("risk", .numbers(predictions.risk)),
            ("fold", .numbers(predictions.fold)), ("grid", .numbers(predictions.grid)),
            ("survival", predictions.survival.json), ("covariates", predictions.covariates.json),
            ("history", .array(histories.map(\.json))),
        ])
    }

    private func range(of values: [Double]) -> String {
        guard let low = values.min(), let high = values.max() else { return "none" }
        return "from \(formatFixed(low, decimals: 3)) to \(formatFixed(high, decimals: 3)), higher is worse"
    }
}
