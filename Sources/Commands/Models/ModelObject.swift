import CommandLanguage
import Results
import SurvivalNetworks
import Training

/// A model as described, before training.
struct ModelObject: ObjectValue {
    static let typeName = "model"
    let model: any SurvivalModel

    func text(width: Int) -> String {
        "model \(model.name)\n" + definitionList(model.settings.map { ($0.name, $0.value) }, width: width)
    }

    var json: JSON {
        .object([("model", .string(model.name)), ("settings", model.settings.json)])
    }
}

extension [Predictions.Setting] {
    var json: JSON { .object(map { ($0.name, Double($0.value).map(JSON.number) ?? .string($0.value)) }) }
}
