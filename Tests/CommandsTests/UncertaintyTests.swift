import CommandLanguage
import Foundation
import Testing

/// Bootstrap, cut points, tables of patients and calibration through the language.
@Suite struct UncertaintyTests {
    let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.run("women = cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event")
    }

    // MARK: bootstrap

    @Test func bootstrapOfTheConcordance() throws {
        let found = try bench.answer("bootstrap women statistic=cindex risk=size seed=3")
        #expect(found["estimate"] == (try bench.answer("cindex women risk=size"))["concordance"])
        // R's boot.ci from 2000 other resamples: 0.5449 to 0.6996, error 0.0396.
        #expect(abs(try found["lower"].number() - 0.5449) < 0.01)
        #expect(abs(try found["upper"].number() - 0.6996) < 0.01)
        #expect(abs(try found["standard_error"].number() - 0.0396) < 0.003)
        #expect(try bench.answer("bootstrap women statistic=cindex risk=size seed=3") == found)
        #expect(try bench.answer("bootstrap women statistic=cindex risk=size seed=4") != found)
        let moved = try bench.answer("bootstrap women statistic=cindex risk=size interval=bca seed=3")
        #expect(!moved["acceleration"].isNull && moved["lower"] != found["lower"])
        #expect(moved["standard_error"] == found["standard_error"])
    }

    @Test func bootstrapByGroup() throws {
        let found = try bench.answer("bootstrap women statistic=rmst horizon=3650 by=er resamples=200 interval=bca")
        let means = try bench.answer("rmst women horizon=3650 by=er")
        for index in 0..<2 {
            expectClose(
                try found["groups"][index]["estimate"].number(), try means["groups"][index]["mean"].number(), "mean",
                tolerance: 1e-12)
        }
        #expect(found["differences"][0]["name"].text == "positive − negative")
        expectClose(
            try found["differences"][0]["estimate"].number(),
            try means["contrasts"][0]["difference"]["estimate"].number(), "difference")
        let error = try found["groups"][0]["standard_error"].number()
        #expect(abs(try error / means["groups"][0]["standard_error"].number() - 1) < 0.2)
        try bench.run("save (bootstrap women statistic=survival horizon=3650 by=er resamples=30) \"@/b.csv\"")
        #expect(try bench.read("b.csv").split(separator: "\n").count == 31)
        #expect(try bench.read("b.csv").hasPrefix("negative,positive,positive − negative\n"))
    }

    @Test func bootstrapOfWhatIsNotReached() throws {
        let text = try bench.shown("bootstrap women statistic=median resamples=200")
        #expect(text.contains("median survival, percentile interval from 200 resamples"))
        #expect(text.contains("not reached"))
        try bench.expectFailure(
            "bootstrap women statistic=median by=(age > 1) resamples=20 interval=bca",
            "the statistic's acceleration is not defined: leaving patients out changes nothing, or leaves no value",
            help: "use a percentile interval")
        try bench.expectFailure(
            "bootstrap women statistic=median by=er",
            "the median is not reached in group negative",
            help: "use statistic=rmst or statistic=survival with a horizon")
    }

    @Test func bootstrapRefuses() throws {
        try bench.expectFailure(
            "bootstrap women statistic=cindex", "a cohort has no risk of its own",
            help: "say which column orders the patients: risk=age")
        try bench.expectFailure(
            "bootstrap women statistic=rmst", "statistic=rmst needs horizon=",
            help: "a time in the cohort's unit, such as horizon=1825")
        try bench.expectFailure(
            "bootstrap women statistic=median horizon=5", "statistic=median has no horizon", help: "leave it out",
            at: "5")
        try bench.expectFailure(
            "bootstrap women statistic=median risk=age", "statistic=median is not of a risk", help: "leave it out",
            at: "age")
        let failure = try #require(try bench.failure(of: "bootstrap women statistic=survival horizon=99999"))
        #expect(failure.message.hasPrefix("the horizon is 99999, but follow-up ends at "))
        bench.console.interruptsDuring = "bootstrap"
        #expect(throws: Interruption.self) {
            try bench.run("bootstrap women statistic=cindex risk=size resamples=1000000")
        }
    }

    // MARK: cut points

    /// R's maxstat.test(score ~ size, smethod = "Data", pmethod = "Lau94") on martingale residuals.
    @Test func cutpointIsThatOfMaxstat() throws {
        let found = try bench.answer("cutpoint women of=size")
        expectClose(try found["cut"].number(), 1.9, "cut")
        expectClose(try found["p"].number(), 0.00327439766195, "p")
        #expect(found["cuts"].items.count == 20 && found["below"] == .number(68))
        #expect(try found["p_uncorrected"].number() < 0.0003)
        let text = try bench.shown("c = cutpoint women of=size; c; km women by=(size > c.cut)")
        #expect(text.contains("best of 20 cuts: size ≤ 1.9 (68 patients) against > 1.9 (130); more events above it"))
        #expect(text.contains("p = 0.0033 corrected for the search (Lausen & Schumacher 1994)"))
        #expect(text.contains("which ignores the search: do not report it"))
        #expect(text.contains("size > c.cut"))
        #expect(try bench.shown("cutpoint women of=age").contains("no evidence that any cut of age parts survival"))
        let drawn = try bench.answer("cutpoint women of=size method=permutation permutations=2000 seed=1")
        #expect(try drawn["p"].number() > 0 && drawn["p"].number() < 0.01)
        try bench.run("plot (cutpoint women of=size) file=\"@/cut\"")
    }

    @Test func cutpointRefuses() throws {
        try bench.expectFailure(
            "cutpoint women of=er", "a number per patient is expected here, and this gives a string", help: nil,
            at: "er")
        try bench.expectFailure(
            "cutpoint women of=(age * 0)",
            "no cut of the 1 distinct values leaves a share of 0.1 of the patients on each side",
            help: "use a smaller share, or another column")
        try bench.expectFailure(
            "cutpoint women of=size seed=1", "seed= is for method=permutation", help: "leave it out", at: "1")
    }

    // MARK: tables of patients

    /// R: quantile, kruskal.test, oneway.test, chisq.test, survfit of the censorings.
    @Test func tableOfPatients() throws {
        let found = try bench.answer("table1 women by=er columns=[age, size, grade]")
        let rows = found["rows"].items
        #expect(found["groups"][1].text == "positive")
        #expect(rows[1]["cells"][0]["n"] == .number(23) && rows[1]["cells"][1]["n"] == .number(28))
        #expect(rows[2]["cells"][0]["median"] == .number(4691) && rows[2]["cells"][1]["median"] == .number(5110))
        expectClose(try rows[3]["cells"][1]["q1"].number(), 42.25, "quartile")
        expectClose(try rows[3]["p"].number(), 0.2775967, "p of age", tolerance: 1e-6)
        expectClose(try rows[3]["smd"].number(), 0.1364249, "difference of age", tolerance: 1e-6)
        expectClose(try rows[4]["p"].number(), 0.01588009, "p of size", tolerance: 1e-6)
        expectClose(try rows[5]["p"].number(), 3.276032e-10, "p of grade", tolerance: 1e-6)
        #expect(try rows[5]["missing"].numbers() == [0, 2])
        #expect(rows[6]["level"].text == "intermediate" && rows[6]["cells"][1]["n"] == .number(68))
        let means = try bench.answer("table1 women by=er columns=[\"a*\"] center=mean")["rows"].items[3]
        expectClose(try means["cells"][0]["sd"].number(), 6.908109, "sd", tolerance: 1e-6)
        expectClose(try means["p"].number(), 0.365365, "Welch's p", tolerance: 1e-6)
        let text = try bench.shown("table1 women by=er columns=[grade]")
        #expect(text.contains("68 (51.5%)") && text.contains("missing") && text.contains("SMD"))
        #expect(try bench.shown("table1 women").contains("median [quartiles]"))
        try bench.run("save (table1 women by=er) \"@/t.csv\"")
        #expect(try bench.read("t.csv").hasPrefix("variable,level,negative,positive,missing_values,test,p_value,smd\n"))
        try bench.expectFailure(
            "table1 women columns=[agee]", "there is no column `agee`", help: "did you mean `age`?", at: "agee")
    }

    // MARK: predicted survival

    /// Sixteen patients with survival on straight lines from 1 at 0 to 0.05, 0.11, … at 20.
    private func load() throws {
        let rows = Array(0..<16)
        func list(_ value: (Int) -> String) -> String { "[" + rows.map(value).joined(separator: ", ") + "]" }
        try bench.write(
            "p.json",
            """
            {"type": "predictions", "model": "m", "seed": 1, "settings": {}, "patients": \(list { "\"P\($0)\"" }),
            "time": \(list { String($0 * 5 % 16 + 1) }), "event": \(list { $0 % 4 == 3 ? "false" : "true" }),
            "risk": \(list { String(-$0) }), "fold": \(list { String($0 % 2 + 1) }), "grid": [0, 20],
            "survival": \(list { "[1, \(0.05 + 0.06 * Double($0))]" }), "covariates": {}, "history": []}
            """)
        try bench.run("p = load \"@/p.json\"")
    }

    @Test func calibrationByGroup() throws {
        try load()
        let found = try bench.answer("calibration p horizon=10 groups=2")
        let groups = found["groups"].items
        // The lowest risks are the last eight patients: mean of 0.53 … 0.95 at 20 is 0.74, halfway 0.87.
        expectClose(try groups[0]["predicted"].number(), 0.87, "predicted")
        expectClose(try groups[1]["predicted"].number(), (1 + 0.26) / 2, "predicted")
        // Their times are 9, 14, 3, 8, 13, 2, 7, 12, those at rows 11 and 15 (8, 12) censored: events at 2, 3, 7, 9.
        expectClose(try groups[0]["observed"].number(), 5.0 / 8 * 3 / 4, "observed")
        #expect(groups[0]["events"] == .number(4) && groups.count == 2)
        #expect(try found["ici"].number() > 0 && found["ici"].number() < found["emax"].number())
        let text = try bench.shown("calibration p horizon=10 groups=2")
        #expect(text.contains("pooled over folds") && text.contains("ICI ") && text.contains("slope "))
        try bench.run("plot (calibration p horizon=10 groups=3) file=\"@/cal\"")
        try bench.run("save (calibration p horizon=10 groups=3) \"@/cal.csv\"")
        #expect(try bench.read("cal.csv").hasPrefix("group,patients,events,predicted,observed,lower,upper\n"))
        try bench.expectFailure(
            "calibration p horizon=16", "calibration cannot be seen at 16: follow-up ends at 16",
            help: "use a horizon above 0 and below 16")
    }

    @Test func antoliniIsHarrellsWhenCurvesDoNotCross() throws {
        try load()
        let (found, harrell) = (try bench.answer("antolini p"), try bench.answer("cindex p"))
        expectClose(try found["concordance"].number(), try harrell["concordance"].number(), "concordance")
        expectClose(try found["standard_error"].number(), try harrell["standard_error"].number(), "standard error")
        #expect(try found["folds"]["mean"].number() == harrell["mean"].number())
        #expect(try bench.answer("antolini p horizon=5")["comparable_pairs"] != found["comparable_pairs"])
        for statistic in ["antolini", "ibs horizon=6", "brier horizon=6", "auc horizon=6", "uno"] {
            let interval = try bench.answer("bootstrap p statistic=\(statistic) resamples=100 interval=bca seed=1")
            #expect(try interval["lower"].number() < interval["upper"].number(), "\(statistic)")
        }
        try bench.write("risk.csv", "patient,time,event,risk\na,1,1,2\nb,2,0,1\n")
        try bench.expectFailure(
            "antolini (load \"@/risk.csv\")", "these predictions have risks only, and no survival to judge",
            help: "save predictions as .json to keep their survival", at: "(load \"@/risk.csv\")")
    }

    /// A contrast that has no error takes neither the others nor the means with it.
    @Test func restrictedMeansWithoutAContrast() throws {
        let bench = try Bench()
        try bench.write("a.csv", "id,time,event,g\na,5,1,A\nb,6,0,A\nc,7,1,B\nd,8,0,B\ne,1,1,C\nf,2,1,C\ng,9,0,C\n")
        try bench.run("a = cohort \"@/a.csv\" time=time event=event")
        let means = try bench.answer("rmst a horizon=4 by=g")
        let found = try means["groups"].items.map { try $0["mean"].number() }
        #expect(found[0] == 4 && found[1] == 4 && abs(found[2] - 7.0 / 3) < 1e-12)
        let contrasts = means["contrasts"].items
        #expect(contrasts[0]["difference"] == .null && contrasts[0]["ratio"] == .null)
        let difference = try contrasts[1]["difference"]["estimate"].number()
        #expect(abs(difference - (7.0 / 3 - 4)) < 1e-12)
        #expect(
            try bench.shown("rmst a horizon=4 by=g").contains("B against A: difference not defined, since no error is"))
        // Nobody of A lives: there is a difference, but no ratio.
        try bench.write("b.csv", "id,time,event,g\na,0,1,A\nb,0,1,A\nc,1,1,B\nd,8,0,B\n")
        let dead = try bench.answer("rmst (cohort \"@/b.csv\" time=time event=event) horizon=4 by=g")["contrasts"].items
        #expect(dead[0]["difference"]["estimate"] == .number(2.5) && dead[0]["ratio"] == .null)
    }

    /// Predictions in the very order of the times give a slope that means nothing, which is said.
    @Test func calibrationOfAPerfectOrder() throws {
        let bench = try Bench()
        let patients = (0..<30).map { "\"p\($0)\"" }.joined(separator: ",")
        let times = (0..<30).map { "\($0 + 1)" }.joined(separator: ",")
        let risks = (0..<30).map { "\(30 - $0)" }.joined(separator: ",")
        let survival = (0..<30).map { "[1,\(Double($0 + 1) / 40)]" }.joined(separator: ",")
        try bench.write(
            "p.json",
            """
            {"type":"predictions","model":"m","seed":1,"settings":{},"patients":[\(patients)],"time":[\(times)],
            "event":[\([String](repeating: "true", count: 30).joined(separator: ","))],"risk":[\(risks)],
            "fold":[\([String](repeating: "0", count: 30).joined(separator: ","))],"grid":[0,10],
            "survival":[\(survival)],"covariates":{}}
            """)
        try bench.run("p = load \"@/p.json\"; c = calibration p horizon=10 groups=2")
        #expect(bench.told.contains { $0.hasPrefix("warning: x = log(-log survival): ") }, "\(bench.told)")
        try bench.write("bad.json", bench.read("p.json").replacing("[0,10]", with: "[10,0]"))
        try bench.expectFailure(
            "load \"@/bad.json\"",
            "@/bad.json: this is not a whole saved value: the times in \"grid\" are not increasing from 0 on",
            help: "save the value again")
    }

    /// Errors name the patient, whoever was left out before.
    @Test func infiniteTermsNameThePatient() throws {
        let bench = try Bench()
        try bench.write("a.csv", "id,time,event,x,y\na,1,1,,3\nb,2,1,1,2\nc,3,0,2,4\nd,4,1,1,5\n")
        try bench.run("a = cohort \"@/a.csv\" time=time event=event")
        let failure = try bench.failure(of: "cox a ~ x + (log(y - 2))")
        #expect(failure?.message == "(log(y - 2)) of b is -inf; finite numbers are needed")
    }
}
