import CommandLanguage
import Results
import SurvivalStatistics

struct DescriptiveTableCommand: Command {
    let declaration = CommandDeclaration(
        "table1", "Patients described by group: the first table of a paper", topic: .statistics,
        discussion: """
            Numbers as median [quartiles] (linear between order statistics), or with center=mean as mean (sd); a column \
            of numbers with few distinct values stays numeric: make it labels by a formula when reading the cohort. \
            Labels as n (%) of those known. Missing values are counted for each column, and take no part in shares and \
            tests. Median follow-up is the reverse Kaplan-Meier estimate.

            With by= p compares the groups: Kruskal-Wallis with ties (of two groups Wilcoxon's, without continuity \
            correction) or, with center=mean, Welch's test; chi-square without continuity correction, or Fisher's exact \
            test of two by two where an expected count is below 5. Of two groups SMD is the second less the first in \
            units of their spread (Austin 2009; of labels Yang & Dalton's distance, not negative), which unlike p does \
            not grow with the number of patients. Nothing is corrected for the number of columns. Patients whose group \
            is missing are left out and counted. The tests agree with R's kruskal.test, oneway.test, chisq.test and \
            fisher.test.
            """,
        parameters: [
            .argument("x", .object(Subjects.typeNames), "whose patients"), GroupedOutcome.declaredGroup,
            .option(
                "columns", .columnPatterns,
                "which columns, in this order; all but time, event and that of by= if left out"),
            .option(
                "center", .word(choices: PatientTable.Center.allCases.map(\.rawValue)),
                default: PatientTable.Center.median.rawValue, "how numbers are summed up"),
        ],
        result: DescriptiveTableObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            table1 women by=er columns=[age, size, grade]
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let subjects = try Subjects(arguments, "x")
        guard let center = PatientTable.Center(rawValue: arguments.word("center")) else {
            preconditionFailure("the parameter allows the centres' names only")
        }
        let table = subjects.columns.table
        let names = try columns(arguments, among: table.names.filter { $0 != subjects.idColumn })
        var by: String?
        var groups = [(name: "all", rows: Array(0..<subjects.outcome.count))]
        if let formula = arguments.formula("by") {
            let grouping = try Grouping(formula, over: subjects.columns, in: context)
            by = grouping.text
            groups = grouping.names.indices.map { code in
                (
                    grouping.names[code],
                    grouping.rows.indices.filter { grouping.codes[$0] == code }.map { grouping.rows[$0] }
                )
            }
        }
        return .object(
            DescriptiveTableObject(
                by: by,
                table: try PatientTable(
                    groups: groups, outcome: subjects.outcome,
                    columns: names.compactMap { name in table[name].map { (name, $0) } }, center: center)))
    }

    private func columns(_ arguments: Arguments, among names: [String]) throws -> [String] {
        let by = arguments.formula("by")?.text
        return try arguments.columns("columns", among: names)
            ?? names.filter { $0 != "time" && $0 != "event" && $0 != by }
    }
}

struct DescriptiveTableObject: Tabular {
    static let typeName = "description"
    /// The formula that made the groups.
    let by: String?
    let table: PatientTable

    private var hasMissing: Bool { table.lines.contains { $0.missing.contains { $0 > 0 } } }
    private var hasTests: Bool { table.groups.count > 1 }
    private var hasDifferences: Bool { table.groups.count == 2 }

    func text(width: Int) -> String {
        var text = TextTable(
            [.text("")] + table.groups.map(TextTable.Column.number) + (hasMissing ? [.number("missing")] : [])
                + (hasTests ? [.number("p")] : []) + (hasDifferences ? [.number("SMD")] : []))
        for line in table.lines {
            let isLevel = !line.level.isEmpty && line.missing.isEmpty
            let name = isLevel ? "  \(line.level)" : line.variable + (line.level.isEmpty ? "" : ", \(line.level)")
            let missing = line.missing.reduce(0, +)
            text.add(
                [name] + line.cells.map { $0?.text ?? (isLevel || line.cells.contains { $0 != nil } ? "–" : "") }
                    + (hasMissing ? [line.missing.isEmpty ? "" : String(missing)] : [])
                    + (hasTests ? [line.test.map { formatPValue($0.p) } ?? ""] : [])
                    + (hasDifferences ? [line.difference.map { formatFixed($0, decimals: 3) } ?? ""] : []))
        }
        return text.text(width: width) + (by.map { "\ngroups of \($0)" } ?? "")
    }

    var json: JSON {
        .object([
            ("by", by.map(JSON.string) ?? .null), ("groups", .strings(table.groups)),
            ("center", .string(table.center.rawValue)),
            (
                "rows",
                .array(
                    table.lines.map { line in
                        .object([
                            ("variable", .string(line.variable)), ("level", .string(line.level)),
                            ("cells", .array(line.cells.map { $0.map { .object($0.members) } ?? .null })),
                            ("missing", .numbers(line.missing)),
                            ("test", line.test.map { .string($0.method.rawValue) } ?? .null),
                            ("statistic", Commands.json(line.test?.statistic)), ("p", Commands.json(line.test?.p)),
                            ("smd", Commands.json(line.difference)),
                        ])
                    })
            ),
        ])
    }

    /// As printed, a row per line.
    var asTable: Table {
        var export = Table(rowCount: table.lines.count)
        export["variable"] = .labels(table.lines.map(\.variable))
        export["level"] = .labels(table.lines.map { $0.level.isEmpty ? nil : $0.level })
        for (index, group) in table.groups.enumerated() {
            var name = group
            while export[name] != nil { name += " (group)" }
            export[name] = .labels(table.lines.map { $0.cells[index]?.text })
        }
        export["missing_values"] = .numbers(
            table.lines.map { $0.missing.isEmpty ? .nan : Double($0.missing.reduce(0, +)) })
        if hasTests {
            export["test"] = .labels(table.lines.map { $0.test?.method.rawValue })
            export["p_value"] = .numbers(table.lines.map { $0.test?.p ?? .nan })
        }
        if hasDifferences { export["smd"] = .numbers(table.lines.map { $0.difference ?? .nan }) }
        return export
    }
}
