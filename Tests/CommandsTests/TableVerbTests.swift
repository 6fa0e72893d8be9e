import Foundation
import Testing

/// The verbs on tables, against what base R recorded (`Tests/Fixtures/commands/tables.R`).
@Suite struct TableVerbTests {
    let bench: Bench
    let oracle: Answer

    init() throws {
        bench = try Bench()
        let folder = Bench.checkout.appendingPathComponent("Tests/Fixtures/commands")
        oracle = try Answer(json: String(contentsOf: folder.appendingPathComponent("tables.json"), encoding: .utf8))
        try bench.write("tables.csv", Data(contentsOf: folder.appendingPathComponent("tables.csv")))
        try bench.run("data = cohort \"@/tables.csv\" time=time event=event")
    }

    @Test func correlations() throws {
        for wanted in oracle["correlations"].items {
            let (x, y) = (try #require(wanted["x"].text), try #require(wanted["y"].text))
            let method = try #require(wanted["method"].text)
            let rows = Int(try wanted["rows_taken"].number())
            let found = try bench.answer("correlate (head data \(rows)) columns=[\(x), \(y)] method=\(method)")
            let row = found["rows"][0]
            let what = "\(method) of \(x) and \(y) in \(rows)"
            #expect(row["x"].text == x && row["y"].text == y)
            try expectClose(row, wanted, ["rows", "left_out", "lower", "upper", "p"], what)
            let symbol = ["pearson": "r", "spearman": "rho", "kendall": "tau"][method] ?? ""
            expectClose(try row[symbol].number(), try wanted["estimate"].number(), what)
        }
        #expect(oracle["correlations"].items.count == 60)
    }

    @Test func correlationsThatCannotBeEstimated() throws {
        let found = try bench.answer("correlate (derive data one=1) columns=[age, one, size]")["rows"]
        #expect(found.items.count == 3 && found[0]["r"].isNull && found[0]["p"].isNull && !found[1]["r"].isNull)
        #expect(
            bench.told.contains(
                "note: 2 pairs of columns without an estimate: one does not vary, or too few rows are left"))
        // Perfect ones, and three rows, which have no interval.
        let perfect = try bench.answer("correlate (derive (head data 3) b=(2 * age)) columns=[age, b]")["rows"][0]
        #expect(try perfect["r"].number() == 1 && perfect["lower"].isNull && perfect["p"].number() == 0)
        for method in ["spearman", "kendall"] {
            let row = try bench.answer("correlate (derive data b=(-age)) columns=[age, b] method=\(method)")["rows"][0]
            let value = row["rho"].isNull || row["rho"] == .nothing ? row["tau"] : row["rho"]
            expectClose(try value.number(), -1, method, tolerance: 1e-14)
        }
        try bench.expectFailure(
            "correlate data columns=[age, er]", "er holds labels, and a correlation is of numbers",
            help: "crosstab counts labels; derive gives numbers: x=(er == \"…\")", at: "[age, er]")
        try bench.expectFailure(
            "correlate data columns=age", "a correlation is of two columns at least",
            help: "such as columns=[age, size]", at: "age")
        try bench.expectFailure(
            "correlate data columns=[agee, age]", "there is no column `agee`", help: "did you mean `age`?", at: "agee")
        // What is computed is known to the run alone.
        try bench.expectFailure(
            "correlate data columns=([\"agee\", \"age\"])", "no column is named agee", help: "did you mean age?",
            at: "([\"agee\", \"age\"])")
    }

    @Test func crosstabs() throws {
        for (place, wanted) in oracle["tables"].items.enumerated() {
            let counts = try wanted["counts"].items.map { try $0.numbers().map { Int($0) } }
            var lines = ["id,time,event,row,column"]
            for (row, cells) in counts.enumerated() {
                for (column, count) in cells.enumerated() {
                    for _ in 0..<count { lines.append("p\(lines.count),1,1,r\(row),c\(column)") }
                }
            }
            try bench.write("counts.csv", lines.joined(separator: "\n") + "\n")
            let found = try bench.answer(
                "crosstab (cohort \"@/counts.csv\" time=time event=event) row column")
            let what = "table \(place)"
            #expect(found["counts"] == wanted["counts"], "\(what)")
            expectClose(try found["chi_square"]["statistic"].number(), try wanted["chi_square"].number(), what)
            expectClose(try found["chi_square"]["p"].number(), try wanted["p"].number(), what)
            #expect(found["chi_square"]["df"] == wanted["df"])
            // R's own network algorithm is good to about seven digits.
            expectClose(try found["exact_p"].number(), try wanted["exact_p"].number(), what, tolerance: 1e-6)
            guard wanted.has("odds_ratio") else {
                #expect(found["odds_ratio"].isNull && found["chi_square_corrected"].isNull)
                continue
            }
            let corrected = found["chi_square_corrected"]
            expectClose(try corrected["statistic"].number(), try wanted["corrected"].number(), what, tolerance: 1e-7)
            expectClose(try corrected["p"].number(), try wanted["corrected_p"].number(), what)
            for (key, other) in [("estimate", "odds_ratio"), ("lower", "lower"), ("upper", "upper")] {
                expectClose(
                    try found["odds_ratio"][key].number(), try wanted[other].number(), "\(what) \(key)", tolerance: 1e-7
                )
            }
        }
    }

    @Test func crosstabsCountWhatIsMissing() throws {
        let found = try bench.answer("crosstab data er grade")
        #expect(try found["left_out"].number() == 5 && found["total"].number() == 115)
        let text = try bench.shown("crosstab data er grade")
        #expect(text.hasPrefix("columns: grade\ner        high  low  middle  all\n"), "\(text)")
        #expect(text.contains("\n5 rows left out: er or grade is missing\n"))
        #expect(text.contains("\nFisher's exact test: p = "))
        // Its cells are a table.
        let cells = try bench.answer("filter (crosstab data er grade) where=(count > 20)")["rows"]
        #expect(cells.items.allSatisfy { ["er", "grade", "count", "expected"].allSatisfy($0.has) })
        #expect(!cells.items.isEmpty)
    }

    @Test func crosstabsWithNothingToTest() throws {
        let found = try bench.answer("crosstab (filter data where=(er == \"positive\")) er grade")
        #expect(found["exact_p"].isNull && found["chi_square"].isNull)
        #expect(bench.told.contains("note: nothing to test: all that is known is in one row or one column"))
        try bench.expectFailure(
            "crosstab data age er", "age has 120 values, more than 50", help: "cut it in two: (age > median(age))",
            at: "age")
        try bench.expectFailure(
            "crosstab (filter data where=is_missing(er)) er grade",
            "in no row are er and grade both known", help: nil)
    }

    @Test func anExactTestThatIsTooLargeIsLeftOutAndTold() throws {
        // 8 by 8, all margins 2,000: beyond any enumeration.
        var lines = ["id,time,event,row,column"]
        for person in 0..<16_000 { lines.append("p\(person),1,1,r\(person % 8),c\(person / 8 % 8)") }
        try bench.write("large.csv", lines.joined(separator: "\n") + "\n")
        try bench.run("large = cohort \"@/large.csv\" time=time event=event")
        #expect(try bench.answer("crosstab large row column")["exact_p"].isNull)
        #expect(
            bench.console.told.contains {
                $0.contains("no exact test: the exact test would have to follow more than 2000000 partial tables")
            })
        #expect(try bench.answer("crosstab large row column exact=false")["exact_p"].isNull)
    }

    @Test func summaries() throws {
        let found = try bench.answer("summarize data columns=marker by=er")["rows"]
        for (row, key) in zip(found.items, ["negative", "positive", "missing"]) {
            let wanted = oracle["summaries"][key]
            #expect(row["er"].text == (key == "missing" ? nil : key))
            try expectClose(row, wanted, ["known", "missing", "mean"], "summary \(key)")
            if key == "missing" { #expect(row["sd"].isNull) } else { try expectClose(row, wanted, ["sd"], key) }
            for (title, value) in zip(["min", "q1", "median", "q3", "max"], wanted["quantiles"].items) {
                expectClose(try row[title].number(), try value.number(), "\(key) \(title)")
            }
        }
        let labels = try bench.answer("summarize data columns=grade")["rows"][0]
        #expect(
            try labels["known"].number() == 116 && labels["missing"].number() == 4 && labels["distinct"].number() == 3)
        #expect(labels["mean"].isNull && labels["max"].isNull)
        let quantiles = try bench.answer("quantiles data of=marker by=er probabilities=[0, 0.25, 0.5, 0.75, 1]")
        for (group, key) in zip(quantiles["groups"].items, ["negative", "positive", "missing"]) {
            let wanted = oracle["summaries"][key]
            try expectClose(group, wanted, ["known", "missing"], key)
            for (a, b) in zip(try group["values"].numbers(), try wanted["quantiles"].numbers()) {
                expectClose(a, b, key)
            }
        }
    }

    @Test func countsKeepWhatIsMissing() throws {
        let rows = try bench.answer("count data by=grade")["rows"].items
        #expect(rows.map { $0["grade"].text } == ["high", "low", "middle", nil])
        for (row, key) in zip(rows, ["high", "low", "middle", "4"]) {
            #expect(row["count"] == oracle["counts"][key])
            expectClose(try row["share"].number(), try row["count"].number() / 120, "share")
        }
        #expect(try bench.answer("count data")["rows"][0]["count"].number() == 120)
        let sizes = try bench.answer("count data by=(size > 5)")["rows"].items
        #expect(sizes.map { $0["size > 5"].text } == ["false", "true"])
        // The function of that name stays what it is.
        #expect(try bench.answer("count(data.marker)")["value"].number() == 117)
        // A column called count.
        #expect(
            try bench.answer("count (count data by=size) by=count")["columns"].items.map(\.text) == [
                "count", "count_", "share",
            ])
    }

    @Test func rowsAreFilteredAndWhatIsMissingIsTold() throws {
        let found = try bench.answer("filter data where=(marker > 1 and age < 60)")["rows"].items
        #expect(bench.told.last == "note: 2 rows left out: marker > 1 and age < 60 is missing")
        let kept = try found.map { (try $0["marker"].number(), try $0["age"].number()) }
        #expect(kept.allSatisfy { $0.0 > 1 && $0.1 < 60 } && kept.count > 10)
        #expect(try bench.answer("filter data where=is_missing(marker)")["rows"].items.count == 3)
        #expect(try bench.answer("filter data where=(age > 1000)")["rows"].items.isEmpty)
        #expect(try bench.answer("filter data where=(id in [\"p001\", \"p003\"])")["rows"].items.count == 2)
        try bench.expectFailure(
            "filter data where=age", "true or false per patient is expected here, and this gives a number", help: nil,
            at: "age")
    }

    @Test func rowsAreSorted() throws {
        let ages = try bench.answer("sort data by=age")["rows"].items.map { try $0["age"].number() }
        #expect(ages == ages.sorted() && ages.count == 120)
        let markers = try bench.answer("sort data by=marker descending=true")["rows"].items.map { $0["marker"] }
        let last = markers.suffix(3).filter(\.isNull)
        #expect(last.count == 3)
        let known = try markers.dropLast(3).map { try $0.number() }
        #expect(known == known.sorted(by: >))
        #expect(bench.told.last == "note: 3 rows at the end: marker is missing")
        // By two: the second first, since equal rows stay as they stood.
        let both = try bench.answer("sort (sort data by=age) by=site")["rows"].items
        let pairs = try both.map { ($0["site"].text ?? "", try $0["age"].number()) }
        #expect(zip(pairs, pairs.dropFirst()).allSatisfy { $0 < $1 })
        // Descending keeps that, too.
        let down = try bench.answer("sort (sort data by=age) by=site descending=true")["rows"].items
        let reversed = try down.map { ($0["site"].text ?? "", -(try $0["age"].number())) }
        #expect(zip(reversed, reversed.dropFirst()).allSatisfy { $0 > $1 })
        #expect(try bench.answer("head (sort data by=age) 2")["rows"].items.count == 2)
        #expect(try bench.answer("head data 1000")["rows"].items.count == 120)
        #expect(try bench.answer("head data")["rows"].items.count == 10)
    }

    @Test func columnsAreDerived() throws {
        let found = try bench.answer(
            "derive (head data 3) half=(age / 2) quarter=(half / 2) age=0 old=(half > 30) l=(lower(er))")
        #expect(
            found["columns"].items.map(\.text) == [
                "id", "time", "event", "age", "size", "marker", "grade", "site", "er", "risk", "half", "quarter", "old",
                "l",
            ])
        for row in found["rows"].items {
            #expect(try row["quarter"].number() == row["half"].number() / 2 && row["age"].number() == 0)
            #expect(try row["old"].number() == (row["half"].number() > 30 ? 1 : 0) && row["l"] == row["er"])
        }
        try bench.run("more = derive data x=(marker + 1)")
        #expect(bench.told.last == "note: x is missing in 3 rows of 120")
        // New columns are known to checks.
        try bench.run("x = filter (derive data q=(age / 2)) where=(q > 30)")
        try bench.expectFailure(
            "filter (derive data q=(age / 2)) where=(qq > 30)", "there is no column or variable `qq`",
            help: "did you mean `q`?", at: "qq")
        try bench.expectFailure(
            "derive data", "`derive` needs `name`", help: "usage: derive x name=formula …")
        try bench.expectFailure(
            "derive data x=agee", "there is no column or variable `agee`", help: "did you mean `age`?", at: "agee")
    }

    @Test func everythingThatIsATableIsTaken() throws {
        try bench.run(
            """
            sim = simulate patients=60 patches=10 seed=3
            seen = predict (train (model tta dim=16) on=sim epochs=1 seed=1) on=sim
            emb = embeddings seen
            """)
        #expect(
            try bench.answer("count emb by=role")["rows"].items.compactMap { $0["role"].text } == [
                "shared", "specific",
            ])
        #expect(try bench.answer("filter emb where=(role == \"shared\" and e1 > 0)")["rows"].items.count > 0)
        #expect(try bench.answer("head (sort seen by=risk descending=true) 1")["rows"][0].has("risk"))
        #expect(try bench.answer("summarize (km data by=er) columns=survival by=group")["rows"].items.count == 2)
        #expect(try bench.answer("show (cox data ~ age + size) columns=[term, hazard_ratio]")["rows"].items.count == 2)
        #expect(try bench.answer("(correlate data columns=[age, size, risk]).r").has("value"))
        #expect(try bench.answer("head (quality emb) 1")["rows"][0].has("measure"))
        try bench.expectFailure(
            "head 3",
            "`x` must be a table, or what is one as well: a cohort, predictions, curves, coefficients, not the number 3",
            help: nil, at: "3")
        try bench.expectFailure(
            "head (model snn)",
            "`x` must be a table, or what is one as well: a cohort, predictions, curves, coefficients, not a model",
            help: nil, at: "(model snn)")
        try bench.expectFailure(
            "quantiles data", "data is no survival curve",
            help: "name the column or formula whose quantiles are wanted: of=age", at: "data")
        try bench.expectFailure(
            "quantiles (km data) by=er", "by= is for quantiles of a column",
            help: "say of= too; km has a by= of its own", at: "er")
    }

    @Test func longAndWideTablesAreCountedNotCut() throws {
        let long = try bench.shown("filter data where=true").split(separator: "\n", omittingEmptySubsequences: false)
        #expect(long.count == 23 && long.last == "… and 100 rows; `show` lists all")
        #expect(try bench.shown("show data").split(separator: "\n").count == 122)
        try bench.run("settings width=50")
        let wide = try bench.shown("head data 2").split(separator: "\n")
        #expect(wide.allSatisfy { $0.count <= 80 } && wide.last?.hasPrefix("… and ") == true, "\(wide)")
        let whole = try bench.shown("show (head data 2)").split(separator: "\n", omittingEmptySubsequences: false)
        #expect(whole.allSatisfy { $0.count <= 50 } && whole.filter { $0.hasPrefix("id ") }.count > 1, "\(whole)")
    }

    @Test func filledTablesKeepTheirValues() throws {
        let text = """
            t = table ["name", "x", "ok", "mixed"]
            row t ["a", 1, true, "text"]
            row t [missing, missing, missing, 2]
            row t ["c", 2.5, false, [1, 2]]
            """
        try bench.run(text)
        #expect(
            try bench.line("t")
                == "{\"columns\":[\"name\",\"x\",\"ok\",\"mixed\"],\"rows\":[{\"name\":\"a\",\"x\":1,\"ok\":true,\"mixed\":\"text\"},{\"name\":null,\"x\":null,\"ok\":null,\"mixed\":2},{\"name\":\"c\",\"x\":2.5,\"ok\":false,\"mixed\":[1,2]}]}"
        )
        try bench.run("save t \"@/t.json\"; u = load \"@/t.json\"")
        #expect(try bench.answer("u")["rows"][0] == bench.answer("t")["rows"][0])
        try bench.expectFailure(
            "table [\"a\", \"a\"]", "two columns are titled a", help: "a column is known by its title",
            at: "[\"a\", \"a\"]")
    }
}
