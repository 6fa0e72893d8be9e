import Cohorts
import Results
import SurvivalNetworks
import Torch

/// Trains the model once per fold on the fold's training patients and predicts those held out.
///
/// Scaling, imputation and time bins come from the training patients; the model of the last epoch is used, whatever the
/// held-out patients say. A patient held out in no fold has no prediction. Risks are standardised by mean and deviation
/// of the fold's training risks, so that folds can be pooled.
///
/// Each fold's model has coordinates of its own: the embeddings of fold f are brought into those of the first by the
/// similarity (orthogonal Procrustes) that fits best where both models embed the same patients, one for each role.
///
/// - Throws: `TrainingError`, `PreparationError`, what reading features throws, and what `observe` throws.
public func crossValidate(
    _ model: any SurvivalModel, on cohort: Cohort, options: TrainingOptions,
    observe: @escaping (TrainingProgress) throws -> Void
) throws -> PredictionResult {
    let cohort = try cohort.withoutPatientsLackingModalities()
    guard let folds = cohort.folds?.folds, !folds.isEmpty else { throw TrainingError.noFolds }
    let times = evaluationTimes(of: cohort.outcome)
    let count = cohort.patients.count
    var risk = [Double](repeating: .nan, count: count)
    var survival = [ArraySlice<Double>](repeating: [], count: count)
    var foldOf = [Int](repeating: 0, count: count)
    var parts: [Embeddings.Part] = []
    var reference: [Embeddings.Part] = []
    var histories: [TrainingHistory] = []
    var warnings: [String] = []
    for (index, fold) in folds.enumerated() {
        let trainer = Trainer(model: model, options: options, fold: index + 1) { epoch, share, loss in
            let done = (Double(epoch) + share) / Double(options.epochs)
            try observe(
                TrainingProgress(
                    fold: index + 1, folds: folds.count, epoch: epoch, epochs: options.epochs,
                    fraction: (Double(index) + done) / Double(folds.count), loss: loss))
        }
        let trained = try trainer.train(on: cohort, training: fold.training)
        if let stopped = trained.stopped { throw stopped }
        histories.append(trained.history)
        warnings += trained.warnings.map { "fold \(index + 1): \($0)" }
        // All patients are embedded, so that the folds' coordinates can be compared; only those held out are kept.
        let everyone = try trained.forecast(cohort, patients: Array(0..<count), times: times)
        for row in fold.validation {
            risk[row] = everyone.risk[row]
            survival[row] = everyone.survival[row: row]
            foldOf[row] = index + 1
        }
        if index == 0 { reference = everyone.evaluation.parts }
        let aligned = try alignedParts(everyone.evaluation.parts, to: reference)
        parts = joined(parts, aligned, rows: Set(fold.validation))
    }
    let held = (0..<count).filter { foldOf[$0] > 0 }
    let predictions = Predictions(
        patients: held.map { cohort.patients[$0] }, outcome: cohort.outcome[held], risk: held.map { risk[$0] },
        grid: times,
        survival: Matrix(rows: held.count, columns: times.count, values: held.flatMap { survival[$0] }),
        fold: held.map { foldOf[$0] }, covariates: cohort.table[held],
        run: Predictions.Run(model: model.name, seed: options.seed, settings: model.settings + options.settings))
    var place = [Int](repeating: -1, count: count)
    for (position, row) in held.enumerated() { place[row] = position }
    return PredictionResult(
        predictions: predictions,
        embeddings: Embeddings(
            patients: predictions.patients,
            parts: parts.map { part in
                Embeddings.Part(
                    modality: part.modality, role: part.role, rows: part.rows.map { place[$0] }, vectors: part.vectors)
            }, covariates: predictions.columns), histories: histories, warnings: warnings)
}

/// Trains on every patient of the cohort who has a modality.
public func train(
    _ model: any SurvivalModel, on cohort: Cohort, options: TrainingOptions,
    observe: @escaping (TrainingProgress) throws -> Void
) throws -> TrainedModel {
    let cohort = try cohort.withoutPatientsLackingModalities()
    let trainer = Trainer(model: model, options: options, fold: 0) { epoch, share, loss in
        try observe(
            TrainingProgress(
                fold: 0, folds: 1, epoch: epoch, epochs: options.epochs,
                fraction: (Double(epoch) + share) / Double(options.epochs), loss: loss))
    }
    return try trainer.train(on: cohort, training: Array(cohort.patients.indices))
}

/// Adds those rows of the new parts to the parts of the same modality and role.
private func joined(_ parts: [Embeddings.Part], _ new: [Embeddings.Part], rows: Set<Int>) -> [Embeddings.Part] {
    var parts = parts
    for part in new {
        let kept = part.rows.indices.filter { rows.contains(part.rows[$0]) }
        let values = kept.flatMap { part.vectors[row: $0] }
        let taken = kept.map { part.rows[$0] }
        if let index = parts.firstIndex(where: { $0.modality == part.modality && $0.role == part.role }) {
            let before = parts[index]
            parts[index] = Embeddings.Part(
                modality: part.modality, role: part.role, rows: before.rows + taken,
                vectors: Matrix(
                    rows: before.rows.count + taken.count, columns: part.vectors.columns,
                    values: before.vectors.values + values))
        } else {
            parts.append(
                Embeddings.Part(
                    modality: part.modality, role: part.role, rows: taken,
                    vectors: Matrix(rows: taken.count, columns: part.vectors.columns, values: values)))
        }
    }
    return parts
}
