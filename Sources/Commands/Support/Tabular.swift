import CommandLanguage
import Results

/// A value that is a table as well: to the commands that take any table, to formulas in its columns, and to `save`.
protocol Tabular: ObjectValue {
    var asTable: Table { get }
}

extension Tabular {
    static var isTable: Bool { true }
    var columns: (any ColumnSource)? { TableColumns(table: asTable) }
}

extension CohortObject: Tabular {
    var asTable: Table {
        var export = Table(rowCount: cohort.patientCount)
        export[cohort.idColumn] = .labels(cohort.patients)
        let table = self.table
        for name in table.names where export[name] == nil { export[name] = table[name] }
        return export
    }
}

extension PredictionsObject: Tabular {
    var asTable: Table {
        var export = Table(rowCount: predictions.patients.count)
        export[Self.idColumn] = .labels(predictions.patients)
        let columns = predictions.columns
        for name in columns.names where export[name] == nil { export[name] = columns[name] }
        return export
    }
}

extension EmbeddingsObject: Tabular {
    /// One row per patient, modality and role; dimensions that a role lacks are missing.
    var asTable: Table {
        let parts = embeddings.parts
        var export = Table(rowCount: parts.reduce(0) { $0 + $1.rows.count })
        export["patient"] = .labels(parts.flatMap { part in part.rows.map { embeddings.patients[$0] } })
        export["modality"] = .labels(parts.flatMap { part in part.rows.map { _ in part.modality } })
        export["role"] = .labels(parts.flatMap { part in part.rows.map { _ in part.role.rawValue } })
        for dimension in 0..<(parts.map(\.vectors.columns).max() ?? 0) {
            export["e\(dimension + 1)"] = .numbers(
                parts.flatMap { part in
                    part.rows.indices.map {
                        dimension < part.vectors.columns ? part.vectors[$0, dimension] : .nan
                    }
                })
        }
        return export
    }
}

extension MapObject: Tabular {
    var asTable: Table {
        let points = map.panels.flatMap { panel in panel.points.map { (panel.role, $0) } }
        var export = Table(rowCount: points.count)
        export["patient"] = .labels(points.map { map.patients[$0.1.patient] })
        export["modality"] = .labels(points.map(\.1.modality))
        export["role"] = .labels(points.map(\.0.rawValue))
        export["x"] = .numbers(points.map(\.1.x))
        export["y"] = .numbers(points.map(\.1.y))
        return export
    }
}

extension QualityObject: Tabular {
    var asTable: Table {
        let entries = quality.entries
        var export = Table(rowCount: entries.count)
        export["aspect"] = .labels(entries.map(\.aspect.rawValue))
        export["measure"] = .labels(entries.map(\.measure))
        export["of"] = .labels(entries.map(\.subject))
        export["value"] = .numbers(entries.map { $0.value ?? .nan })
        export["chance"] = .numbers(entries.map { $0.chance ?? .nan })
        return export
    }
}
