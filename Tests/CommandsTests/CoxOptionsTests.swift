import Testing

/// The options of Cox regression reach the fit; its figures are compared with R's where the library is tested.
@Suite struct CoxOptionsTests {
    let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.run("women = cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event")
    }

    @Test func optionsChangeTheFit() throws {
        let plain = try bench.answer("cox women ~ age + size")
        #expect(plain["ties"].text == "efron" && plain["level"] == .number(0.95))
        #expect(plain["clusters"].isNull && plain["robust_score"].isNull)
        let robust = try bench.answer("cox women ties=breslow level=0.9 robust=true ~ age + size")
        #expect(robust["ties"].text == "breslow" && robust["level"] == .number(0.9))
        #expect(robust["clusters"] == robust["patients"])
        for (a, b) in zip(plain["terms"].items, robust["terms"].items) {
            let (ordinary, model, sandwich) = (
                try a["standard_error"].number(), try b["model_standard_error"].number(),
                try b["standard_error"].number()
            )
            #expect(abs(ordinary / model - 1) < 0.01 && abs(sandwich / model - 1) > 1e-4)
        }
        #expect(try bench.shown("cox women level=0.9 ~ age").contains("90% interval"))
    }

    @Test func clustersAreCounted() throws {
        let before = bench.told.count
        let text = try bench.shown("cox women cluster=grade ~ age")
        #expect(text.contains("robust errors by 3 clusters; robust score χ² = "))
        #expect(bench.told.dropFirst(before) == ["note: 2 patients left out: the cluster is missing"])
        #expect(try bench.shown("cox women ~ age cluster=grade") == text)
    }

    @Test func contradictions() throws {
        try bench.expectFailure(
            "cox women robust=false cluster=grade ~ age",
            "errors by cluster are robust ones, so robust=false contradicts cluster=",
            help: "leave one of the two out", at: "false")
        try bench.expectFailure(
            "cox women cluster=er ~ age + size",
            "there are 2 clusters for 2 coefficients; a clustered variance needs more clusters than coefficients",
            help: "use fewer terms, or smaller clusters")
    }

    @Test func coefficientsAreTestedForChange() throws {
        let test = try bench.answer("zph women transform=log ~ age + factor(grade)")
        let terms = test["terms"].items
        #expect(terms.map(\.["term"].text) == ["age", "factor(grade)"])
        #expect(try terms.map { try $0["degrees_of_freedom"].number() } == [1, 2])
        #expect(try test["global"]["degrees_of_freedom"].number() == 3)
        #expect(try bench.shown("zph women ~ age").contains("all together"))
        try bench.write("zero.csv", "id,time,event,age\na,0,1,3\nb,2,1,5\nc,3,0,4\nd,4,1,3\n")
        try bench.run("zero = cohort \"@/zero.csv\" time=time event=event")
        try bench.expectFailure(
            "zph zero transform=log ~ age", "an event happened at time 0, which has no logarithm",
            help: "use another transform of time, such as km")
    }
}
