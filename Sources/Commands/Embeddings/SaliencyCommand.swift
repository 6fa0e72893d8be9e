import CommandLanguage
import Foundation
import Results
import SurvivalStatistics

struct SaliencyCommand: Command {
    let declaration = CommandDeclaration(
        "saliency", "What a model drew from each token: patches, gene sets, columns", topic: .insight,
        discussion: """
            Each embedding of a patient is gathered from the modality's tokens with weights that add up to 1: for the \
            shared embedding what the gated prototypes drew from the token, for the specific one the anchors' attention. \
            Weights say where the model looked, not in which direction a token moves the risk. tokens in use is the \
            exponential of the weights' entropy, the number of tokens that would share the weight evenly. Named tokens \
            are listed by their mean weight. In a simulation, AUC is the chance that a token which carries the planted \
            factors outweighs one that does not: within patients (mean), and over all tokens of all patients.
            """,
        parameters: [
            .argument("predictions", .object([PredictionsObject.typeName]), "of predict or crossvalidate"),
            .option("top", .integer(1...10_000), default: "5", "named tokens to list"),
        ],
        result: SaliencyObject.typeName,
        examples: [
            """
            trained = train (model tta dim=16) on=(simulate patients=60 patches=20) epochs=2
            saliency (predict trained on=(simulate patients=60 patches=20)) top=3
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        guard let saliency = try arguments.object("predictions", as: PredictionsObject.self).saliency else {
            throw arguments.error(
                at: "predictions", "these predictions came from a file and know no tokens", help: "predict again")
        }
        guard saliency.parts.contains(where: { !$0.rows.isEmpty }) else {
            throw arguments.error(at: "predictions", "this model has no token weights")
        }
        return .object(SaliencyObject(saliency: saliency, top: arguments.integer("top")))
    }
}

struct SaliencyObject: Tabular {
    static let typeName = "saliency"
    let saliency: Saliency
    let top: Int

    /// Against the planted tokens; nil for real patients.
    private struct Agreement {
        var within: Double?
        var pooled: Double?

        /// Nil where the truth is not known for these tokens.
        init?(_ part: Saliency.Part, _ informative: [[Bool]]?) {
            guard let informative else { return nil }
            let marks = part.rows.map { informative[$0] }
            guard zip(marks, part.weights).allSatisfy({ $0.count == $1.count }) else { return nil }
            let areas = zip(part.weights, marks).compactMap { rankArea($0.map(Double.init), marked: $1) }
            within = areas.isEmpty ? nil : areas.reduce(0, +) / Double(areas.count)
            pooled = rankArea(part.weights.joined().map(Double.init), marked: Array(marks.joined()))
        }
    }

    private func agreement(_ part: Saliency.Part) -> Agreement? {
        Agreement(part, saliency.informative[part.modality])
    }

    /// Named tokens with their mean weight, the largest first.
    private func means(_ part: Saliency.Part) -> [(name: String, weight: Double)] {
        part.tokenNames.indices.map { token in
            (
                part.tokenNames[token],
                part.weights.reduce(0) { $0 + Double($1[token]) } / Double(max(part.weights.count, 1))
            )
        }.sorted { ($1.weight, $0.name) < ($0.weight, $1.name) }
    }

    private static func tokensInUse(_ part: Saliency.Part) -> Double {
        let numbers = part.weights.map { weights in
            exp(-weights.reduce(0) { $1 > 0 ? $0 + Double($1) * log(Double($1)) : $0 })
        }
        return numbers.reduce(0, +) / Double(max(numbers.count, 1))
    }

    private static func tokens(_ part: Saliency.Part) -> Double {
        Double(part.weights.reduce(0) { $0 + $1.count }) / Double(max(part.weights.count, 1))
    }

    func text(width: Int) -> String {
        let hasTruth = saliency.parts.contains { agreement($0) != nil }
        var table = TextTable(
            [.text("embedding"), .text("role"), .number("patients"), .number("tokens"), .number("tokens in use")]
                + (hasTruth ? [.number("AUC within"), .number("AUC pooled")] : []))
        for part in saliency.parts {
            let found = agreement(part)
            func cell(_ value: Double??) -> String { (value ?? nil).map { formatFixed($0, decimals: 3) } ?? "–" }
            table.add(
                [
                    part.modality, part.role.rawValue, String(part.rows.count), formatNumber(Self.tokens(part)),
                    formatNumber(Self.tokensInUse(part), digits: 3),
                ] + (hasTruth ? [cell(found?.within), cell(found?.pooled)] : []))
        }
        var parts = [table.text(width: width)]
        for part in saliency.parts where !part.tokenNames.isEmpty {
            var names = TextTable([.text("\(part.role.rawValue) \(part.modality)"), .number("mean weight")])
            for token in means(part).prefix(top) { names.add([token.name, formatFixed(token.weight, decimals: 4)]) }
            parts.append(names.text(width: width))
        }
        return parts.joined(separator: "\n\n")
    }

    var json: JSON {
        .object(
            Embeddings.Role.allCases.map { role in
                (
                    role.rawValue,
                    .object(saliency.parts.filter { $0.role == role }.map { ($0.modality, json(of: $0)) })
                )
            })
    }

    private func json(of part: Saliency.Part) -> JSON {
        let found = agreement(part)
        return .object([
            ("patients", .number(Double(part.rows.count))), ("tokens", .number(Self.tokens(part))),
            ("tokens_in_use", .number(Self.tokensInUse(part))),
            ("auc_within", found?.within.map(JSON.number) ?? .null),
            ("auc_pooled", found?.pooled.map(JSON.number) ?? .null),
            (
                "named",
                .array(means(part).map { .object([("token", .string($0.name)), ("weight", .number($0.weight))]) })
            ),
        ])
    }

    /// One row per patient, modality, role and token; `informative` where the truth is known.
    var asTable: Table {
        var (patients, modalities, roles, tokens): ([String?], [String?], [String?], [String?]) = ([], [], [], [])
        var (weights, informative): ([Double], [Double]) = ([], [])
        for part in saliency.parts {
            let truth = saliency.informative[part.modality]
            for (row, values) in zip(part.rows, part.weights) {
                let marks = truth?[row]
                for (token, weight) in values.enumerated() {
                    patients.append(saliency.patients[row])
                    modalities.append(part.modality)
                    roles.append(part.role.rawValue)
                    tokens.append(part.tokenNames.isEmpty ? String(token + 1) : part.tokenNames[token])
                    weights.append(Double(weight))
                    informative.append(marks?.count == values.count ? (marks?[token] == true ? 1 : 0) : .nan)
                }
            }
        }
        var export = Table(rowCount: patients.count)
        export["patient"] = .labels(patients)
        export["modality"] = .labels(modalities)
        export["role"] = .labels(roles)
        export["token"] = .labels(tokens)
        export["weight"] = .numbers(weights)
        if informative.contains(where: { !$0.isNaN }) { export["informative"] = .numbers(informative) }
        return export
    }
}
