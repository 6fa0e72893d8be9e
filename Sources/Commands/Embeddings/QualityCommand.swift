import CommandLanguage
import Projection
import Results

struct QualityCommand: Command {
    let declaration = CommandDeclaration(
        "quality", "Whether embeddings align, stay distinct and do not collapse", topic: .insight,
        discussion: """
            Alignment: how often a patient's shared vector of one modality finds the same patient's vector of another \
            (recall), and the linear CKA between modalities. Distinctiveness: the silhouette by modality, and between a \
            modality's shared and specific vectors the HSIC of Gaussian kernels as wide as the median distance, divided \
            so that the same vectors have 1. Collapse: the effective rank. Over patients \
            who have every modality, within each fold, averaged over folds; beside each value what chance would give.
            """,
        parameters: [.argument("embeddings", .object([EmbeddingsObject.typeName]), "what to judge")],
        result: QualityObject.typeName,
        examples: [
            """
            trained = train (model tta dim=16) on=(simulate patients=60 patches=20) epochs=2
            quality (embeddings (predict trained on=(simulate patients=60 patches=20)))
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let embeddings = try arguments.object("embeddings", as: EmbeddingsObject.self).embeddings
        let quality = try EmbeddingQuality(embeddings) { try context.progress("quality", fraction: $0) }
        if quality.incompleteCount > 0 {
            context.note("\(counted(quality.incompleteCount, "patient")) left out: a modality is absent")
        }
        if quality.smallFoldCount > 0 {
            context.note("\(counted(quality.smallFoldCount, "patient")) left out: their fold is too small to judge")
        }
        return .object(QualityObject(quality: quality))
    }
}

struct QualityObject: ObjectValue {
    static let typeName = "quality"
    let quality: EmbeddingQuality

    func text(width: Int) -> String {
        var table = TextTable([
            .text("aspect"), .text("measure"), .text("of"), .number("value"), .number("chance"), .number("best"),
        ])
        for entry in quality.entries {
            let decimals = entry.measure.hasSuffix("rank") ? 1 : 3
            func cell(_ value: Double?) -> String { value.map { formatFixed($0, decimals: decimals) } ?? "" }
            table.add([
                entry.aspect.rawValue, entry.measure, entry.subject, entry.value == nil ? "–" : cell(entry.value),
                cell(entry.chance), cell(entry.best),
            ])
        }
        return table.text(width: width)
            + "\n\(counted(quality.patientCount, "patient")) in \(counted(quality.foldCount, "fold"))"
    }

    var json: JSON {
        .object([
            ("patients", .number(Double(quality.patientCount))), ("folds", .number(Double(quality.foldCount))),
            ("effective_rank", effectiveRanks),
            (
                "measures",
                .array(
                    quality.entries.map { entry in
                        .object([
                            ("aspect", .string(entry.aspect.rawValue)), ("measure", .string(entry.measure)),
                            ("of", .string(entry.subject)), ("value", entry.value.map(JSON.number) ?? .null),
                            ("chance", entry.chance.map(JSON.number) ?? .null),
                            ("best", entry.best.map(JSON.number) ?? .null),
                        ])
                    })
            ),
        ])
    }

    /// By role and modality, so that a script can name one.
    private var effectiveRanks: JSON {
        .object(
            Embeddings.Role.allCases.map { role in
                let ranks = quality.entries.filter {
                    $0.measure == "effective rank" && $0.subject.hasPrefix("\(role.rawValue) ")
                }
                return (
                    role.rawValue,
                    .object(
                        ranks.map { entry in
                            (
                                String(entry.subject.dropFirst(role.rawValue.count + 1)),
                                entry.value.map(JSON.number) ?? .null
                            )
                        })
                )
            })
    }
}
