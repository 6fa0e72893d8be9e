import Results
import SurvivalNetworks
import TogetherApart
import Torch

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
            Predictions.Setting(name, value)
        }
        func price(_ name: String, _ rho: Double) -> Predictions.Setting {
            rho.isInfinite ? setting(name, "balanced") : setting(name, rho)
        }
        return [
            setting("dim", h.dim), setting("prototypes", h.prototypes), setting("anchors", h.anchors),
            setting("shared_dim", h.sharedDim), setting("shared", h.shared), setting("specific", h.specific),
            setting("epsilon", h.epsilon), price("rho_token", h.rhoToken),
            price("rho_prototype", h.rhoPrototype), setting("plan_gradient", h.planGradient),
            setting("gate", h.gate), setting("together", h.together), setting("apart", h.apart),
            setting("contrast", h.contrast), setting("token_keys", h.tokenKeys),
            setting("linear_values", h.linearValues), setting("views", h.views),
            setting("margin", h.margin.map { "\($0)" } ?? "none"),
            setting("temperature", h.temperature), setting("schedule", h.schedule.rawValue),
            setting("fusion", h.fusion.rawValue), setting("dropout", h.dropout), setting("head_dropout", h.headDropout),
        ] + h.inputDropout.settings + loss.settings
    }

    public var learning: Learning {
        .steps(loss) { [hyperParameters] data, outputs, generator in
            try TogetherApartNetwork(hyperParameters, inputs: data.inputs, outputs: outputs, generator: generator)
        }
    }
}
