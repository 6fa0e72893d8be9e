import Results
import Torch

/// A model as described, before anything is learned.
public protocol SurvivalModel: Sendable {
    /// The word that makes it: `tta`.
    var name: String { get }
    /// All hyper-parameters with their values, as `model` takes them.
    var settings: [Predictions.Setting] { get }
    /// How it learns.
    var learning: Learning { get }
}

/// How a model learns from training patients.
public enum Learning: Sendable {
    /// By steps of an optimiser down a survival loss. `make` builds the network with as many outputs as the loss wants,
    /// its weights drawn from the generator.
    case steps(
        LossKind,
        make:
            @Sendable (_ data: TrainingData, _ outputs: Int, _ generator: TensorGenerator) throws
            -> any SurvivalNetwork)
    /// At once, by a fit that knows its own end; it tells the share that is done, and what `observe` throws ends it.
    case fit(
        @Sendable (_ data: TrainingData, _ seed: UInt64, _ observe: (Double) throws -> Void) throws
            -> any FittedSurvival)
}

/// What a model may learn from.
public struct TrainingData: Sendable {
    /// The modalities, scaled as the training patients say; of all patients of the cohort.
    public let inputs: [ModalityInput]
    /// Rows of the cohort that may be learned from. Nothing of another row may reach what is learned.
    public let patients: [Int]
    /// What became of those patients, in their order.
    public let outcome: Outcome

    /// - Precondition: one outcome for each of the patients.
    public init(inputs: [ModalityInput], patients: [Int], outcome: Outcome) {
        precondition(patients.count == outcome.count, "a patient without an outcome")
        self.inputs = inputs
        self.patients = patients
        self.outcome = outcome
    }
}

/// What has learned to predict survival.
public protocol FittedSurvival: AnyObject {
    /// Number of numbers that were learned.
    var parameterCount: Int { get }
    /// Risks of the patients it learned from, in their order, on the scale of its forecasts.
    var trainingRisk: [Double] { get }
    /// Risks of the patients it learned from, in their order, each by a fit without the patient, and the slope, at least 0,
    /// that turns a risk into a log-hazard; nil where the model makes no such fits.
    var crossFitted: (risk: [Double], slope: Double)? { get }
    /// Risk and survival of patients at the rows `patients` of the cohort that `inputs` are of. `observe` is told the
    /// share that is done; what it throws ends the forecast.
    func forecast(
        _ inputs: [ModalityInput], patients: [Int], times: [Double], observe: (Double) throws -> Void
    ) throws -> SurvivalForecast
}

extension FittedSurvival {
    public var crossFitted: (risk: [Double], slope: Double)? { nil }
}

/// What a fitted model says of patients.
public struct SurvivalForecast: Sendable {
    /// Higher means an earlier event, on the model's own scale; not finite where the model failed.
    public var risk: [Double]
    /// Survival probability, patients × times.
    public var survival: Matrix
    /// Embeddings with rows into the patients asked for, a part per modality and role.
    public var parts: [Embeddings.Part]
    /// What the embeddings drew from every token; a part per modality and role where the model weighs tokens.
    public var saliency: [Saliency.Part]
    /// A part per modality, where the model has prototypes.
    public var prototypes: [PrototypeUse.Part]

    public init(
        risk: [Double], survival: Matrix, parts: [Embeddings.Part] = [], saliency: [Saliency.Part] = [],
        prototypes: [PrototypeUse.Part] = []
    ) {
        self.risk = risk
        self.survival = survival
        self.parts = parts
        self.saliency = saliency
        self.prototypes = prototypes
    }
}

/// The survival loss by name; the time bins are learned with the training patients.
public enum LossKind: Sendable, Equatable {
    case discrete(bins: Int)
    case cox

    /// - Throws: `PreparationError.noTrainingEvents`.
    public func fitted(to outcome: Outcome) throws -> SurvivalLoss {
        guard outcome.eventCount > 0 else { throw PreparationError.noTrainingEvents }
        switch self {
        case .discrete(let bins): return .discrete(try TimeGrid(fitting: outcome, bins: bins))
        case .cox: return .cox
        }
    }

    /// As `model` takes it.
    public var settings: [Predictions.Setting] {
        switch self {
        case .discrete(let bins): [.init("loss", "discrete"), .init("bins", bins)]
        case .cox: [.init("loss", "cox")]
        }
    }
}

extension Predictions.Setting {
    public init(_ name: String, _ value: some CustomStringConvertible) {
        self.init(name: name, value: value.description)
    }
}
