import Cohorts
import Results
import SurvivalNetworks

/// Trains the model once per fold on the fold's training patients and predicts those held out.
///
/// Scaling, imputation and time bins come from the training patients; the model of the last epoch is used, whatever the
/// held-out patients say. A patient held out in no fold has no prediction. Risks are standardised by mean and deviation
/// of the fold's training risks, so that folds can be pooled.
///
/// Folds are trained side by side, a thread each, when bags are small, and one after another with all threads when they are
/// large, unless the options say otherwise (`FoldPlan`). At equal threads the results are the same however many run at once.
///
/// Each fold's model has coordinates of its own: the embeddings of fold f are brought into those of the first by the
/// similarity (orthogonal Procrustes) that fits best where both models embed the same patients, one for each role.
///
/// - Throws: `TrainingError`, what one fold's training patients lack, with its number, what reading features throws, and what
///   `observe` throws.
public func crossValidate(
    _ model: any SurvivalModel, on cohort: Cohort, options: TrainingOptions,
    observe: (TrainingProgress) throws -> Void
) throws -> PredictionResult {
    let usable = try cohort.withoutPatientsLackingModalities()
    guard let folds = usable.folds?.folds, !folds.isEmpty else { throw TrainingError.noFolds }
    let cohort = usable.keepingFeatures(
        in: try options.precision.resolved(for: model, on: usable, learningFrom: folds.map(\.training)))
    let learnedFrom = Set(folds.flatMap(\.training)).sorted()
    let times = survivalGrid(learnedFrom: cohort.outcome[learnedFrom], for: cohort.outcome)
    let results = try FoldWorkers(model: model, cohort: cohort, options: options, folds: folds, times: times)
        .run(observe: observe)
    let count = cohort.patients.count
    var risk = [Double](repeating: .nan, count: count)
    var survival = [ArraySlice<Double>](repeating: [], count: count)
    var foldOf = [Int](repeating: 0, count: count)
    var parts: [Embeddings.Part] = []
    for (index, result) in results.enumerated() {
        for row in folds[index].validation {
            risk[row] = result.risk[row]
            survival[row] = result.survival[row: row]
            foldOf[row] = index + 1
        }
        let aligned = try alignedParts(result.parts, to: results[0].parts)
        parts = joined(parts, aligned, rows: Set(folds[index].validation))
    }
    let held = (0..<count).filter { foldOf[$0] > 0 }
    let predictions = Predictions(
        patients: held.map { cohort.patients[$0] }, outcome: cohort.outcome[held], risk: held.map { risk[$0] },
        grid: times,
        survival: Matrix(rows: held.count, columns: times.count, values: held.flatMap { survival[$0] }),
        fold: held.map { foldOf[$0] }, covariates: cohort.table[held],
        run: Predictions.Run(
            model: model.name, seed: options.seed,
            settings: model.settings + options.settings(of: model, results.map(\.precision))))
    var place = [Int](repeating: -1, count: count)
    for (position, row) in held.enumerated() { place[row] = position }
    return PredictionResult(
        predictions: predictions,
        embeddings: Embeddings(
            patients: predictions.patients,
            parts: parts.map { part in
                Embeddings.Part(
                    modality: part.modality, role: part.role, rows: part.rows.map { place[$0] }, vectors: part.vectors)
            }, covariates: predictions.columns),
        saliency: Saliency(
            patients: predictions.patients, parts: joined(results.map(\.saliency), place: place),
            informative: (cohort.truth?.informative ?? [:]).mapValues { tokens in held.map { tokens[$0] } }),
        prototypes: PrototypeUse(
            patients: predictions.patients,
            parts: results.flatMap(\.prototypes).map { part in
                var part = part
                part.rows = part.rows.map { place[$0] }
                return part
            }, covariates: predictions.columns), histories: results.map(\.history),
        warnings: joined(results.map(\.warnings)))
}

/// Each warning once, with the folds that gave it.
private func joined(_ warnings: [[String]]) -> [String] {
    var texts: [String] = []
    for text in warnings.joined() where !texts.contains(text) { texts.append(text) }
    return texts.map { text in
        let folds = warnings.indices.filter { warnings[$0].contains(text) }.map { String($0 + 1) }
        let place =
            folds.count == 1
            ? "fold \(folds[0])"
            : folds.count == warnings.count ? "every fold" : "folds \(folds.joined(separator: ", "))"
        return "\(place): \(text)"
    }
}

/// The weights of all folds by modality and role, with rows of the predictions. Folds may know different tokens, since a
/// column without a value among the training patients is none.
private func joined(_ folds: [[Saliency.Part]], place: [Int]) -> [Saliency.Part] {
    var parts: [Saliency.Part] = []
    for part in folds.joined() {
        let rows = part.rows.map { place[$0] }
        guard let index = parts.firstIndex(where: { $0.modality == part.modality && $0.role == part.role }) else {
            parts.append(
                Saliency.Part(
                    modality: part.modality, role: part.role, rows: rows, tokenNames: part.tokenNames,
                    weights: part.weights))
            continue
        }
        let before = parts[index]
        // A token that a fold does not know gives nothing there.
        let names = before.tokenNames + part.tokenNames.filter { !before.tokenNames.contains($0) }
        func weights(_ part: Saliency.Part) -> [[Float]] {
            guard names != part.tokenNames else { return part.weights }
            let places = names.map { name in part.tokenNames.firstIndex(of: name) }
            return part.weights.map { row in places.map { place in place.map { row[$0] } ?? 0 } }
        }
        parts[index] = Saliency.Part(
            modality: part.modality, role: part.role, rows: before.rows + rows, tokenNames: names,
            weights: weights(before) + weights(part))
    }
    return parts
}

/// Adds those rows of the new parts to the parts of the same modality and role.
private func joined(_ parts: [Embeddings.Part], _ new: [Embeddings.Part], rows: Set<Int>) -> [Embeddings.Part] {
    var parts = parts
    for part in new {
        let kept = part.rows.indices.filter { rows.contains(part.rows[$0]) }
        let vectors = part.vectors[rows: kept]
        let taken = kept.map { part.rows[$0] }
        if let index = parts.firstIndex(where: { $0.modality == part.modality && $0.role == part.role }) {
            let before = parts[index]
            parts[index] = Embeddings.Part(
                modality: part.modality, role: part.role, rows: before.rows + taken,
                vectors: Matrix(
                    rows: before.rows.count + taken.count, columns: part.vectors.columns,
                    values: before.vectors.values + vectors.values))
        } else {
            parts.append(
                Embeddings.Part(
                    modality: part.modality, role: part.role, rows: taken, vectors: vectors))
        }
    }
    return parts
}
