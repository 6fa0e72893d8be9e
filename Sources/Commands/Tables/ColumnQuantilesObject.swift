import CommandLanguage
import Results

/// Quantiles of a column, by group.
struct ColumnQuantilesObject: Tabular {
    /// To the language the same as the quantiles of curves.
    static let typeName = QuantilesObject.typeName

    struct Group {
        /// Nil where the group is missing.
        let name: String?
        let known: Int
        let missing: Int
        /// One per probability; not a number when no value is known.
        let values: [Double]
    }

    /// The formula whose quantiles they are, and the one that made the groups.
    let of: String
    let by: String?
    let probabilities: [Double]
    let groups: [Group]

    var asTable: Table {
        let places = groups.indices.flatMap { group in probabilities.indices.map { (group, $0) } }
        var table = Table(rowCount: places.count)
        if let by { table[by] = .labels(places.map { groups[$0.0].name }) }
        table.add(.numbers(places.map { probabilities[$0.1] }), named: "probability")
        table.add(.numbers(places.map { groups[$0.0].values[$0.1] }), named: "value")
        table.add(.numbers(places.map { Double(groups[$0.0].known) }), named: "known")
        table.add(.numbers(places.map { Double(groups[$0.0].missing) }), named: "missing")
        return table
    }

    func text(width: Int) -> String { "quantiles of \(of)\n" + TableObject(asTable).text(width: width) }

    var json: JSON {
        .object([
            ("of", .string(of)), ("by", by.map(JSON.string) ?? .null), ("probabilities", .numbers(probabilities)),
            (
                "groups",
                .array(
                    groups.map { group in
                        .object([
                            ("name", group.name.map(JSON.string) ?? .null), ("known", .number(Double(group.known))),
                            ("missing", .number(Double(group.missing))), ("values", .numbers(group.values)),
                        ])
                    })
            ),
        ])
    }
}
