import Testing

/// What people read. The numbers themselves are tested elsewhere; here it is their digits, names and alignment.
/// The small tables were compared with R's survfit, survdiff and coxph.
@Suite struct PrintedTextTests {
    let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.write(
            "base.csv",
            "id,days,dead,age,stage\nP1,365,1,50,I\nP2,730,0,61,II\nP3,146,1,70,III\nP4,1095,0,44,I\n"
                + "P5,511,1,58,II\nP6,876,1,66,III\nP7,292,1,,III\nP8,1460,0,47,\n")
        try bench.run("b = cohort \"@/base.csv\" time=(days / 365) event=dead")
    }

    @Test func cohorts() throws {
        try bench.run("attach b clinical columns=[age, stage]; folds b k=2 seed=1")
        let overview = """
              cohort     @/base.csv
              patients   8, 5 events (62%)
              follow-up  median 3, longest 4
              columns    6
              clinical   2 columns, 8 of 8 patients, 12.5% of values missing
              folds      2, holding out 4, 4
            """
        #expect(try bench.shown("b") == overview)
        // Columns are those of formulas: the time is in years, as the cohort has it.
        #expect(
            try bench.shown("describe b") == overview + "\n\n" + """
                column  type    missing  distinct  values
                ───────────────────────────────────────────────────────────
                time    number        0         8  0.4 – 4, median 1.7
                event   number        0         2  0 – 1, median 1
                days    number        0         8  146 – 1460, median 620.5
                dead    number        0         2  0 – 1, median 1
                age     number        1         7  44 – 70, median 58
                stage   label         1         3  III 3, I 2, II 2

                fold  training  events  held out  events
                ────────────────────────────────────────
                   1         4       2         4       3
                   2         4       3         4       2
                """)
    }

    @Test func curvesAndTests() throws {
        #expect(
            try bench.shown("km b by=(age>55)") == """
                age>55    patients  events       median       95% interval
                ──────────────────────────────────────────────────────────
                age ≤ 55         3       1  not reached    1 – not reached
                age > 55         4       3          1.9  0.4 – not reached
                log-rank χ² = 1.035 on 1 df, p = 0.3090
                HR 3.13 (95% CI 0.31–31.48), age > 55 against age ≤ 55
                """)
        #expect(bench.told.last == "note: 1 patient left out: age>55 is missing")
        #expect(
            try bench.shown("logrank b by=stage") == """
                stage  patients  observed  expected
                ───────────────────────────────────
                I             2         1      1.77
                II            2         1      1.52
                III           3         3      1.71
                χ² = 1.559 on 2 df, p = 0.4587
                """)
    }

    /// Groups of one comparison are named by it and its opposite; others by the formula and `not (…)`.
    @Test(arguments: [
        ("(age > 55)", ["age ≤ 55", "age > 55"]), ("(age>=55)", ["age < 55", "age ≥ 55"]),
        ("(stage == \"I\")", ["stage ≠ \"I\"", "stage = \"I\""]),
        ("(stage!=\"a>b\" )", ["stage ≠ \"a>b\""]),
        ("(age > median(age))", ["age ≤ median(age)", "age > median(age)"]),
        ("(age > 50 and stage == \"I\")", ["not (age > 50 and stage == \"I\")"]),
        ("(stage in [\"I\", \"II\"])", ["not (stage in [\"I\", \"II\"])", "stage in [\"I\", \"II\"]"]),
        ("stage", ["I", "II", "III"]), ("dead", ["0", "1"]),
    ]) func groupNames(_ formula: String, _ names: [String]) throws {
        #expect(try bench.answer("km b by=\(formula)")["groups"].items.map(\.["name"].text) == names)
    }

    @Test func regressions() throws {
        #expect(
            try bench.shown("cox b ~ stage") == """
                term      coefficient  hazard ratio    95% interval     z       p
                ─────────────────────────────────────────────────────────────────
                stageII        0.0847         1.088  0.064 – 18.628  0.06  0.9534
                stageIII       1.1637         3.202  0.326 – 31.435  1.00  0.3181
                7 patients, 5 events
                likelihood ratio χ² = 1.466 on 2 df, p = 0.4805
                Wald χ² = 1.426 on 2 df, p = 0.4901
                score χ² = 1.559 on 2 df, p = 0.4587
                C-index 0.6579, standard error 0.1456
                """)
        // Nobody without the event has fewer days: the coefficient has no bound.
        let separated = try bench.shown("cox b ~ (days < 800)")
        #expect(separated.contains("  0 – ∞  "))
    }

    @Test func predictions() throws {
        var rows = "patient,time,event,risk,fold\n"
        for number in 1...30 { rows += "Q\(number),\(number),\(number % 2),\(Double(number) / 8),\(1 + number % 3)\n" }
        try bench.write("cv.csv", rows)
        try bench.run("cv = load \"@/cv.csv\"")
        let described = try bench.shown("describe cv").split(separator: "\n", omittingEmptySubsequences: false)
        try #require(described.count > 8)
        #expect(described[0] == "  predictions  @/cv.csv, seed 0, out of fold in 3 folds")
        #expect(described[2] == "  risk         from 0.125 to 3.750, higher is worse")
        #expect(described[7] == "Q30         1    30  censored  3.750")
        #expect(described.last == "… and 10 patients more; save writes all")
    }
}
