import CommandLanguage
import Results
import SurvivalStatistics

struct PrototypesCommand: Command {
    let declaration = CommandDeclaration(
        "prototypes", "How two groups of patients fill the prototypes, and which gene sets lie near them",
        topic: .insight,
        discussion: """
            Occupancy is a prototype's share of what a patient's tokens gave in the transport. `by` parts the patients in \
            two, such as by risk; each prototype's mean occupancy is compared between them. For named tokens (gene sets, \
            columns) it lists those nearest to the prototype by cosine, and compares between the groups the mass that went \
            from each token to each prototype, in units of the token's weight. p is that of a permutation test, groups reassigned among the \
            patients of a fold; the adjusted p compares with the largest difference over all prototypes, or over all \
            tokens and prototypes (Westfall & Young 1993), which holds the chance of any false finding. Prototypes of \
            different folds are different: number 2 of fold 1 has nothing to do with number 2 of fold 2. Patients whose \
            group is missing are left out and counted.
            """,
        parameters: [
            .argument("predictions", .object([PredictionsObject.typeName]), "of predict or crossvalidate"),
            .option("by", .formula, required: true, "two groups: a comparison such as (risk > median(risk))"),
            .option("permutations", .integer(19...1_000_000), default: "999", "random reassignments of the groups"),
            .option("top", .integer(1...1000), default: "10", "tokens to list"),
            .option("seed", .integer(0...Int.max), "the session's when left out"),
        ],
        result: PrototypesObject.typeName,
        examples: [
            """
            trained = train (model tta dim=16) on=(simulate patients=60 patches=20) epochs=2
            prototypes (predict trained on=(simulate patients=60 patches=20)) by=(risk > median(risk)) permutations=99
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let predictions = try arguments.object("predictions", as: PredictionsObject.self)
        guard let use = predictions.prototypes else {
            throw arguments.error(
                at: "predictions", "these predictions came from a file and know no prototypes", help: "predict again")
        }
        guard !use.parts.isEmpty else {
            throw arguments.error(
                at: "predictions", "this model has no prototypes", help: "train model tta with shared=true")
        }
        guard let formula = arguments.formula("by") else { preconditionFailure("by is required") }
        let grouping = try Grouping(formula, over: TableColumns(table: use.covariates), in: context)
        guard grouping.names.count == 2 else {
            let isNumeric = grouping.names.allSatisfy { Double($0) != nil }
            throw formula.error(
                "this makes \(counted(grouping.names.count, "group")), and two are compared",
                help: isNumeric
                    ? "use a comparison, such as by=(\(formula.code) > median(\(formula.code)))"
                    : "use a comparison, such as by=(\(formula.code) == \"\(grouping.names[0])\")")
        }
        var generator = SeededGenerator(seed: UInt64(arguments.optionalInteger("seed") ?? context.settings.seed))
        let comparison = try PrototypeComparison(
            use, grouping: grouping, permutations: arguments.integer("permutations"), using: &generator
        ) { try context.progress("prototypes", fraction: $0) }
        if comparison.prototypes.allSatisfy({ $0.occupancy.p.isNaN }) {
            context.note("nothing to test: no model's patients are of both groups")
        }
        return .object(
            PrototypesObject(
                use: use, by: grouping.text, groups: grouping.names, rows: grouping.rows, codes: grouping.codes,
                comparison: comparison,
                top: arguments.integer("top")))
    }
}

/// Prototypes and named tokens, compared between two groups of patients.
struct PrototypeComparison {
    /// A prototype of one modality and fold.
    struct Prototype {
        var part: Int
        var number: Int
        var occupancy: GroupDifference
        /// Named tokens by falling cosine.
        var nearest: [(token: String, cosine: Double)]
    }

    /// What one named token gave to one prototype.
    struct Token {
        var part: Int
        var name: String
        var prototype: Int
        var given: GroupDifference
    }

    var prototypes: [Prototype] = []
    /// By adjusted p, then by the size of the difference.
    var tokens: [Token] = []

    init(
        _ use: PrototypeUse, grouping: Grouping, permutations: Int, using generator: inout SeededGenerator,
        progress: (Double) throws -> Void
    ) throws {
        let place = Dictionary(uniqueKeysWithValues: grouping.rows.enumerated().map { ($1, $0) })
        let inside = grouping.codes.map { $0 == 1 }
        var foldOf = [Int](repeating: 0, count: grouping.rows.count)
        var occupancies: [(part: Int, number: Int, measurement: GroupMeasurement)] = []
        var shares: [(part: Int, name: String, number: Int, measurement: GroupMeasurement)] = []
        for (number, part) in use.parts.enumerated() {
            let known = part.rows.indices.filter { place[part.rows[$0]] != nil }
            let rows = known.compactMap { place[part.rows[$0]] }
            for row in rows { foldOf[row] = part.fold }
            for k in 0..<part.occupancy.columns {
                let values = known.map { part.occupancy[$0, k] }
                occupancies.append((number, k, GroupMeasurement(rows: rows, values: values)))
                for (token, name) in part.tokenNames.enumerated() {
                    let values = known.map { part.given[$0][token, k] }
                    shares.append((number, name, k, GroupMeasurement(rows: rows, values: values)))
                }
            }
        }
        let halves = shares.isEmpty ? 1.0 : 2
        let filled = try groupDifferences(
            occupancies.map(\.measurement), inside: inside, strata: foldOf, permutations: permutations,
            using: &generator
        ) { try progress($0 / halves) }
        prototypes = zip(occupancies, filled).map { item, difference in
            let part = use.parts[item.part]
            let nearest = part.tokenNames.indices.sorted { part.cosine[$0, item.number] > part.cosine[$1, item.number] }
            return Prototype(
                part: item.part, number: item.number + 1, occupancy: difference,
                nearest: nearest.map { (token: part.tokenNames[$0], cosine: part.cosine[$0, item.number]) })
        }
        guard !shares.isEmpty else { return }
        let given = try groupDifferences(
            shares.map(\.measurement), inside: inside, strata: foldOf, permutations: permutations, using: &generator
        ) { try progress(($0 + 1) / halves) }
        tokens = zip(shares, given).map { item, difference in
            Token(part: item.part, name: item.name, prototype: item.number + 1, given: difference)
        }
        tokens.sort {
            ($0.given.sortingP, -abs($0.given.standardised), $0.name, $0.prototype)
                < ($1.given.sortingP, -abs($1.given.standardised), $1.name, $1.prototype)
        }
    }
}

extension GroupDifference {
    /// What is not defined comes last.
    fileprivate var sortingP: Double { adjustedP.isNaN ? 2 : adjustedP }

    fileprivate var json: [(key: String, value: JSON)] {
        [
            ("first", .number(outside)), ("second", .number(inside)),
            ("standardised_difference", .number(standardised)),
            ("p", .number(p)), ("adjusted_p", .number(adjustedP)),
        ]
    }
}

struct PrototypesObject: Tabular {
    static let typeName = "prototypes"
    let use: PrototypeUse
    let by: String
    let groups: [String]
    /// The patients whose group is known, and which it is.
    let rows: [Int]
    let codes: [Int]
    let comparison: PrototypeComparison
    let top: Int

    private var hasFolds: Bool { use.parts.contains { $0.fold > 0 } }

    func text(width: Int) -> String {
        let fold: [TextTable.Column] = hasFolds ? [.number("fold")] : []
        func foldCell(_ part: Int) -> [String] { hasFolds ? [String(use.parts[part].fold)] : [] }
        var table = TextTable(
            [.text("modality")] + fold + [
                .number("prototype"), .number("first"), .number("second"), .number("p"), .number("adjusted p"),
                .text("nearest"),
            ])
        for item in comparison.prototypes {
            table.add(
                [use.parts[item.part].modality] + foldCell(item.part) + [
                    String(item.number), formatFixed(item.occupancy.outside, decimals: 3),
                    formatFixed(item.occupancy.inside, decimals: 3), formatPValue(item.occupancy.p),
                    formatPValue(item.occupancy.adjustedP),
                    item.nearest.prefix(3).map(\.token).joined(separator: ", "),
                ])
        }
        var parts = [
            "mean occupancy; first: \(groups[0]), second: \(groups[1])\n" + table.text(width: width)
        ]
        if !comparison.tokens.isEmpty {
            var tokens = TextTable(
                [.text("token"), .text("modality")] + fold + [
                    .number("prototype"), .number("first"), .number("second"), .number("p"), .number("adjusted p"),
                ])
            for item in comparison.tokens.prefix(top) {
                tokens.add(
                    [item.name, use.parts[item.part].modality] + foldCell(item.part) + [
                        String(item.prototype), formatFixed(item.given.outside, decimals: 3),
                        formatFixed(item.given.inside, decimals: 3), formatPValue(item.given.p),
                        formatPValue(item.given.adjustedP),
                    ])
            }
            parts.append(
                "mass that went to the prototype, in units of the token's weight\n" + tokens.text(width: width))
        }
        return parts.joined(separator: "\n\n")
    }

    var json: JSON {
        func place(_ part: Int) -> [(key: String, value: JSON)] {
            [("modality", .string(use.parts[part].modality)), ("fold", .number(Double(use.parts[part].fold)))]
        }
        return .object([
            ("by", .string(by)), ("groups", .strings(groups)),
            (
                "prototypes",
                .array(
                    comparison.prototypes.map { item in
                        .object(
                            place(item.part) + [("prototype", .number(Double(item.number)))] + item.occupancy.json + [
                                (
                                    "nearest",
                                    .array(
                                        item.nearest.prefix(top).map {
                                            .object([("token", .string($0.token)), ("cosine", .number($0.cosine))])
                                        })
                                )
                            ])
                    })
            ),
            (
                "tokens",
                .array(
                    comparison.tokens.map { item in
                        .object(
                            [("token", .string(item.name))] + place(item.part) + [
                                ("prototype", .number(Double(item.prototype)))
                            ] + item.given.json)
                    })
            ),
            (
                "occupancy",
                .array(
                    use.parts.map { part in
                        .object([
                            ("modality", .string(part.modality)), ("fold", .number(Double(part.fold))),
                            ("patients", .strings(part.rows.map { use.patients[$0] })),
                            ("shares", part.occupancy.json),
                        ])
                    })
            ),
        ])
    }

    /// One row per patient and modality: the share of each prototype.
    var asTable: Table {
        let parts = use.parts
        var export = Table(rowCount: parts.reduce(0) { $0 + $1.rows.count })
        export["patient"] = .labels(parts.flatMap { part in part.rows.map { use.patients[$0] } })
        export["modality"] = .labels(parts.flatMap { part in part.rows.map { _ in part.modality } })
        export["fold"] = .numbers(parts.flatMap { part in part.rows.map { _ in Double(part.fold) } })
        for k in 0..<(parts.map(\.occupancy.columns).max() ?? 0) {
            export["prototype\(k + 1)"] = .numbers(
                parts.flatMap { part in part.rows.indices.map { part.occupancy[$0, k] } })
        }
        return export
    }
}
