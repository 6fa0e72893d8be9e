import CommandLanguage
import Results
import SurvivalStatistics

struct LogRankCommand: Command {
    let declaration = CommandDeclaration(
        "logrank", "The log-rank test that groups share one hazard", topic: .statistics,
        discussion: """
            Observed and expected events per group and the chi-square of their difference, as R's survdiff. With strata \
            the sums run within each. With trend=true the groups are also tested in order (scores 1, 2, 3 … in the order \
            shown; Tarone 1975): a positive z means more events than expected in later groups.

            \(LogRankOptions.rules)
            """,
        parameters: LogRankOptions.declared + [
            .option("trend", .boolean, default: "false", "also the test for trend over the groups in their order")
        ],
        result: LogRankObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            logrank women by=grade
            logrank women by=(size > 2) scheme=flemingharrington rho=1 strata=er
            logrank women by=(1 + (size > 1.5) + (size > 2.5)) trend=true
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let options = try LogRankOptions(arguments, in: context)
        var test = try logRank(
            options.outcome, groups: options.labels, weights: options.weights, strata: options.strata)
        for index in test.groups.indices { test.groups[index].name = options.name(of: test.groups[index].name) }
        return .object(
            LogRankObject(
                by: options.by, weights: options.weights, strata: arguments.formula("strata")?.text, test: test,
                trend: arguments.boolean("trend") ? try test.trend() : nil))
    }
}

struct LogRankObject: Tabular {
    static let typeName = "test"
    let by: String
    let weights: LogRankWeights
    /// The formula that made the strata.
    let strata: String?
    let test: LogRank
    let trend: LogRank.Trend?

    func text(width: Int) -> String {
        var table = TextTable([
            .text(by), .number("patients"), .number("observed"), .number("expected"),
        ])
        for group in test.groups {
            table.add([
                group.name, String(group.patients), formatNumber(group.observed),
                formatFixed(group.expected, decimals: 2),
            ])
        }
        var lines = [table.text(width: width)]
        if let phrase = weights.phrase { lines.append("\(phrase); observed and expected are weighted") }
        if let strata { lines.append("within strata of \(strata)") }
        lines.append("χ² = \(formatNumber(test.chiSquare)) on \(test.degreesOfFreedom) df, \(equation(p: test.p))")
        if let trend { lines.append("trend z = \(formatNumber(trend.z)), \(equation(p: trend.p))") }
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        guard case .object(let members) = test.json else { return test.json }
        let trend = self.trend.map { trend in
            JSON.object([
                ("z", .number(trend.z)), ("chi_square", .number(trend.chiSquare)), ("p", .number(trend.p)),
            ])
        }
        return .object(
            [("by", .string(by))] + weights.json + [("strata", strata.map(JSON.string) ?? .null)] + members
                + [("trend", trend ?? .null)])
    }

    /// One row per group.
    var asTable: Table {
        var export = Table(rowCount: test.groups.count)
        export["group"] = .labels(test.groups.map(\.name))
        export["patients"] = .numbers(test.groups.map { Double($0.patients) })
        export["observed"] = .numbers(test.groups.map(\.observed))
        export["expected"] = .numbers(test.groups.map(\.expected))
        return export
    }
}

extension LogRank {
    var json: JSON {
        .object([
            ("chi_square", .number(chiSquare)), ("degrees_of_freedom", .number(Double(degreesOfFreedom))),
            ("p", .number(p)),
            (
                "groups",
                .array(
                    groups.map { group in
                        .object([
                            ("name", .string(group.name)), ("patients", .number(Double(group.patients))),
                            ("observed", .number(group.observed)), ("expected", .number(group.expected)),
                        ])
                    })
            ),
        ])
    }
}
