import Foundation
import Testing

/// Interactions in the terms of regressions, against R (`Tests/Fixtures/commands/interactions.R`).
@Suite struct InteractionTests {
    let bench: Bench
    let oracle: Answer

    init() throws {
        bench = try Bench()
        let file = Bench.checkout.appendingPathComponent("Tests/Fixtures/commands/interactions.json")
        oracle = try Answer(json: String(contentsOf: file, encoding: .utf8))
        #expect(oracle["versions"].has("survival"))
        try bench.run("women = cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event")
    }

    @Test func coefficientsAreThoseOfR() throws {
        #expect(oracle["cox"].items.count == 10)
        for wanted in oracle["cox"].items {
            let terms = try #require(wanted["terms"].text)
            let fit = try bench.answer("cox women ~ \(terms)")
            #expect(fit["terms"].items.map(\.["term"].text) == wanted["names"].items.map(\.text), "\(terms)")
            expectClose(try fit["log_likelihood"].number(), try wanted["log_likelihood"].number(), terms)
            for (index, term) in fit["terms"].items.enumerated() {
                for key in ["coefficient", "standard_error"] {
                    expectClose(
                        try term[key].number(), try wanted[key][index].number(), "\(terms) \(key)", tolerance: 1e-6)
                }
            }
        }
    }

    @Test func newPatientsArePredicted() throws {
        try bench.run(
            """
            known = cohort "Scripts/data/transbig_clinical.csv" time=time event=event where=(age < 48)
            others = cohort "Scripts/data/transbig_clinical.csv" time=time event=event where=(age >= 48)
            p = predict (cox known ~ age + er + size + age:er + er:size) on=others
            """)
        let predicted = try bench.answer("p")
        #expect(predicted["patients"] == oracle["predicted"]["patients"])
        let (found, wanted) = (try predicted["risk"].numbers(), try oracle["predicted"]["risk"].numbers())
        #expect(found.count == 84 && wanted.count == 84)
        for (risk, expected) in zip(found, wanted) { #expect(abs(risk - expected) <= 1e-7) }
    }

    @Test func otherRegressionsTakeThem() throws {
        let proportional = try bench.answer("zph women ~ age + er + age:er")["terms"].items
        #expect(proportional.map(\.["term"].text) == ["age", "er", "age:er"])
        for (term, wanted) in zip(proportional, oracle["zph"].items) {
            expectClose(try term["chi_square"].number(), try wanted.number(), "zph", tolerance: 1e-5)
        }
        let weibull = try bench.answer("aft women ~ age + er + age:er")["terms"].items
        #expect(weibull.map(\.["term"].text) == oracle["weibull"]["names"].items.map(\.text))
        for (term, wanted) in zip(weibull, oracle["weibull"]["coefficient"].items) {
            expectClose(try term["coefficient"].number(), try wanted.number(), "aft", tolerance: 1e-5)
        }
        // The lasso's columns are those of cox.
        #expect(try bench.answer("coxnet women ~ er + er:age lambda=0.01")["covariates"].number() == 3)
    }

    @Test func nestedRegressionsAreTested() throws {
        let statements = [
            "anova (cox women ~ age + er) (cox women ~ age) (cox women ~ age + er + age:er)",
            // Nested though no term of the smaller one is named so in the larger one.
            "anova [(cox women ~ size + strata(grade)), (cox women ~ er + er:age + size + strata(grade))]",
        ]
        for (statement, wanted) in zip(statements, oracle["anova"].items) {
            let found = try bench.answer(statement)["regressions"].items
            #expect(found.count == wanted["log_likelihood"].items.count && found[0]["test"].isNull)
            for (index, regression) in found.enumerated() {
                expectClose(
                    try regression["log_likelihood"].number(), try wanted["log_likelihood"][index].number(), statement)
                guard index > 0 else { continue }
                for key in ["chi_square", "degrees_of_freedom", "p"] {
                    expectClose(
                        try regression["test"][key].number(), try wanted[key][index - 1].number(), key, tolerance: 1e-7)
                }
            }
        }
        // Slopes by level hold the common slope, whose term is not among theirs.
        #expect(
            try bench.answer("anova (cox women ~ er + age) (cox women ~ er + er:age)")["regressions"][1]["test"]["p"]
                == bench.answer("anova (cox women ~ er + age) (cox women ~ er + age + er:age)")["regressions"][1][
                    "test"]["p"])
    }

    @Test func regressionsThatAreNotNested() throws {
        func expect(_ regressions: String, _ message: String, help: String, at place: String) throws {
            try bench.expectFailure("anova \(regressions)", message, help: help, at: place)
        }
        let nested =
            "the larger one needs the smaller one's terms and more; cindex and compare judge those that are not nested"
        try expect(
            "(cox women ~ age)", "one regression has nothing to be tested against",
            help: "give two or more: anova smaller larger", at: "(cox women ~ age)")
        for (a, b) in [("age", "er + size"), ("age", "er"), ("age + er", "er + age")] {
            try expect(
                "(cox women ~ \(a)) (cox women ~ \(b))", "\(a) is not nested in \(b)", help: nested,
                at: "(cox women ~ \(a)) (cox women ~ \(b))")
        }
        try expect(
            "(cox women ~ age) (cox women ~ age + grade)",
            "age and age + grade are of different patients: 2 patients in one only",
            help: "fit both to those who have every term, such as where=(not is_missing(grade)) in cohort or subset",
            at: "(cox women ~ age) (cox women ~ age + grade)")
        try expect(
            "(cox women ~ age) (cox women ~ age + size + strata(er))",
            "age and age + size + strata(er) are of different strata",
            help: "give both the same strata(), or make the column a term of both",
            at: "(cox women ~ age) (cox women ~ age + size + strata(er))")
        try expect(
            "(cox women ~ age) (cox women ties=breslow ~ age + er)", "age and age + er are of different rules for ties",
            help: "give both the same ties=", at: "(cox women ~ age) (cox women ties=breslow ~ age + er)")
        try expect(
            "(cox women robust=true ~ age) (cox women ~ age + er)",
            "the errors of age are robust ones, for which likelihoods say nothing",
            help: "fit without robust= and cluster=, or use the regressions' own Wald tests",
            at: "(cox women robust=true ~ age) (cox women ~ age + er)")
        try expect(
            "(cox women firth=true ~ age) (cox women ~ age + er)",
            "age has Firth's penalty, which differs from one regression to the next",
            help: "its own likelihood-ratio test and the p of its terms are of the penalised likelihood",
            at: "(cox women firth=true ~ age) (cox women ~ age + er)")
    }

    @Test func eachColumnOfAnInteractionHasARowInAForestPlot() throws {
        try bench.run("plot (cox women ~ age + er + grade + age:er + er:grade + age:grade) file=\"@/forest\"")
        let script = try bench.read("forest.gp")
        for row in [
            "age × er positive", "er × grade", "positive × poorly differentiated", "positive × well differentiated",
            "age × grade",
        ] { #expect(script.contains(row), "\(row)") }
    }

    @Test func whatCannotBeMeant() throws {
        func expect(_ terms: String, _ message: String, help: String?, at place: String) throws {
            try bench.expectFailure("cox women ~ \(terms)", message, help: help, at: place)
        }
        try expect(
            "er:grade", "er:grade alone has nothing to be set against", help: "write er + grade + er:grade", at: "er")
        try expect("age + er + age:er + er:age", "er:age is among the terms twice", help: "leave one out", at: "er")
        try expect("age:age", "age:age has a factor twice", help: "leave one out", at: "age")
        try expect(
            "age:strata(er)", "strata() gives every stratum a baseline of its own, and no interaction", help: nil,
            at: "strata(er)")
        try expect(
            "age * er", "as a term a product stands in parentheses: `(age * er)`; an interaction is written `age:er`",
            help: nil, at: "age * er")
        try bench.expectFailure(
            "print 1:3", "`:` is not an operator of this language; write `..`", help: nil, at: ":")
    }
}
