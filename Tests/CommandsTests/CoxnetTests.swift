import Testing

/// The options of penalised Cox regression reach the fit, whose figures are compared with R's where the library is
/// tested.
@Suite struct CoxnetTests {
    let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.run(
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            join women "Scripts/data/transbig_expression.csv"
            """)
    }

    @Test func optionsReachTheFit() throws {
        let lasso = try bench.answer("coxnet women columns=\"X*\" lambda=0.1")
        #expect(try lasso["covariates"].number() == 76 && lasso["rule"].isNull && lasso["alpha"] == .number(1))
        let inModel = lasso["terms"].items.count
        #expect(inModel > 0 && inModel < 76)
        #expect(try bench.answer("coxnet women columns=\"X*\" alpha=0 lambda=0.1")["terms"].items.count == 76)
        let raw = try bench.answer("coxnet women columns=\"X*\" lambda=0.1 standardize=false")
        #expect(raw["standardize"] == .boolean(false) && raw["terms"] != lasso["terms"])
        try bench.run("tied = cohort \"Scripts/data/transbig_clinical.csv\" time=(round(time / 365)) event=event")
        let breslow = try bench.answer("coxnet tied lambda=0.01 ~ age + size")
        let efron = try bench.answer("coxnet tied lambda=0.01 ties=efron ~ age + size")
        #expect(efron["ties"].text == "efron" && efron["log_likelihood"] != breslow["log_likelihood"])
        // A penalty that leaves out all it sees leaves the terms that it does not see.
        let free = try bench.answer("coxnet women columns=\"X*\" lambda=10 unpenalised=true ~ age + size")
        let cox = try bench.answer("cox women ties=breslow ~ age + size")
        for term in cox["terms"].items {
            let own = try #require(free["terms"].items.first { $0["term"] == term["term"] })
            expectClose(
                try own["coefficient"].number(), try term["coefficient"].number(), "coefficient", tolerance: 1e-6)
        }
        #expect(free["terms"].items.count == 2)
        #expect(try bench.answer("coxnet women columns=\"X*\" lambda=10 ~ age + size")["terms"].items.isEmpty)
    }

    @Test func penaltyIsChosen() throws {
        let smallest = try bench.answer("coxnet women columns=\"X*\" folds=5 seed=2")
        let strongest = try bench.answer("coxnet women columns=\"X*\" folds=5 seed=2 rule=se")
        let (lambdas, deviance, error) = (
            try smallest["path"]["lambda"].numbers(), try smallest["path"]["deviance_per_event"].numbers(),
            try smallest["path"]["standard_error"].numbers()
        )
        let best = try #require(deviance.indices.min { deviance[$0] < deviance[$1] })
        #expect(try smallest["lambda"].number() == lambdas[best])
        let within = try #require(deviance.firstIndex { $0 <= deviance[best] + error[best] })
        #expect(try strongest["lambda"].number() == lambdas[within] && within < best)
        #expect(smallest["path"] == strongest["path"])
        #expect(smallest["path"]["coefficients"]["X200726_at"] != .nothing)
        #expect(try bench.answer("coxnet women columns=\"X*\" folds=5 seed=3")["path"] != smallest["path"])
        let text = try bench.shown("describe (coxnet women columns=\"X*\" folds=5 seed=2)")
        #expect(text.contains("198 patients, 51 events") && text.contains("rule min of") && text.contains("min"))
    }

    @Test func thosePatientsWhoLackSomethingAreCounted() throws {
        let before = bench.told.count
        try bench.run("x = coxnet women foldid=grade ~ age + size")
        #expect(bench.told.dropFirst(before) == ["note: 2 patients left out: the fold is missing"])
        try bench.write(
            "gaps.csv", "id,time,event,a,b\n1,1,1,1,2\n2,2,1,,3\n3,3,0,2,5\n4,4,1,3,\n5,5,1,2,1\n6,6,0,5,1\n")
        try bench.run("gaps = cohort \"@/gaps.csv\" time=time event=event")
        let found = try bench.answer("coxnet gaps columns=a lambda=0.01 ~ b")
        #expect(try found["patients"].number() == 4)
        #expect(
            bench.told.suffix(2) == [
                "note: 1 patient left out: a column is missing", "note: 1 patient left out: a term is missing",
            ])
    }

    @Test func contradictions() throws {
        try bench.expectFailure(
            "coxnet women", "coxnet needs covariates",
            help: "name columns, columns=\"*_rnaseq\", or terms, ~ age + size")
        try bench.expectFailure(
            "coxnet women lambda=1 rule=min ~ age",
            "with lambda= nothing is chosen by cross-validation, so rule= has no use",
            help: "leave one of the two out", at: "min")
        try bench.expectFailure(
            "coxnet women foldid=grade seed=1 ~ age", "foldid= gives the folds, so seed= has no use",
            help: "leave one of the two out", at: "1")
        try bench.expectFailure(
            "coxnet women unpenalised=true ~ age", "unpenalised= speaks of terms beside penalised columns",
            help: "give both columns= and terms after ~", at: "true")
        try bench.expectFailure(
            "coxnet women columns=er lambda=1", "er is a column of labels",
            help: "write it after ~ to have one term per level", at: "er")
    }
}
