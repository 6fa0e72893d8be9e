import CommandLanguage
import Projection
import Results

struct TSNECommand: Command {
    let declaration = CommandDeclaration(
        "tsne", "Maps embeddings to the plane: shared and specific side by side", topic: .insight,
        discussion: """
            Exact t-SNE (van der Maaten & Hinton 2008) from principal components, all modalities of a role together, so \
            that modalities which share a space lie upon each other and those that do not lie apart. A map keeps \
            neighbourhoods, not distances between clusters.
            """,
        parameters: [
            .argument("embeddings", .object([EmbeddingsObject.typeName]), "what to map"),
            .option("perplexity", .number(1...10_000), default: "30", "how many neighbours a point has"),
            .option(
                "seed", .integer(0...Int.max),
                "of the start where vectors vary in fewer than two directions (else it is their principal components); the "
                    + "session's when left out"),
        ],
        result: MapObject.typeName,
        examples: [
            """
            trained = train (model tta dim=16) on=(simulate patients=60 patches=20) epochs=2
            tsne (embeddings (predict trained on=(simulate patients=60 patches=20))) perplexity=10
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let embeddings = try arguments.object("embeddings", as: EmbeddingsObject.self).embeddings
        let seed = UInt64(arguments.optionalInteger("seed") ?? context.settings.seed)
        let map = try EmbeddingMap(embeddings, perplexity: arguments.number("perplexity"), seed: seed) {
            try context.progress("tsne", fraction: $0)
        }
        var quality: EmbeddingQuality?
        do {
            quality = try EmbeddingQuality(embeddings) { _ in try context.checkInterruption() }
        } catch ProjectionError.tooFewPatients {
            // The map stands by itself.
        }
        return .object(MapObject(map: map, quality: quality))
    }
}

/// A map of embeddings as the language has it.
struct MapObject: ObjectValue {
    static let typeName = "map"
    let map: EmbeddingMap
    /// Of the embeddings, for the corners of the figure; nil where it cannot be judged.
    let quality: EmbeddingQuality?

    /// Of the patients; the table has a row per point.
    var columns: (any ColumnSource)? { TableColumns(table: map.covariates) }
    var columnNames: [String]? { asTable.names + map.covariates.names }

    func text(width: Int) -> String {
        var table = TextTable([.text("map"), .number("points"), .number("perplexity"), .number("KL divergence")])
        for panel in map.panels {
            table.add([
                panel.role.rawValue, String(panel.points.count), formatNumber(panel.perplexity),
                formatFixed(panel.klDivergence, decimals: 4),
            ])
        }
        return table.text(width: width)
    }

    var json: JSON {
        .object([
            ("perplexity", .number(map.perplexity)), ("seed", .number(Double(map.seed))),
            ("patients", .strings(map.patients)),
            (
                "panels",
                .array(
                    map.panels.map { panel in
                        .object([
                            ("role", .string(panel.role.rawValue)), ("kl_divergence", .number(panel.klDivergence)),
                            ("patient", .strings(panel.points.map { map.patients[$0.patient] })),
                            ("modality", .strings(panel.points.map(\.modality))),
                            ("x", .numbers(panel.points.map(\.x))), ("y", .numbers(panel.points.map(\.y))),
                        ])
                    })
            ),
        ])
    }
}
