import CommandLanguage
import Figures
import Foundation
import Projection
import Results

struct HeatMapCommand: Command {
    let declaration = CommandDeclaration(
        "heatmap", "Prototypes by gene sets, or rows by columns, put beside their likes", topic: .figures,
        discussion: """
            For plot. Of prototypes the rows are a modality's named tokens and the columns its prototypes: values=cosine \
            is how near a token lies to a prototype on average, values=difference how much more of its weight went there \
            in the second group than in the first. Prototypes of different folds are different, so one fold is drawn. \
            top= keeps the tokens whose values are farthest from 0.

            Of anything else with columns the values are its numbers, each column less its mean in units of its standard \
            deviation; label= names the rows, and rows with a missing value are left out and counted.

            Rows and columns are ordered by hierarchical clustering of their Euclidean distances; with linkage=none they \
            stay as they are. Order and heights agree with R's hclust (average, complete, ward.D2). Colours are white at \
            0, as dark at one end as at the other.
            """,
        parameters: [
            .argument("x", .table, "what is drawn: prototypes, or any table"),
            .option("modality", .word(choices: nil), "of prototypes; the first with named tokens if left out"),
            .option("fold", .integer(1...10_000), "of prototypes; the first if left out"),
            .option("values", .word(choices: ["cosine", "difference"]), default: "cosine", "of prototypes"),
            .option("top", .integer(1...2000), default: "50", "of prototypes: how many tokens"),
            .option("columns", .columnPatterns, "of anything else: which columns, required there"),
            .option("label", .formula, "of anything else: the rows' names"),
            .option(
                "linkage", .word(choices: HierarchicalClustering.Linkage.allCases.map(\.rawValue) + ["none"]),
                default: "average", "what the distance of two clusters is"),
        ],
        result: HeatMapObject.typeName,
        examples: [
            """
            trained = train (model tta dim=16) on=(simulate patients=60 patches=20) epochs=2
            seen = predict trained on=(simulate patients=60 patches=20)
            found = prototypes seen by=(risk > median(risk)) permutations=99
            plot (heatmap found top=20) file="Plots/prototypes"
            """,
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            plot (heatmap women columns=[age, size]) file="Plots/women"
            """,
        ])

    /// Prototypes are a table, too, but are not drawn by its columns; which of the two is given only running tells.
    func knownColumns(_ arguments: KnownArguments) -> KnownColumns {
        KnownColumns(inFormulas: arguments.columns(of: "x"), inLists: nil, ofResult: nil)
    }

    /// Distances between all pairs are kept.
    private static let most = 5000

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        guard case .object(let object) = arguments.value("x") else { preconditionFailure("an object is required") }
        let isOfPrototypes = object is PrototypesObject
        for option in isOfPrototypes ? ["columns", "label"] : ["modality", "fold", "values", "top"]
        where arguments.has(option) {
            throw arguments.error(
                at: option, "\(option)= is for \(isOfPrototypes ? "what has columns" : "prototypes")",
                help: "leave it out")
        }
        var map =
            if let prototypes = object as? PrototypesObject {
                try Self.prototypes(prototypes, arguments, in: context)
            } else {
                try Self.columns(object, arguments, in: context)
            }
        if let linkage = HierarchicalClustering.Linkage(rawValue: arguments.word("linkage")) {
            guard max(map.values.rows, map.values.columns) <= Self.most else {
                throw arguments.error(
                    "\(map.values.rows) rows by \(map.values.columns) columns are too many to be clustered, which can be done "
                        + "with \(Self.most)", help: "take fewer, or linkage=none")
            }
            map.rowTree = try HierarchicalClustering(map.values, names: map.rowNames, linkage: linkage)
            map.columnTree = try HierarchicalClustering(
                map.values.transposed, names: map.columnNames, linkage: linkage)
        }
        return .object(map)
    }

    // MARK: Prototypes

    private static func prototypes(
        _ object: PrototypesObject, _ arguments: Arguments, in context: Context
    ) throws -> HeatMapObject {
        let named = object.use.parts.indices.filter { !object.use.parts[$0].tokenNames.isEmpty }
        guard !named.isEmpty else {
            throw arguments.error(
                at: "x", "no modality of these prototypes has named tokens", help: "attach gene sets or a table")
        }
        let modality = arguments.optionalWord("modality") ?? object.use.parts[named[0]].modality
        let ofModality = named.filter { object.use.parts[$0].modality == modality }
        guard !ofModality.isEmpty else {
            let names = Set(named.map { object.use.parts[$0].modality }).sorted().joined(separator: ", ")
            throw arguments.error(
                at: "modality", "\(modality) has no named tokens in these prototypes", help: "there is \(names)")
        }
        let folds = ofModality.map { object.use.parts[$0].fold }
        let fold = arguments.optionalInteger("fold") ?? folds[0]
        guard let index = ofModality.first(where: { object.use.parts[$0].fold == fold }) else {
            let known =
                folds.first == 0 ? "there is one model" : "there are \(folds.map(String.init).joined(separator: ", "))"
            throw arguments.error(at: "fold", "there are no prototypes of fold \(fold)", help: known)
        }
        if !arguments.has("fold"), folds.count > 1 {
            context.note("fold \(fold) of \(folds.count); prototypes of other folds are different, see fold=")
        }
        let part = object.use.parts[index]
        let isCosine = arguments.word("values") == "cosine"
        var values = part.cosine
        if !isCosine {
            let place = Dictionary(uniqueKeysWithValues: part.tokenNames.enumerated().map { ($1, $0) })
            for token in object.comparison.tokens where token.part == index {
                guard let row = place[token.name] else { continue }
                values[row, token.prototype - 1] = token.given.inside - token.given.outside
            }
        }
        let reach = (0..<values.rows).map { row in values[row: row].reduce(0) { max($0, abs($1)) } }
        let kept =
            values.rows > arguments.integer("top")
            ? reach.indices.sorted { (-reach[$0], $0) < (-reach[$1], $1) }.prefix(arguments.integer("top")).sorted()
            : Array(0..<values.rows)
        if kept.count < values.rows {
            context.note("\(kept.count) of \(counted(values.rows, "token")), those with the largest values; see top=")
        }
        return HeatMapObject(
            values: values[rows: kept], rowNames: kept.map { part.tokenNames[$0] },
            columnNames: (0..<values.columns).map { String($0 + 1) }, columnTitle: "Prototype",
            selection: [
                modality, fold > 0 ? "fold \(fold) of \(folds.count)" : nil,
                kept.count < values.rows
                    ? "\(kept.count) of \(counted(values.rows, "token"))" : counted(values.rows, "token"),
            ].compactMap { $0 }.joined(separator: ", "),
            valueName: isCosine
                ? "Cosine of token and prototype"
                : "Mass given to the prototype, \(object.groups[1]) less \(object.groups[0])",
            linkage: arguments.word("linkage"))
    }

    // MARK: Columns

    private static func columns(
        _ object: any ObjectValue, _ arguments: Arguments, in context: Context
    ) throws -> HeatMapObject {
        guard let columns = object.columns as? TableColumns,
            let names = try arguments.columns("columns", among: columns.table.names)
        else {
            throw arguments.error(
                "which columns are to be drawn?", help: "such as columns=[age, size] or columns=\"*_rnaseq\"")
        }
        let numbers = try names.map { name -> [Double] in
            guard case .numbers(let values)? = columns.table[name] else {
                throw arguments.error(
                    at: "columns", "the column \(name) holds labels, and colours show numbers", help: "leave it out")
            }
            guard values.allSatisfy({ !$0.isInfinite }) else {
                throw arguments.error(at: "columns", "the column \(name) has an infinite value", help: "leave it out")
            }
            return values
        }
        let known = (0..<columns.rowCount).filter { row in !numbers.contains { $0[row].isNaN } }
        guard !known.isEmpty else {
            throw arguments.error(at: "columns", "no row has a value in each of these columns", help: "choose fewer")
        }
        if known.count < columns.rowCount {
            context.note("\(counted(columns.rowCount - known.count, "row")) left out: a value is missing")
        }
        var values = Matrix(
            rows: known.count, columns: names.count, values: [Double](repeating: 0, count: known.count * names.count))
        for (column, all) in numbers.enumerated() {
            let own = known.map { all[$0] }
            let moments = Moments(own)
            let varies = moments.deviation > 0
            if !varies { context.note("\(names[column]) does not vary") }
            for row in own.indices { values[row, column] = varies ? (own[row] - moments.mean) / moments.deviation : 0 }
        }
        let labels = try arguments.formula("label").map { try $0.evaluate(over: columns).map(\.label) }
        return HeatMapObject(
            values: values, rowNames: known.map { row in labels.map { $0[row] ?? "–" } ?? String(row + 1) },
            columnNames: names,
            valueName: "Standard deviations from the mean", linkage: arguments.word("linkage"))
    }
}

/// A matrix with names and an order as the language has it.
struct HeatMapObject: Tabular {
    static let typeName = "heatmap"
    var values: Matrix
    var rowNames: [String]
    var columnNames: [String]
    var columnTitle = ""
    /// Of prototypes: whose, and how many of their tokens.
    var selection: String?
    var valueName: String
    var linkage: String
    var rowTree: HierarchicalClustering?
    var columnTree: HierarchicalClustering?

    private var rowOrder: [Int] { rowTree?.order ?? Array(rowNames.indices) }
    private var columnOrder: [Int] { columnTree?.order ?? Array(columnNames.indices) }
    private var limit: Double { values.values.reduce(0) { max($0, abs($1)) } }

    func text(width: Int) -> String {
        var table = TextTable([.text("")] + columnOrder.map { .number(columnNames[$0]) })
        for row in rowOrder.prefix(50) {
            table.add([rowNames[row]] + columnOrder.map { formatFixed(values[row, $0], decimals: 3) })
        }
        let rest = rowNames.count > 50 ? "\n… and \(counted(rowNames.count - 50, "row")) more" : ""
        return valueName + "\n" + table.text(width: width) + rest
    }

    /// In the order of the clustering.
    var json: JSON {
        .object([
            ("values_are", .string(valueName)), ("linkage", .string(linkage)),
            ("rows", .strings(rowOrder.map { rowNames[$0] })),
            ("columns", .strings(columnOrder.map { columnNames[$0] })),
            ("values", .array(rowOrder.map { row in .numbers(columnOrder.map { values[row, $0] }) })),
            ("row_heights", rowTree.map { .numbers($0.joins.map(\.height)) } ?? .null),
            ("column_heights", columnTree.map { .numbers($0.joins.map(\.height)) } ?? .null),
        ])
    }

    var asTable: Table {
        var export = Table(rowCount: rowNames.count)
        export["row"] = .labels(rowOrder.map { rowNames[$0] })
        for column in columnOrder {
            export.add(.numbers(rowOrder.map { values[$0, column] }), named: columnNames[column])
        }
        return export
    }
}

extension HeatMapObject: Drawable {
    private var caption: String? {
        let order = linkage == "none" ? nil : "\(linkage) linkage of Euclidean distances"
        let parts = [selection, order].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    func figure(_ options: PlotOptions) throws -> Figure {
        try HeatMapFigure(
            values: values, rowNames: rowNames, columnNames: columnNames, columnTitle: columnTitle, rowTree: rowTree,
            columnTree: columnTree,
            scale: .diverging(limit: limit), valueName: valueName, title: options.title,
            caption: caption,
            width: options.width ?? (columnNames.count > 12 ? .doubleColumn : .singleColumn)
        ).figure()
    }
}
