import CommandLanguage
import Results
import Training

/// A model that has learned.
struct TrainedObject: ObjectValue {
    static let typeName = "trained"
    let trained: TrainedModel

    func text(width: Int) -> String {
        var lines: [(name: String, text: String)] = [
            ("trained", trained.model.name + (trained.options.with.map { ", fused with \($0.name)" } ?? "")),
            ("modalities", trained.modalities.joined(separator: ", ")),
            ("parameters", String(trained.parameterCount)),
        ]
        if trained.precision != .fp32 { lines.append(("precision", "\(trained.precision)")) }
        if trained.hasEpochs {
            let (asked, members) = (trained.options.members, trained.members)
            if asked > 1 { lines.append(("members", members == asked ? "\(members)" : "\(members) of \(asked)")) }
            lines.append(("epochs", epochs))
        }
        if let survival = trained.history.survival.last {
            let terms = trained.history.terms.compactMap { term in
                term.values.last.map { "\(term.name) \(formatNumber($0))" }
            }
            lines.append(("last losses", (["survival \(formatNumber(survival))"] + terms).joined(separator: ", ")))
        }
        return definitionList(lines, width: width)
    }

    private var epochs: String {
        // The history is the first member's; a later one may have stopped.
        let done = trained.history.survival.count
        guard trained.stopped != nil else { return String(done) }
        return done == trained.options.epochs
            ? "\(done), then a later member stopped" : "\(done) of \(trained.options.epochs), then stopped"
    }

    var json: JSON {
        .object([
            ("model", .string(trained.model.name)), ("seed", .number(Double(trained.options.seed))),
            (
                "settings",
                (trained.model.settings + trained.options.settings(of: trained.model, [trained.precision])).json
            ),
            ("precision", .string(trained.precision.rawValue)),
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
