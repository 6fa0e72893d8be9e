import CommandLanguage
import Results
import SurvivalStatistics

struct NestedRegressionsCommand: Command {
    let declaration = CommandDeclaration(
        "anova", "Likelihood-ratio tests between nested Cox regressions", topic: .regression,
        discussion: """
            Each regression is tested against the next smaller one: twice the difference of the log partial likelihoods, \
            on as many degrees of freedom as it has more coefficients, as R's anova. A small p says that the terms which \
            the smaller one lacks (an interaction, the levels of a factor) belong there. The regressions have to be of the \
            same patients, strata and rule for ties, and each nested in the next larger one, which is checked: a missing \
            value in a further term leaves patients out of one of them only. Robust errors and Firth's penalty have no \
            such test.
            """,
        parameters: [.argument("regressions", .objects([CoxObject.typeName]), "two or more, in any order")],
        result: NestedRegressionsObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            anova (cox women ~ age + er) (cox women ~ age + er + age:er)
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let given = arguments.expressions("regressions").flatMap { Self.regressions($0.value) }
        guard given.count > 1 else {
            throw arguments.error(
                at: "regressions", "one regression has nothing to be tested against",
                help: "give two or more: anova smaller larger")
        }
        let regressions = given.sorted { $0.fit.terms.count < $1.fit.terms.count }
        for regression in regressions { try check(regression, arguments) }
        for (smaller, larger) in zip(regressions, regressions.dropFirst()) {
            try check(smaller, within: larger, arguments)
        }
        return .object(NestedRegressionsObject(regressions: regressions))
    }

    private static func regressions(_ value: Value) -> [CoxObject] {
        switch value {
        case .list(let items): items.flatMap(regressions)
        case .object(let object as CoxObject): [object]
        default: preconditionFailure("the parameter allows regressions only")
        }
    }

    private func check(_ regression: CoxObject, _ arguments: Arguments) throws {
        if regression.fit.clusters != nil {
            throw arguments.error(
                at: "regressions",
                "the errors of \(regression.formula) are robust ones, for which likelihoods say nothing",
                help: "fit without robust= and cluster=, or use the regressions' own Wald tests")
        }
        if regression.fit.firth != nil {
            throw arguments.error(
                at: "regressions",
                "\(regression.formula) has Firth's penalty, which differs from one regression to the next",
                help: "its own likelihood-ratio test and the p of its terms are of the penalised likelihood")
        }
    }

    private func check(_ smaller: CoxObject, within larger: CoxObject, _ arguments: Arguments) throws {
        let names = "\(smaller.formula) and \(larger.formula)"
        func differ(_ what: String, help: String) -> Diagnostic {
            arguments.error(at: "regressions", "\(names) are of \(what)", help: help)
        }
        let (a, b) = (smaller.design, larger.design)
        guard a.patients == b.patients else {
            let missing = Set(a.patients).symmetricDifference(b.patients).count
            throw differ(
                "different patients: \(counted(missing, "patient")) in one only",
                help: "fit both to those who have every term, such as where=(not is_missing(grade)) in cohort or subset"
            )
        }
        guard a.outcome == b.outcome, a.weights == b.weights else {
            throw differ("different outcomes, entries or weights", help: "fit both to one cohort with the same options")
        }
        guard a.strata == b.strata else {
            throw differ("different strata", help: "give both the same strata(), or make the column a term of both")
        }
        guard smaller.fit.ties == larger.fit.ties else {
            throw differ("different rules for ties", help: "give both the same ties=")
        }
        guard a.covariates.columns < b.covariates.columns, spans(b.covariates, a.covariates) else {
            throw arguments.error(
                at: "regressions", "\(smaller.formula) is not nested in \(larger.formula)",
                help:
                    "the larger one needs the smaller one's terms and more; cindex and compare judge those that are not nested"
            )
        }
    }
}

/// Nested regressions with the test of each against the one before.
struct NestedRegressionsObject: ObjectValue {
    static let typeName = "anova"
    /// From the smallest on.
    let regressions: [CoxObject]

    /// Nil for the smallest.
    private var tests: [CoxModel.Test?] {
        [nil] + zip(regressions, regressions.dropFirst()).map { $1.fit.likelihoodRatio(over: $0.fit) }
    }

    func text(width: Int) -> String {
        var table = TextTable([
            .text("regression"), .number("log-likelihood"), .number("χ²"), .number("df"), .number("p"),
        ])
        for (regression, test) in zip(regressions, tests) {
            table.add([
                regression.formula, formatFixed(regression.fit.logLikelihood, decimals: 3),
                test.map { formatNumber($0.chiSquare) } ?? "", test.map { String($0.degreesOfFreedom) } ?? "",
                test.map { formatPValue($0.p) } ?? "",
            ])
        }
        let fit = regressions[0].fit
        return table.text(width: width)
            + "\nlikelihood-ratio tests, each against the regression above; \(counted(fit.patients, "patient")), "
            + counted(fit.events, "event")
    }

    var json: JSON {
        .object([
            (
                "regressions",
                .array(
                    zip(regressions, tests).map { regression, test in
                        .object([
                            ("formula", .string(regression.formula)),
                            ("coefficients", .number(Double(regression.fit.terms.count))),
                            ("log_likelihood", .number(regression.fit.logLikelihood)), ("test", test?.json ?? .null),
                        ])
                    })
            )
        ])
    }
}

extension NestedRegressionsObject: Tabular {
    var asTable: Table {
        var export = Table(rowCount: regressions.count)
        export["regression"] = .labels(regressions.map(\.formula))
        export["log_likelihood"] = .numbers(regressions.map(\.fit.logLikelihood))
        export["chi_square"] = .numbers(tests.map { $0?.chiSquare ?? .nan })
        export["degrees_of_freedom"] = .numbers(tests.map { $0.map { Double($0.degreesOfFreedom) } ?? .nan })
        export["p"] = .numbers(tests.map { $0?.p ?? .nan })
        return export
    }
}
