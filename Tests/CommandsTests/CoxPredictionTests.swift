import Foundation
import Testing

/// What a Cox regression says beyond its coefficients, through the commands and against R
/// (`Tests/Fixtures/commands/coxPredictions.R`); the estimators are tested where the library is.
@Suite struct CoxPredictionTests {
    let bench: Bench
    let oracle: Answer

    init() throws {
        bench = try Bench()
        let file = Bench.checkout.appendingPathComponent("Tests/Fixtures/commands/coxPredictions.json")
        oracle = try Answer(json: String(contentsOf: file, encoding: .utf8))
        #expect(oracle["versions"].has("survival"))
        try bench.run(
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            known = cohort "Scripts/data/transbig_clinical.csv" time=time event=event where=(age < 48)
            others = cohort "Scripts/data/transbig_clinical.csv" time=time event=event where=(age >= 48)
            fit = cox known ~ age + size + factor(grade) + strata(er)
            """)
    }

    /// Both iterations stop at a relative change of the likelihood.
    private func expectAlike(
        _ actual: Answer, _ expected: Answer, _ what: String, at location: SourceLocation = #_sourceLocation
    ) throws {
        let (found, wanted) = (try actual.numbers(), try expected.numbers())
        #expect(found.count == wanted.count && !found.isEmpty, "\(what): \(found.count)", sourceLocation: location)
        for (index, pair) in zip(found, wanted).enumerated() {
            #expect(
                abs(pair.0 - pair.1) <= 1e-6 * max(abs(pair.1), 0.1), "\(what)[\(index)]: \(pair)",
                sourceLocation: location)
        }
    }

    @Test func newPatientsArePredicted() throws {
        let before = bench.told.count
        try bench.run("p = predict fit on=others times=[1000, 2500]")
        #expect(bench.told.dropFirst(before) == ["note: 1 patient left out: a term is missing"])
        let predictions = try bench.answer("p")
        #expect(predictions["patients"] == oracle["patients"])
        try expectAlike(predictions["risk"], oracle["risk"], "risk")
        #expect(try predictions["grid"].numbers() == [0, 1000, 2500])
        for (row, expected) in zip(predictions["survival"].items, oracle["survival"].items) {
            #expect(row[0] == .number(1))
            try expectAlike(.list(Array(row.items.dropFirst())), expected, "survival")
        }
        expectClose(
            try bench.answer("cindex p")["concordance"].number(), try oracle["concordance"].number(), "concordance")
        #expect(predictions["settings"]["formula"].text == "age + size + factor(grade) + strata(er)")
        // They serve whatever takes predictions, and come back from a file.
        try bench.run("save p \"@/p.json\"")
        #expect(try bench.line("load \"@/p.json\"") == bench.line("p"))
        #expect(try bench.answer("km p by=(risk > median(risk))")["groups"].items.count == 2)
        #expect(try bench.answer("brier p times=[1000, 2500]")["score"].items.count == 2)
        #expect(try bench.answer("auc p times=[1000, 2500]").has("auc"))
    }

    @Test func theGridIsThatOfTheEvents() throws {
        let grid = try bench.answer("predict fit on=others")["grid"].numbers()
        #expect(grid[0] == 0 && zip(grid, grid.dropFirst()).allSatisfy { $0 < $1 } && grid.count <= 102)
        let times = try bench.answer("baseline fit")["strata"].items.map { try $0["time"].numbers().max() ?? 0 }
        #expect(grid.last == times.min())
        try bench.expectFailure(
            "predict fit on=others times=[100, 90]", "the times are not increasing", help: "such as times=[1825, 3650]",
            at: "[100, 90]")
        let failure = try #require(try bench.failure(of: "predict fit on=others times=99999"))
        #expect(failure.message.hasPrefix("follow-up of stratum negative ends at "))
        #expect(failure.message.hasSuffix(", so survival at 99999 is not known"))
    }

    @Test func curvesOfPatients() throws {
        let wanted = oracle["curve"]
        let id = try #require(wanted["patient"].text)
        let answer = try bench.answer("curves fit on=others where=(patient_id == \"\(id)\") level=0.9")
        let curve = answer["curves"][0]
        #expect(answer["curves"].items.count == 1 && curve["name"].text == id)
        for key in ["time", "survival", "standard_error", "hazard"] {
            try expectAlike(curve[key], wanted[key], key)
        }
        for key in ["lower", "upper"] {
            for (a, b) in zip(curve[key].items, wanted[key].items) where !b.isNull {
                #expect(abs(try a.number() - b.number()) <= 1e-6, "\(key)")
            }
        }
        let strata = try bench.answer("curves fit")["curves"].items
        #expect(strata.map(\.["name"].text) == ["negative", "positive"])
        #expect(strata.allSatisfy { $0["linear_predictor"] == .number(0) })
        #expect(try bench.shown("curves fit").contains("hazard ratio against the means of the covariates"))
        for file in ["strata", "patients"] {
            let on = file == "strata" ? "" : " on=others where=(size > 3.7)"
            try bench.run("plot (curves fit\(on)) file=\"@/\(file)\" unit=\"days\"")
            #expect(try bench.read("\(file).gp").contains("Number at risk") == (file == "strata"))
        }
        try bench.run("save (curves fit) \"@/curves.csv\"")
        #expect(
            try bench.read("curves.csv").hasPrefix("curve,stratum,time,hazard,survival,standard_error,lower,upper\n"))
    }

    @Test func curvesOfTooMany() throws {
        try bench.expectFailure(
            "curves fit on=women", "these are 198 patients, and curves of more than 12 cannot be told apart",
            help: "choose some with where=(patient_id in [\"T001\"]); predict is for all", at: "women")
        try bench.expectFailure(
            "curves fit on=women where=(age > 200)", "this holds for no patient", help: nil, at: "(age > 200)")
        try bench.expectFailure(
            "curves fit where=(age > 50)", "where= chooses among the patients of on=", help: "say on=COHORT too",
            at: "(age > 50)")
    }

    @Test func baselines() throws {
        let answer = try bench.answer("baseline fit centred=false")["strata"].items
        let wanted = oracle["baseline"]
        #expect(answer.map(\.["name"].text) == wanted["strata"].items.map(\.text))
        try expectAlike(.list(answer.flatMap { $0["hazard"].items }), wanted["hazard"], "hazard")
        try expectAlike(.list(answer.flatMap { $0["time"].items }), wanted["time"], "time")
        #expect(try bench.shown("baseline fit").contains("at the means of the covariates, ties=efron"))
        try bench.run("plot (baseline fit) file=\"@/baseline\" unit=\"days\"")
        try bench.run("save (baseline fit) \"@/baseline.csv\"")
        #expect(try bench.read("baseline.csv").hasPrefix("stratum,time,at_risk,events,censored,hazard,survival\n"))
    }

    @Test func residuals() throws {
        let martingale = try bench.answer("residuals fit")
        #expect(martingale["patient"] == oracle["martingale"]["patient"])
        try expectAlike(martingale["residuals"]["martingale"], oracle["martingale"]["values"], "martingale")
        #expect(martingale["stratum"].items.count == martingale["event"].items.count)
        try bench.run("plain = cox women ~ age + size")
        let scaled = try bench.answer("residuals plain type=scaledschoenfeld")
        try expectAlike(scaled["time"], oracle["scaled"]["time"], "time")
        for term in ["age", "size"] { try expectAlike(scaled["residuals"][term], oracle["scaled"][term], term) }
        try bench.run("save (residuals plain type=dfbeta) \"@/dfbeta.csv\"")
        let lines = try bench.read("dfbeta.csv").split(separator: "\n")
        #expect(lines[0] == "patient,time,event,age,size" && lines.count == 199)
        #expect(try bench.shown("describe (residuals plain)").contains("… and 178 more; save writes all"))
        try bench.run("plot (residuals plain type=scaledschoenfeld) file=\"@/residuals\" unit=\"days\"")
    }

    @Test func exactTies() throws {
        try bench.run("years = cohort \"Scripts/data/transbig_clinical.csv\" time=(ceiling(time / 365.25)) event=event")
        let fit = try bench.answer("cox years ties=exact ~ age + size")
        let wanted = oracle["exact"]
        try expectAlike(.list(fit["terms"].items.map { $0["coefficient"] }), wanted["coefficient"], "coefficient")
        for (actual, key) in [
            (fit["log_likelihood"], "log_likelihood"), (fit["likelihood_ratio"]["chi_square"], "likelihood_ratio"),
            (fit["score"]["chi_square"], "score"),
        ] {
            expectClose(try actual.number(), try wanted[key].number(), key, tolerance: 1e-7)
        }
        try bench.expectFailure(
            "cox years ties=exact robust=true ~ age",
            "with ties=exact there are no robust errors: no patient has a score of their own",
            help: "use ties=efron, or leave robust= out", at: "true")
        try bench.expectFailure(
            "cox years ties=exact cluster=er ~ age",
            "with ties=exact there are no robust errors: no patient has a score of their own",
            help: "use ties=efron, or leave cluster= out", at: "er")
        try bench.expectFailure(
            "residuals (cox years ties=exact ~ age) type=score",
            "with exact ties there are no score residuals: no patient has a score of their own",
            help: "fit with ties=efron, or look at martingale or deviance residuals")
        try bench.expectFailure(
            "zph years ties=exact ~ age", "`ties` must be `efron` or `breslow`, not `exact`", help: nil, at: "exact")
    }

    @Test func exactTiesCanBeInterrupted() throws {
        try bench.run("s = simulate patients=400 patches=1 features=6 sets=5 genes=3")
        bench.console.interruptsDuring = "cox"
        #expect(throws: (any Error).self) { try bench.run("cox s ties=exact ~ true_risk") }
    }

    @Test func strangersAreNamed() throws {
        try bench.write(
            "new.csv", "id,time,event,age,size,grade,er\na,1,1,50,2,huge,positive\nb,2,0,40,2,huge,negative\n")
        try bench.run("new = cohort \"@/new.csv\" time=time event=event")
        try bench.expectFailure(
            "predict fit on=new",
            "factor(grade) is huge for 2 patients, a level that the regression was not fitted with",
            help: "it knows intermediate, poorly differentiated, well differentiated; leave the others out of the "
                + "cohort, or fit with them", at: "new")
        try bench.write("bare.csv", "id,time,event,age\na,1,1,50\nb,2,0,40\n")
        try bench.run("bare = cohort \"@/bare.csv\" time=time event=event")
        // A variable does not stand in for a column.
        try bench.run("size = 3")
        try bench.expectFailure(
            "predict fit on=bare",
            "the cohort lacks `er`, `grade`, `size`, which the regression's terms name",
            help: "join the columns, or choose a cohort that has them", at: "bare")
        try bench.write("words.csv", "id,time,event,age,er\na,1,1,fifty,negative\n")
        try bench.run("words = cohort \"@/words.csv\" time=time event=event")
        try bench.expectFailure(
            "predict (cox known ~ age) on=words",
            "age of the regression: a number per patient is expected here, and this gives a string", help: nil,
            at: "words")
        try bench.write("zero.csv", "id,time,event,age\na,1,1,0\n")
        try bench.run("zero = cohort \"@/zero.csv\" time=time event=event")
        try bench.expectFailure(
            "predict (cox known ~ (1 / age)) on=zero", "(1 / age) of patient a is infinite",
            help: "leave the patient out, or correct the value", at: "zero")
        try bench.run("byER = cox known ~ age + strata(er)")
        try bench.write("other.csv", "id,time,event,age,er\na,1,1,50,unclear\nb,2,0,40,negative\n")
        try bench.run("other = cohort \"@/other.csv\" time=time event=event")
        try bench.expectFailure(
            "curves byER on=other",
            "strata(er) is unclear for 1 patient, a stratum that the regression was not fitted with",
            help: "it knows negative, positive; leave the others out of the cohort, or fit with them", at: "other")
        try bench.write("empty.csv", "id,time,event,age,er\na,1,1,,negative\n")
        try bench.run("empty = cohort \"@/empty.csv\" time=time event=event")
        try bench.expectFailure(
            "predict byER on=empty", "no patient has every term of the regression", help: nil, at: "empty")
        try bench.run("t = train (model tta dim=8) on=(simulate patients=20 patches=4) epochs=1")
        try bench.expectFailure(
            "predict t on=known times=100", "times= is for regressions; a trained model has times of its own",
            help: "leave it out", at: "100")
    }

    /// A variable in a term keeps the value that it had at the fit.
    @Test func variablesAreRemembered() throws {
        try bench.run("cutoff = 45; old = cox women ~ (age > cutoff) + size")
        let before = try bench.line("predict old on=women times=1000")
        try bench.run("cutoff = 50")
        #expect(try bench.line("predict old on=women times=1000") == before)
        try bench.run("new = cox women ~ (age > cutoff) + size")
        #expect(try bench.line("predict new on=women times=1000") != before)
    }
}
