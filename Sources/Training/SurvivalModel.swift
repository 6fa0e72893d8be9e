import Results
import SurvivalNetworks
import TogetherApart
import Torch

/// A model as described, before anything is learned.
public protocol SurvivalModel: Sendable {
    /// The word that makes it: `tta`.
    var name: String { get }
    /// All hyper-parameters with their values, as `model` takes them.
    var settings: [Predictions.Setting] { get }
    var loss: LossKind { get }
    func makeNetwork(
        inputs: [ModalityInput], outputs: Int, generator: TensorGenerator
    ) throws -> any SurvivalNetwork
}

/// The survival loss by name; the time bins are learned with the training patients.
public enum LossKind: Sendable, Equatable {
    case discrete(bins: Int)
    case cox

    func fitted(to outcome: Outcome) throws -> SurvivalLoss {
        guard outcome.eventCount > 0 else { throw PreparationError.noTrainingEvents }
        switch self {
        case .discrete(let bins): return .discrete(try TimeGrid(fitting: outcome, bins: bins))
        case .cox: return .cox
        }
    }
}

/// Together-Then-Apart.
public struct TogetherApartModel: SurvivalModel {
    public let hyperParameters: HyperParameters
    public let loss: LossKind

    public init(_ hyperParameters: HyperParameters = HyperParameters(), loss: LossKind = .discrete(bins: 4)) {
        self.hyperParameters = hyperParameters
        self.loss = loss
    }

    public var name: String { "tta" }

    public var settings: [Predictions.Setting] {
        let h = hyperParameters
        func setting(_ name: String, _ value: some CustomStringConvertible) -> Predictions.Setting {
            Predictions.Setting(name: name, value: value.description)
        }
        let lossSettings =
            switch loss {
            case .discrete(let bins): [setting("loss", "discrete"), setting("bins", bins)]
            case .cox: [setting("loss", "cox")]
            }
        return [
            setting("dim", h.dim), setting("prototypes", h.prototypes), setting("anchors", h.anchors),
            setting("shared_dim", h.sharedDim), setting("shared", h.shared), setting("specific", h.specific),
            setting("epsilon", h.epsilon), setting("rho_token", h.rhoToken),
            setting("rho_prototype", h.rhoPrototype), setting("plan_gradient", h.planGradient),
            setting("gate", h.gate), setting("together", h.together), setting("apart", h.apart),
            setting("contrast", h.contrast), setting("token_keys", h.tokenKeys), setting("views", h.views),
            setting("margin", h.margin.map { "\($0)" } ?? "none"), setting("residual", h.residual),
            setting("temperature", h.temperature), setting("schedule", h.schedule.rawValue),
            setting("fusion", h.fusion.rawValue), setting("dropout", h.dropout),
            setting("input_dropout", h.inputDropout), setting("head_dropout", h.headDropout),
        ] + lossSettings
    }

    public func makeNetwork(
        inputs: [ModalityInput], outputs: Int, generator: TensorGenerator
    ) throws -> any SurvivalNetwork {
        try TogetherApartNetwork(hyperParameters, inputs: inputs, outputs: outputs, generator: generator)
    }
}
