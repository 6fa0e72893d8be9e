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
