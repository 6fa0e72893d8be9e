import CommandLanguage
import SurvivalStatistics

struct LogRankCommand: Command {
    let declaration = CommandDeclaration(
        "logrank", "The log-rank test that groups share one hazard",
        discussion: """
            Observed and expected events per group and the chi-square of their difference, as R's survdiff. A patient \
            censored at the time of an event is at risk there. Patients whose group is missing are left out and counted.
            """,
        parameters: [
            .argument("x", .object(Subjects.typeNames), "whose patients"),
            .option("by", .formula, required: true, "group per patient: a column or a comparison"),
        ],
        result: LogRankObject.typeName,
        examples: ["logrank (cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event) by=grade"])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let subjects = try Subjects(arguments, "x")
        guard let formula = arguments.formula("by") else { preconditionFailure("by is required") }
        let grouping = try Grouping(formula, over: subjects.columns, in: context)
        guard grouping.names.count > 1 else {
            throw formula.error(
                "every patient is in one group, \(grouping.names[0]); a test needs two", help: "choose another by=")
        }
        var test = try logRank(subjects.outcome[grouping.rows], groups: grouping.labels)
        for index in test.groups.indices { test.groups[index].name = grouping.names[index] }
        return .object(LogRankObject(by: grouping.text, test: test))
    }
}

struct LogRankObject: ObjectValue {
    static let typeName = "test"
    let by: String
    let test: LogRank

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
        return table.text(width: width)
            + "\nχ² = \(formatNumber(test.chiSquare)) on \(test.degreesOfFreedom) df, \(equation(p: test.p))"
    }

    var json: JSON {
        guard case .object(let members) = test.json else { return test.json }
        return .object([("by", .string(by))] + members)
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
