import Cohorts
import Foundation
import Results
import SurvivalNetworks
import SurvivalStatistics
import Torch

/// A network that has learned, with all that applying it takes.
public final class TrainedModel {
    public let model: any SurvivalModel
    public let options: TrainingOptions
    public let history: TrainingHistory
    public let warnings: [String]
    /// Why the training ended early, if it did; the model is then the last good one.
    public let stopped: TrainingError?
    let network: any SurvivalNetwork
    let loss: SurvivalLoss
    let preparations: [ModalityPreparation]
    let reference: Reference

    init(
        model: any SurvivalModel, options: TrainingOptions, network: any SurvivalNetwork, loss: SurvivalLoss,
        preparations: [ModalityPreparation], history: TrainingHistory, warnings: [String], stopped: TrainingError?,
        reference: Reference
    ) {
        self.model = model
        self.options = options
        self.network = network
        self.loss = loss
        self.preparations = preparations
        self.history = history
        self.warnings = warnings
        self.stopped = stopped
        self.reference = reference
    }

    public var parameterCount: Int { network.parameters.parameterCount }
    public var modalities: [String] { preparations.map(\.name) }

    /// What predictions need of the training patients; of those whose risk is a number, since a training may have
    /// stopped on one whose features are out of bounds.
    struct Reference {
        let riskMean: Double
        /// 1 when all training patients have one risk.
        let riskDeviation: Double
        /// Risks that differ by no more are one risk: single precision cannot tell them apart.
        let resolution: Double
        /// How many of the training patients have the median risk.
        let alike: Int
        /// Breslow's cumulative baseline hazard; nil for a loss with hazards of its own.
        let baseline: BaselineHazard?

        /// - Parameter outputs: of the training patients.
        init(outputs: Matrix, loss: SurvivalLoss, outcome: Outcome) throws {
            let all = (0..<outputs.rows).map { loss.risk(of: outputs[row: $0]) }
            // Patients whose features overflow are what may have ended the training; the others tell the scale.
            let known = all.indices.filter { all[$0].isFinite }
            guard !known.isEmpty else { throw TrainingError.noFiniteRisk }
            let risk = known.map { all[$0] }
            let mean = risk.reduce(0, +) / Double(risk.count)
            riskMean = mean
            let squares = risk.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let deviation = (squares / Double(max(risk.count - 1, 1))).squareRoot()
            let resolution = 1e-5 * max(1, abs(mean))
            self.resolution = resolution
            let middle = risk.sorted()[risk.count / 2]
            alike = risk.count { abs($0 - middle) <= resolution }
            // Rounding alone must not be blown up into an order of patients.
            riskDeviation = deviation > resolution ? deviation : 1
            baseline = loss.isCox ? try breslowBaseline(outcome[known], linearPredictor: risk) : nil
        }

        /// A risk in standard deviations of the training patients' risks; exactly 0 for all when these are one risk.
        func standardised(_ risk: Double) -> Double {
            let distance = risk - riskMean
            return riskDeviation == 1 && abs(distance) <= resolution ? 0 : distance / riskDeviation
        }
    }

    /// Risk and survival of some patients of a cohort.
    struct Forecast {
        /// Standardised by the training patients' mean and deviation.
        var risk: [Double]
        /// Patients × times.
        var survival: Matrix
        var evaluation: Evaluation
    }

    /// - Throws: `TrainingError.predictionNotFinite`, and what reading features throws.
    func forecast(
        _ cohort: Cohort, patients: [Int], times: [Double], observe: (Double) throws -> Void = { _ in }
    ) throws -> Forecast {
        let inputs = try preparations.map { try $0.input(from: cohort) }
        let evaluation = try Evaluation(network, inputs, patients: patients, observe: observe)
        let outputs = evaluation.outputs
        let lost = (0..<outputs.rows).filter { !outputs[row: $0].allSatisfy(\.isFinite) }
        guard lost.isEmpty else {
            throw TrainingError.predictionNotFinite(patients: lost.map { cohort.patients[patients[$0]] })
        }
        var survival: [Double] = []
        survival.reserveCapacity(patients.count * times.count)
        for row in 0..<outputs.rows {
            switch loss {
            case .discrete(let grid):
                let edges = discreteSurvival(outputs[row: row])
                survival += times.map { grid.survival(at: $0, edgeValues: edges) }
            case .cox:
                guard let baseline = reference.baseline else { preconditionFailure("a Cox model without a baseline") }
                let hazard = exp(outputs[row, 0])
                survival += times.map { exp(-baseline.cumulativeHazard(at: $0) * hazard) }
            }
        }
        return Forecast(
            risk: (0..<outputs.rows).map {
                reference.standardised(loss.risk(of: outputs[row: $0]))
            },
            survival: Matrix(rows: patients.count, columns: times.count, values: survival), evaluation: evaluation)
    }

    /// Predictions for every patient of a cohort that has a modality of the model.
    public func predict(_ cohort: Cohort, observe: (Double) throws -> Void = { _ in }) throws -> PredictionResult {
        var cohort = cohort
        cohort.modalities.removeAll { !modalities.contains($0.name) }
        cohort = try cohort.withoutPatientsLackingModalities()
        cohort.setThreads()
        let rows = Array(cohort.patients.indices)
        let times = evaluationTimes(of: cohort.outcome)
        let forecast = try forecast(cohort, patients: rows, times: times, observe: observe)
        let predictions = Predictions(
            patients: cohort.patients, outcome: cohort.outcome, risk: forecast.risk, grid: times,
            survival: forecast.survival, fold: [Int](repeating: 0, count: rows.count), covariates: cohort.table,
            run: Predictions.Run(model: model.name, seed: options.seed, settings: model.settings + options.settings))
        return PredictionResult(
            predictions: predictions,
            embeddings: Embeddings(
                patients: cohort.patients, parts: forecast.evaluation.parts,
                covariates: predictions.columns),
            saliency: Saliency(
                patients: cohort.patients, parts: forecast.evaluation.saliency,
                informative: cohort.truth?.informative ?? [:]),
            prototypes: PrototypeUse(
                patients: cohort.patients, parts: forecast.evaluation.prototypes, covariates: predictions.columns),
            histories: [history], warnings: warnings)
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

/// 101 equally spaced times from 0 to the longest follow-up, at which predicted survival is kept.
func evaluationTimes(of outcome: Outcome) -> [Double] {
    let last = outcome.time.max() ?? 0
    return (0...100).map { last * Double($0) / 100 }
}

/// Survival at the upper edges of the bins, from logits of their hazards.
func discreteSurvival(_ logits: some Collection<Double>) -> [Double] {
    var survival = 1.0
    return logits.map { logit in
        survival *= 1 / (1 + exp(logit))
        return survival
    }
}

extension SurvivalLoss {
    var isCox: Bool { if case .cox = self { true } else { false } }

    /// A patient's risk, higher for an earlier event: −Σ_b S_b for hazards in bins, the log-hazard for Cox.
    func risk(of outputs: ArraySlice<Double>) -> Double {
        switch self {
        case .discrete: -discreteSurvival(outputs).reduce(0, +)
        case .cox: outputs.first ?? .nan
        }
    }
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
