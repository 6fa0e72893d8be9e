import CommandLanguage
import Results
import Training

/// A model that has learned.
struct TrainedObject: ObjectValue {
    static let typeName = "trained"
    let trained: TrainedModel

    func text(width: Int) -> String {
        var lines: [(name: String, text: String)] = [
            ("trained", trained.model.name),
            ("modalities", trained.modalities.joined(separator: ", ")),
            ("parameters", String(trained.parameterCount)),
            ("epochs", String(trained.history.survival.count)),
        ]
        if let last = trained.history.survival.last {
            lines.append(("survival loss", formatFixed(last, decimals: 4)))
        }
        for term in trained.history.terms {
            if let last = term.values.last { lines.append((term.name, formatFixed(last, decimals: 4))) }
        }
        return definitionList(lines, width: width)
    }

    var json: JSON {
        .object([
            ("model", .string(trained.model.name)), ("settings", trained.model.settings.json),
            ("modalities", .strings(trained.modalities)),
            ("parameters", .number(Double(trained.parameterCount))), ("history", trained.history.json),
        ])
    }
}

extension TrainingHistory {
    var json: JSON {
        .object(
            [("fold", .number(Double(fold))), ("survival", .numbers(survival))]
                + terms.map { ($0.name, .numbers($0.values)) })
    }
}
