import CommandLanguage
import Results
import SurvivalStatistics

struct CrosstabCommand: Command {
    let declaration = CommandDeclaration(
        "crosstab", "Rows counted by two classifications, with tests of whether they are related", topic: .tables,
        discussion: """
            Pearson's chi-square test, of two by two also with Yates' correction; Fisher's exact test of any size, \
            two-sided: the probability of all tables with the same sums that are at most as likely; Cramér's V; of two by \
            two the conditional odds ratio with its exact interval: the odds of the first column in the first row over \
            those in the second. They agree with R's chisq.test and fisher.test. Rows of the table where either is \
            missing are left out of the counts and told. Where the exact test would take too long it is left out, with a \
            note: the chi-square test is good when all expected counts are at least 5.
            """,
        parameters: [
            .tableArgument, .argument("rows", .formula, "what the rows are"),
            .argument("columns", .formula, "what the columns are"),
            .option("exact", .boolean, default: "true", "whether to do Fisher's test"),
            .level,
        ],
        result: CrosstabObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            crosstab women er grade
            crosstab women (age > 50) er
            """
        ])

    private static let mostClasses = 50

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let columns = TableColumns(table: arguments.table())
        let (rowClasses, columnClasses) = (
            try classes("rows", over: columns, arguments), try classes("columns", over: columns, arguments)
        )
        let (rowNames, columnNames) = (rowClasses.names, columnClasses.names)
        var counts = [[Int]](repeating: [Int](repeating: 0, count: columnNames.count), count: rowNames.count)
        var missing = 0
        for (row, column) in zip(rowClasses.codes, columnClasses.codes) {
            if row < rowNames.count && column < columnNames.count {
                counts[row][column] += 1
            } else {
                missing += 1
            }
        }
        let table = ContingencyTable(counts)
        guard table.total > 0 else {
            throw arguments.error("in no row are \(rowClasses.title) and \(columnClasses.title) both known")
        }
        return .object(
            CrosstabObject(
                rowTitle: rowClasses.title, columnTitle: columnClasses.title, rowNames: rowNames,
                columnNames: columnNames, counts: table, missing: missing,
                tests: try tests(of: table, arguments, in: context)))
    }

    private func classes(_ name: String, over columns: TableColumns, _ arguments: Arguments) throws -> Classes {
        guard let formula = arguments.formula(name) else { preconditionFailure("\(name) is required") }
        let classes = try Classes(formula, over: columns)
        guard classes.names.count <= Self.mostClasses else {
            throw arguments.error(
                at: name, "\(classes.title) has \(classes.names.count) values, more than \(Self.mostClasses)",
                help: "cut it in two: (\(classes.title) > median(\(classes.title)))")
        }
        return classes
    }

    private func tests(
        of table: ContingencyTable, _ arguments: Arguments, in context: Context
    ) throws -> CrosstabObject.Tests? {
        guard let used = table.used else {
            context.note("nothing to test: all that is known is in one row or one column")
            return nil
        }
        let isTwoByTwo = used.rowSums.count == 2 && used.columnSums.count == 2
        var exact: Double?
        if arguments.boolean("exact") {
            do {
                exact = try used.fisher { try context.progress("exact test", fraction: $0) }
            } catch let error as FisherError {
                let smallest = formatNumber(used.smallestExpected, digits: 3)
                context.note(
                    "no exact test: \(error.localizedDescription); the smallest expected count is \(smallest)")
            }
        }
        return CrosstabObject.Tests(
            chiSquare: used.chiSquare(), corrected: isTwoByTwo ? used.chiSquare(corrected: true) : nil,
            exact: exact, cramersV: used.cramersV, smallestExpected: used.smallestExpected,
            oddsRatio: try used.oddsRatio(level: arguments.number("level")))
    }
}

extension Classes {
    /// The names of the classes that are known.
    fileprivate var names: [String] { keys.compactMap { $0?.text } }
}

/// Counts by two classifications as the language has them.
struct CrosstabObject: Tabular {
    static let typeName = "crosstab"

    struct Tests {
        let chiSquare: ContingencyTable.ChiSquare
        /// With Yates' correction; of two by two only.
        let corrected: ContingencyTable.ChiSquare?
        /// Of Fisher's test; nil where it was not done.
        let exact: Double?
        let cramersV: Double
        let smallestExpected: Double
        let oddsRatio: OddsRatio?
    }

    let rowTitle: String
    let columnTitle: String
    let rowNames: [String]
    let columnNames: [String]
    let counts: ContingencyTable
    /// Rows left out since either classification is missing.
    let missing: Int
    let tests: Tests?

    func text(width: Int) -> String {
        var table = TextTable([.text(rowTitle)] + columnNames.map(TextTable.Column.number) + [.number("all")])
        for (row, name) in rowNames.enumerated() {
            table.add([name] + counts.counts[row].map(String.init) + [String(counts.rowSums[row])])
        }
        table.add(["all"] + counts.columnSums.map(String.init) + [String(counts.total)])
        var lines = ["columns: \(columnTitle)", table.text(width: width)]
        if missing > 0 { lines.append("\(counted(missing, "row")) left out: \(rowTitle) or \(columnTitle) is missing") }
        guard let tests else { return lines.joined(separator: "\n") }
        func equation(_ test: ContingencyTable.ChiSquare) -> String {
            "χ² = \(formatNumber(test.statistic)) on \(test.degreesOfFreedom) df, \(Commands.equation(p: test.p))"
        }
        lines.append(
            equation(tests.chiSquare) + (tests.corrected.map { "; with Yates' correction " + equation($0) } ?? ""))
        if let p = tests.exact { lines.append("Fisher's exact test: \(Commands.equation(p: p))") }
        if let ratio = tests.oddsRatio {
            lines.append(
                "odds ratio \(formatRatio(ratio.estimate, decimals: 2)) (\(formatNumber(100 * ratio.level))% CI "
                    + "\(formatRatio(ratio.lower, decimals: 2))–\(formatRatio(ratio.upper, decimals: 2)))")
        }
        lines.append(
            "Cramér's V = \(formatFixed(tests.cramersV, decimals: 3)); smallest expected count "
                + formatNumber(tests.smallestExpected, digits: 3))
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        func json(_ test: ContingencyTable.ChiSquare) -> JSON {
            .object([
                ("statistic", .number(test.statistic)), ("df", .number(Double(test.degreesOfFreedom))),
                ("p", .number(test.p)),
            ])
        }
        return .object([
            ("row_title", .string(rowTitle)), ("column_title", .string(columnTitle)),
            ("rows", .strings(rowNames)), ("columns", .strings(columnNames)),
            ("counts", .array(counts.counts.map { .numbers($0) })), ("row_sums", .numbers(counts.rowSums)),
            ("column_sums", .numbers(counts.columnSums)), ("total", .number(Double(counts.total))),
            ("left_out", .number(Double(missing))),
            ("chi_square", tests.map { json($0.chiSquare) } ?? .null),
            ("chi_square_corrected", tests?.corrected.map(json) ?? .null),
            ("exact_p", Commands.json(tests?.exact)),
            ("cramers_v", Commands.json(tests?.cramersV)),
            ("smallest_expected", Commands.json(tests?.smallestExpected)),
            (
                "odds_ratio",
                tests?.oddsRatio.map { ratio in
                    .object([
                        ("estimate", Commands.json(ratio.estimate)), ("lower", .number(ratio.lower)),
                        ("upper", Commands.json(ratio.upper)), ("level", .number(ratio.level)),
                    ])
                } ?? .null
            ),
        ])
    }

    /// A row per cell.
    var asTable: Table {
        let cells = rowNames.indices.flatMap { row in columnNames.indices.map { (row, $0) } }
        var table = Table(rowCount: cells.count)
        table[rowTitle] = .labels(cells.map { rowNames[$0.0] })
        table.add(.labels(cells.map { columnNames[$0.1] }), named: columnTitle)
        table.add(.numbers(cells.map { Double(counts.counts[$0.0][$0.1]) }), named: "count")
        table.add(.numbers(cells.map { counts.expected($0.0, $0.1) }), named: "expected")
        return table
    }
}
