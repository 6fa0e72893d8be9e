public import Results

/// Features of the patients as read: one row per patient of the cohort, numbers (NaN missing, never infinite) or labels
/// (nil missing). A patient without the modality has every value missing. Nothing is scaled or imputed here, since that
/// has to be learnt from the training patients of a fold.
public struct FeatureTable: Sendable, Equatable {
    public var table: Table

    public init(table: Table) { self.table = table }

    /// Per patient whether any value is known.
    var present: [Bool] {
        var present = [Bool](repeating: false, count: table.rowCount)
        for name in table.names {
            switch table[name] {
            case .numbers(let values):
                for (row, value) in values.enumerated() where !value.isNaN { present[row] = true }
            case .labels(let values): for (row, value) in values.enumerated() where value != nil { present[row] = true }
            case nil: break
            }
        }
        return present
    }
}

/// A named group of the columns of a feature table: a pathway, a functional family.
public struct GeneSet: Sendable, Equatable {
    public var name: String
    /// Positions in the table's `names`, increasing. Sets may overlap; no set is empty.
    public var features: [Int]

    public init(name: String, features: [Int]) {
        self.name = name
        self.features = features
    }
}
