import CommandLanguage
import Results

/// Embeddings as the language has them.
struct EmbeddingsObject: ObjectValue {
    static let typeName = "embeddings"
    let embeddings: Embeddings

    /// Of the patients; the table has a row per patient, modality and role.
    var columns: (any ColumnSource)? { TableColumns(table: embeddings.covariates) }
    var columnNames: [String]? { asTable.names + embeddings.covariates.names }

    func text(width: Int) -> String {
        var table = TextTable([.text("embedding"), .text("role"), .number("patients"), .number("width")])
        for part in embeddings.parts {
            table.add([part.modality, part.role.rawValue, String(part.rows.count), String(part.vectors.columns)])
        }
        return table.text(width: width)
    }

    var json: JSON {
        .object([
            ("patients", .strings(embeddings.patients)), ("covariates", embeddings.covariates.json),
            (
                "parts",
                .array(
                    embeddings.parts.map { part in
                        .object([
                            ("modality", .string(part.modality)), ("role", .string(part.role.rawValue)),
                            ("rows", .numbers(part.rows)), ("vectors", part.vectors.json),
                        ])
                    })
            ),
        ])
    }
}
