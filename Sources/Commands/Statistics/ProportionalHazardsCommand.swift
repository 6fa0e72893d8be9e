import CommandLanguage
import Results
import SurvivalStatistics

struct ProportionalHazardsCommand: Command {
    let declaration = CommandDeclaration(
        "zph", "Test whether the coefficients of a Cox regression change with time", topic: .regression,
        discussion: """
            Fits the regression as cox does, then tests each term, and all together, for a coefficient that is linear \
            in a transform of time: the score test of Grambsch and Therneau, as R's cox.zph. A small p speaks against \
            proportional hazards. The transform km is one minus the Kaplan-Meier curve of all patients just before the \
            time, which long follow-up of few patients cannot dominate; identity is the time itself, log its \
            logarithm (no event may be at time 0), rank its rank. The columns of one factor are tested together. \
            \(Subjects.samplingRules) With weights=, all above 0, the fit and the test are weighted, the transform km is \
            not, as in R.
            """,
        parameters: [
            .argument("x", .object(Subjects.typeNames), "whose patients"),
            .argument("terms", .terms, "~ age + factor(stage) + strata(site)"),
            .option(
                "transform", .word(choices: ProportionalHazards.Transform.allCases.map(\.rawValue)), default: "km",
                "what coefficients may be linear in"),
            .option(
                "ties", .word(choices: CoxModel.Ties.allCases.filter { $0 != .exact }.map(\.rawValue)),
                default: "efron",
                "rule for events at one time"),
            Subjects.declaredEntry, Subjects.declaredWeights,
        ],
        result: ProportionalHazardsObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            zph women transform=log ~ age + size + factor(grade)
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        guard let ties = CoxModel.Ties(rawValue: arguments.word("ties")),
            let transform = ProportionalHazards.Transform(rawValue: arguments.word("transform"))
        else { preconditionFailure("the declaration lists the words") }
        let subjects = try Subjects(arguments, "x").entering(arguments, in: context)
            .weighing(arguments, positive: true, in: context)
        let design = try RegressionDesign(arguments, subjects: subjects, in: context)
        let fit = try CoxModel.fit(
            design.outcome, covariates: design.covariates, names: design.names, ties: ties, strata: design.strata,
            weights: design.weights
        ) { try context.progress("zph", fraction: $0) }
        fit.warnings.forEach { context.warn($0.description) }
        let result = try proportionalHazards(
            fit, design.outcome, covariates: design.covariates, strata: design.strata, groups: design.term,
            transform: transform)
        return .object(
            ProportionalHazardsObject(formula: arguments.terms("terms").text, terms: design.terms, result: result))
    }
}

/// Tests of proportional hazards as the language has them.
struct ProportionalHazardsObject: ObjectValue {
    static let typeName = "zph"
    let formula: String
    let terms: [String]
    let result: ProportionalHazards

    private var rows: [(name: String, test: CoxModel.Test)] {
        Array(zip(terms, result.tests)) + [("all together", result.global)]
    }

    func text(width: Int) -> String {
        var table = TextTable([.text("term"), .number("χ²"), .number("df"), .number("p")])
        for (name, test) in rows {
            table.add([
                name, formatNumber(test.chiSquare), String(test.degreesOfFreedom), formatPValue(test.p),
            ])
        }
        return table.text(width: width)
            + "\nagainst coefficients linear in time's transform \(result.transform.rawValue)"
    }

    var json: JSON {
        .object([
            ("formula", .string(formula)), ("transform", .string(result.transform.rawValue)),
            (
                "terms",
                .array(
                    zip(terms, result.tests).map { name, test in
                        guard case .object(let members) = test.json else { return test.json }
                        return .object([("term", .string(name))] + members)
                    })
            ),
            ("global", result.global.json),
        ])
    }
}

extension ProportionalHazardsObject: Tabular {
    var asTable: Table {
        var export = Table(rowCount: rows.count)
        export["term"] = .labels(rows.map(\.name))
        export["chi_square"] = .numbers(rows.map(\.test.chiSquare))
        export["degrees_of_freedom"] = .numbers(rows.map { Double($0.test.degreesOfFreedom) })
        export["p"] = .numbers(rows.map(\.test.p))
        return export
    }
}
