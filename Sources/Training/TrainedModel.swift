import Cohorts
import Foundation
import Results
import SurvivalNetworks
import SurvivalStatistics
import Torch

/// A model that has learned, with all that applying it takes.
public final class TrainedModel {
    public let model: any SurvivalModel
    public let options: TrainingOptions
    /// What patch features were kept and multiplied in, and are in predictions.
    public let precision: FeaturePrecision
    public let history: TrainingHistory
    public let warnings: [String]
    /// Why the training ended early, if it did; the model is then the last good one.
    public let stopped: TrainingError?
    let fitted: any FittedSurvival
    /// How many networks predict; fewer than asked for when the training ended early.
    public let members: Int
    let preparations: [ModalityPreparation]
    let reference: Reference
    /// What survival was learned from; after these patients' longest follow-up it stays what it is there.
    let outcome: Outcome

    init(
        model: any SurvivalModel, options: TrainingOptions, precision: FeaturePrecision,
        fitted: any FittedSurvival, members: Int, preparations: [ModalityPreparation], history: TrainingHistory,
        warnings: [String],
        stopped: TrainingError?,
        reference: Reference, outcome: Outcome
    ) {
        self.model = model
        self.options = options
        self.precision = precision
        self.fitted = fitted
        self.members = members
        self.preparations = preparations
        self.history = history
        self.warnings = warnings
        self.stopped = stopped
        self.reference = reference
        self.outcome = outcome
    }

    public var parameterCount: Int { fitted.parameterCount }
    /// False for a fit that knows its own end.
    public var hasEpochs: Bool { if case .steps = model.learning { true } else { false } }
    public var modalities: [String] { preparations.map(\.name) }

    /// The risks of the training patients, as a scale for those of others; of those whose risk is a number, since a
    /// training may have stopped on one whose features are out of bounds.
    struct Reference {
        let riskMean: Double
        /// 1 when all training patients have one risk.
        let riskDeviation: Double
        /// Risks that differ by no more are one risk: single precision cannot tell them apart.
        let resolution: Double
        /// How many of the training patients have the median risk.
        let alike: Int

        init(trainingRisk: [Double]) throws {
            let risk = trainingRisk.filter(\.isFinite)
            guard !risk.isEmpty else { throw TrainingError.noFiniteRisk }
            let moments = Moments(risk)
            riskMean = moments.mean
            let resolution = 1e-5 * max(1, abs(moments.mean))
            self.resolution = resolution
            let middle = risk.sorted()[risk.count / 2]
            alike = risk.count { abs($0 - middle) <= resolution }
            // Rounding alone must not be blown up into an order of patients.
            riskDeviation = moments.deviation > resolution ? moments.deviation : 1
        }

        /// A risk in standard deviations of the training patients' risks; exactly 0 for all when these are one risk.
        func standardised(_ risk: Double) -> Double {
            let distance = risk - riskMean
            return riskDeviation == 1 && abs(distance) <= resolution ? 0 : distance / riskDeviation
        }
    }

    /// Risk, standardised by the training patients' mean and deviation, and survival of some patients of a cohort.
    ///
    /// - Throws: `TrainingError.predictionNotFinite`, and what reading features throws.
    func forecast(
        _ cohort: Cohort, patients: [Int], times: [Double], observe: (Double) throws -> Void = { _ in }
    ) throws -> SurvivalForecast {
        let inputs = try preparations.map { try $0.input(from: cohort) }
        var forecast = try fitted.forecast(inputs, patients: patients, times: times, observe: observe)
        let lost = forecast.risk.indices.filter { !forecast.risk[$0].isFinite }
        guard lost.isEmpty else {
            throw TrainingError.predictionNotFinite(patients: lost.map { cohort.patients[patients[$0]] })
        }
        forecast.risk = forecast.risk.map(reference.standardised)
        return forecast
    }

    /// The cohort with noise in one of the model's modalities: `ModalityPreparation.perturbed`.
    ///
    /// - Precondition: the model was trained on a modality of that name.
    public func perturbed(
        _ cohort: Cohort, modality name: String, by noise: Double, using generator: inout SeededGenerator
    ) throws -> Cohort {
        guard let preparation = preparations.first(where: { $0.name == name }),
            let index = cohort.modalities.firstIndex(where: { $0.name == name })
        else { preconditionFailure("the model and the cohort have no \(name) in common") }
        var cohort = cohort
        cohort.modalities[index] = try preparation.perturbed(cohort, by: noise, using: &generator)
        return cohort
    }

    /// Predictions for every patient of a cohort that has a modality of the model.
    public func predict(_ cohort: Cohort, observe: (Double) throws -> Void = { _ in }) throws -> PredictionResult {
        let given = cohort.modalities.map(\.name)
        if let lacking = modalities.first(where: { !given.contains($0) }) {
            throw PreparationError.modalityMissing(lacking, cohort: given)
        }
        var cohort = cohort
        cohort.modalities.removeAll { !modalities.contains($0.name) }
        cohort = try cohort.withoutPatientsLackingModalities().keepingFeatures(in: precision)
        cohort.setThreads()
        let rows = Array(cohort.patients.indices)
        let times = survivalGrid(learnedFrom: outcome, for: cohort.outcome)
        let forecast = try forecast(cohort, patients: rows, times: times, observe: observe)
        let predictions = Predictions(
            patients: cohort.patients, outcome: cohort.outcome, risk: forecast.risk, grid: times,
            survival: forecast.survival, fold: [Int](repeating: 0, count: rows.count), covariates: cohort.table,
            run: Predictions.Run(
                model: model.name, seed: options.seed,
                settings: model.settings + options.settings(of: model, [precision])
            ))
        return PredictionResult(
            predictions: predictions,
            embeddings: Embeddings(
                patients: cohort.patients, parts: forecast.parts,
                covariates: predictions.columns),
            saliency: Saliency(
                patients: cohort.patients, parts: forecast.saliency,
                informative: cohort.truth?.informative ?? [:]),
            prototypes: PrototypeUse(
                patients: cohort.patients, parts: forecast.prototypes, covariates: predictions.columns),
            histories: [history],
            warnings: preparations.flatMap { $0.unknownLabels(in: cohort) } + longerFollowUp(cohort.outcome))
    }

    /// Told where it concerns more than a tenth of the patients; the longest follow-up of any two samples differs.
    private func longerFollowUp(_ newcomers: Outcome) -> [String] {
        let followUp = outcome.time.max() ?? 0
        let longer = newcomers.time.count { $0 > followUp }
        guard longer * 10 > newcomers.count else { return [] }
        return [
            "no training patient was followed beyond \(shortest(followUp)), \(longer) of these \(newcomers.count) \(longer == 1 ? "is" : "are"); "
                + "predicted survival stays after it what it is there"
        ]
    }
}

/// Predictions with what was seen on the way.
public struct PredictionResult: Sendable {
    public var predictions: Predictions
    public var embeddings: Embeddings
    /// Of every patient as the model that predicted them sees their tokens.
    public var saliency: Saliency
    public var prototypes: PrototypeUse
    /// One per fold.
    public var histories: [TrainingHistory]
    public var warnings: [String]
}

/// Times at which the survival of some patients is kept: the event times of those it was learned from, and the longest follow-up of
/// both.
func survivalGrid(learnedFrom training: Outcome, for patients: Outcome) -> [Double] {
    survivalGrid(
        eventTimes: training.time.indices.filter { training.event[$0] }.map { training.time[$0] },
        ends: [training, patients].compactMap { $0.time.max() })
}

extension Predictions {
    /// The columns that formulas see: `time`, `event`, `risk`, `fold` and the cohort's own that have other names.
    public var columns: Table {
        var table = Table(rowCount: patients.count)
        table["time"] = .numbers(outcome.time)
        table["event"] = .numbers(outcome.event.map { $0 ? 1 : 0 })
        table["risk"] = .numbers(risk)
        table["fold"] = .numbers(fold.map(Double.init))
        for name in covariates.names where table[name] == nil { table[name] = covariates[name] }
        return table
    }
}
