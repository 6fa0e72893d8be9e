import Testing

/// What statistics, models, figures and files say of arguments that they cannot use.
@Suite struct BadArgumentTests {
    let bench: Bench

    init() throws {
        bench = try Bench()
        var rows = "id,time,event,age,sex,late\n"
        for number in 1...16 {
            // Events happen to women only, and late is missing for most.
            rows +=
                "P\(number),\(number * 7 % 17),\(number % 2),\(40 + number * 5 % 11),\(number % 2 == 1 ? "f" : "m"),"
                + "\(number < 3 ? "1" : "")\n"
        }
        try bench.write("base.csv", rows)
        try bench.run("b = cohort \"@/base.csv\" time=time event=event")
    }

    @Test func columns() throws {
        for verb in ["km b by=", "logrank b by=", "cox b ~ ", "cindex b risk="] {
            try bench.expectFailure(
                verb + "agee", "there is no column or variable `agee`", help: "did you mean `age`?", at: "agee")
        }
        try bench.expectFailure(
            "cindex b", "a cohort has no risk of its own", help: "say which column orders the patients: risk=age")
        try bench.expectFailure(
            "cindex b risk=sex", "a number per patient is expected here, and this gives a string", help: nil, at: "sex")
    }

    @Test func groups() throws {
        try bench.expectFailure(
            "km b by=time", "this makes 16 groups, more than 12", help: "cut it in two: by=(time > median(time))",
            at: "time")
        try bench.expectFailure(
            "logrank b by=(age > 0)", "every patient is in one group, age > 0; a test needs two",
            help: "choose another by=", at: "(age > 0)")
        #expect(try bench.answer("km b by=late")["groups"].items.count == 1)
        #expect(bench.told == ["note: 14 patients left out: late is missing"])
    }

    @Test func coxModels() throws {
        try bench.expectFailure(
            "cox b ~ age + (age * 0 + 3)", "(age * 0 + 3) has the same value in all patients, so it has no coefficient",
            help: "leave (age * 0 + 3) out of the model")
        try bench.expectFailure(
            "cox b ~ age + (age * 2)",
            "(age * 2) is a linear combination of age among the patients at risk when events happen, "
                + "so their coefficients cannot be told apart", help: "leave (age * 2) out of the model")
        try bench.expectFailure(
            "cox b ~ age + sex + age", "age is among the terms twice", help: "leave one out", at: "age")
        try bench.expectFailure(
            "cox b ~ factor(late)", "every patient has the same factor(late), so it cannot explain anything",
            help: "leave it out", at: "late")
        let told = bench.told.count
        let fit = try bench.answer("cox b ~ sex")
        let warning =
            "the likelihood converged before the coefficient of sexm, which may be infinite; its value, standard error "
            + "and interval mean nothing; Firth's penalty, firth=true, keeps it finite"
        let firth = try bench.answer("cox b firth=true ~ sex")
        #expect(firth["warnings"].items.isEmpty && !firth["firth"].isNull && fit["firth"].isNull)
        #expect(try abs(firth["terms"][0]["coefficient"].number()) < 10)
        #expect(try bench.shown("cox b firth=true ~ sex").contains("Firth's penalty"))
        try bench.expectFailure(
            "cox b firth=true robust=true ~ sex", "the penalised likelihood has no robust errors",
            help: "leave one of the two out", at: "true")
        #expect(bench.told.dropFirst(told).contains("warning: " + warning), "\(bench.told)")
        #expect(fit["warnings"].items.map(\.text).contains(warning))
    }

    @Test func options() throws {
        try bench.expectFailure(
            "model tta dimm=8", "`model tta` has no option `dimm`", help: "did you mean `dim`?", at: "dimm")
        try bench.expectFailure(
            "model tta dim=\"a\"", "`dim` must be a whole number from 4 to 4096, not the string \"a\"", help: nil,
            at: "\"a\"")
        try bench.expectFailure(
            "model tta dim=2.5", "`dim` must be a whole number from 4 to 4096, not 2.5", help: nil, at: "2.5")
        try bench.expectFailure(
            "model ttta",
            "`name` must be `tta`, `cox`, `snn`, `abmil`, `concat`, `mcat`, `survpath`, `mmp`, `motcat`, `pibd` or `cmta`, "
                + "not `ttta`", help: "did you mean `tta`?", at: "ttta")
        try bench.expectFailure(
            "model tta shared=false specific=false", "without both branches nothing is left",
            help: "keep shared or specific", at: "false")
        try bench.expectFailure(
            "model tta shared=false schedule=sequential",
            "schedule=sequential takes turns between two branches, and one is off", help: "use schedule=joint",
            at: "sequential")
        try bench.expectFailure(
            "model snn prototypes=4", "`model snn` has no option `prototypes`",
            help: "its options are `dim`, `fusion`, `dropout`, `input_dropout`, `column_dropout`, `loss` and `bins`",
            at: "prototypes")
        try bench.expectFailure(
            "model mcat dim=20", "mcat needs a dim that 8 divides", help: "dim=24", at: "20")
        try bench.expectFailure(
            "model snn loss=cox bins=3", "loss=cox has no time bins", help: "leave bins= out", at: "3")
        try bench.expectFailure(
            "km (model tta)", "`x` must be a cohort or predictions, not a model", help: nil, at: "(model tta)")
    }

    @Test func maps() throws {
        try bench.run(
            "attach b clinical columns=[age, sex]; t = train (model tta dim=8) on=b epochs=1; e = embeddings (predict t on=b)"
        )
        try bench.expectFailure(
            "tsne e perplexity=30", "16 points are too few for perplexity 30, which needs at least 91",
            help: "use perplexity=5 or less")
        #expect(try bench.answer("tsne e perplexity=5")["panels"].items.count == 2)
    }

    // MARK: Files

    @Test func figures() throws {
        try bench.write("file", "")
        for (path, reason) in [("@/file/x", "File exists"), ("@/file/deep/x", "Not a directory")] {
            try bench.expectFailure(
                "plot (km b) file=\"\(path)\"", "cannot write \(path).gp: \(reason)",
                help: "choose a folder that you may write to, with file=\"folder/name\"")
        }
        try bench.expectFailure(
            "plot (km b) file=\"@/x.gif\"", "pictures are written as svg, pdf or png, not as gif",
            help: "such as \"@/x.svg\"", at: "\"@/x.gif\"")
        try bench.expectFailure(
            "plot (km b) file=\"@/x.pdf\" format=png", "the path ends in .pdf, and format= says png",
            help: "leave one of the two out", at: "png")
        try bench.expectFailure(
            "plot b",
            "`value` must be curves, hazards, an incidence, a regression, predictedcurves, a baseline, residuals, "
                + "a finegray, an aft, a cutpoint, a concordance, an auc, a brier, a calibration, a comparison, a map, "
                + "prototypes, a heatmap, a slide, a withheld, a perturbed, a scatter, a histogram, a box, a trained, predictions, "
                + "a panel or a figure, not a cohort",
            help: nil, at: "b")
    }

    @Test func figuresOfLoadedPredictions() throws {
        try bench.write("p.csv", "patient,time,event,risk\nA,3,1,0.5\nB,4,0,1\n")
        try bench.run("p = load \"@/p.csv\"")
        try bench.expectFailure(
            "plot p",
            "nothing to draw: these predictions come without training losses; curves of their groups are drawn by km",
            help: nil)
    }

    @Test func saving() throws {
        try bench.write("file", "")
        try bench.expectFailure(
            "save b \"@/x.txt\"", "the path has to end in .csv or .json", help: "such as \"@/x.csv\"", at: "\"@/x.txt\""
        )
        try bench.expectFailure(
            "save b \"@/file/x.csv\"", "cannot write @/file/x.csv: File exists",
            help: "choose a folder that you may write to")
        try bench.expectFailure(
            "save (model tta) \"@/x.csv\"", "a model is not a table", help: "save it as .json", at: "(model tta)")
    }

    @Test func loading() throws {
        try bench.run("attach b clinical columns=[age]; t = train (model tta dim=8) on=b epochs=1; p = predict t on=b")
        try bench.run("save p \"@/whole.json\"; save b \"@/cohort.json\"")
        let whole = try bench.read("whole.json")
        for length in [1, 100, whole.utf8.count / 2, whole.utf8.count - 2] {
            try bench.write("cut.json", String(whole.prefix(length)))
            try bench.expectFailure(
                "load \"@/cut.json\"", "@/cut.json: this is not JSON; the file may have been cut short",
                help: "save the value again")
        }
        try bench.write("part.json", "{\"type\":\"predictions\",\"patients\":[\"P1\",\"P2\"]}")
        try bench.expectFailure(
            "load \"@/part.json\"", "@/part.json: this is not a whole saved value: \"time\" is missing",
            help: "save the value again")
        try bench.expectFailure(
            "load \"@/cohort.json\"", "@/cohort.json holds a value of type cohort",
            help: "load reads saved predictions, embeddings and tables", at: "\"@/cohort.json\"")
        try bench.expectFailure(
            "load \"@/hole.json\"", "@/hole.json: there is no such file", help: "did you mean @/whole.json?")
        try bench.write("risks.csv", "patient,time,event,risk\nA,3,1,0.5\nB,4,0,\n")
        try bench.expectFailure(
            "load \"@/risks.csv\"", "@/risks.csv: the risk of B is missing or no number that fits",
            help: "every patient needs one")
        try bench.write("norisk.csv", "patient,time,event\nA,3,1\n")
        try bench.expectFailure(
            "load \"@/norisk.csv\"", "@/norisk.csv: there is no column risk", help: "the columns are time, event")
    }

    /// What can only fail is refused before anything runs.
    @Test(arguments: [
        ("km women level=1", "`level` must be a number from 0.5 to 0.9999, not 1"),
        ("bootstrap women statistic=median level=0", "`level` must be a number from 0.5 to 0.9999, not 0"),
        ("rmst women horizon=-1", "`horizon` must be a number above 0, not -1"),
        ("ibs (load \"x.json\") horizon=0", "`horizon` must be a number above 0, not 0"),
    ]) func boundsOfOptions(statement: String, message: String) throws {
        try bench.run("women = cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event")
        #expect(try bench.failure(of: statement)?.message == message)
    }
}
