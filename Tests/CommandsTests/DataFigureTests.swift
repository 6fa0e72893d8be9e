import Foundation
import Testing

/// What `scatter`, `histogram`, `box`, `heatmap`, `slide` and `withhold` say, draw and refuse.
@Suite struct DataFigureTests {
    private static let predicted = """
        learn = simulate patients=60 patches=20 seed=1
        judge = simulate patients=60 patches=20 seed=1001 world=1
        trained = train (model tta dim=16 prototypes=4) on=learn epochs=2 seed=1
        seen = predict trained on=judge
        """

    private func bench() throws -> Bench {
        let bench = try Bench()
        try bench.run("women = cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event")
        return bench
    }

    /// The rows of the block with that title.
    private func block(_ title: String, of script: String) -> [[Double]] {
        guard let start = script.range(of: "# \(title)\n"),
            let end = script[start.upperBound...].range(of: "END_OF_DATA")
        else { return [] }
        return script[start.upperBound..<end.lowerBound].split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
            $0.split(separator: " ").map { text in
                text.hasPrefix("0x") ? Double(UInt32(text.dropFirst(2), radix: 16) ?? 0) : Double(text) ?? .nan
            }
        }
    }

    // MARK: Columns

    /// Names that the user gave do not take the place of a figure's own columns.
    @Test func tablesOfFiguresKeepTheirColumns() throws {
        let bench = try bench()
        try bench.write(
            "n.csv",
            "id,time,event,row,g\n"
                + (1...9).map { "p\($0),\($0),1,\($0),\($0 % 2 == 0 ? "from" : "to")" }
                .joined(separator: "\n"))
        try bench.run("n = cohort \"@/n.csv\" time=time event=event id=id")
        #expect(
            try bench.answer("head (histogram n time by=g) 1")["columns"].items.map(\.text) == [
                "from", "to", "from_", "to_",
            ])
        #expect(
            try bench.answer("head (heatmap n columns=[row, time]) 1")["columns"].items.map(\.text) == [
                "row", "row_", "time",
            ])
        #expect(
            try bench.answer("head (scatter n row time by=row) 1")["columns"].items.map(\.text) == [
                "row", "time", "row_",
            ])
    }

    @Test func aScatterDrawsTheColumns() throws {
        let bench = try bench()
        let answer = try bench.answer("scatter women age size by=er")
        #expect(answer["groups"].items.map { $0["name"].text } == ["negative", "positive", "all"])
        #expect(try answer["groups"].items.map { try $0["n"].number() } == [64, 134, 198])
        // R: cor(age, size), and by ranks.
        expectClose(try answer["groups"][2]["pearson"].number(), -0.0739320413488, "Pearson's", tolerance: 1e-10)
        expectClose(try answer["groups"][2]["spearman"].number(), -0.0617748395182, "Spearman's", tolerance: 1e-10)
        try bench.run(
            "save (scatter women age size by=er) \"@/points.csv\"\nplot (scatter women age size by=er) file=\"@/s\"")
        let saved = try bench.read("points.csv").split(separator: "\n").dropFirst().map { line in
            line.split(separator: ",").prefix(2).compactMap { Double($0) }
        }
        let drawn = block("points", of: try bench.read("s.gp")).map { Array($0[..<2]) }
        #expect(drawn.count == 198 && Set(drawn) == Set(saved))
        try bench.expectFailure(
            "scatter women age er", "a number per patient is expected here, and this gives a string", help: nil,
            at: "er")
    }

    @Test func aHistogramDrawsItsCounts() throws {
        let bench = try bench()
        let answer = try bench.answer("histogram women size by=er bins=6")
        let edges = try answer["edges"].numbers()
        try bench.run("plot (histogram women size by=er bins=6) file=\"@/h\"")
        let script = try bench.read("h.gp")
        for group in answer["groups"].items {
            let counts = try group["counts"].numbers()
            let drawn = block("\(group["name"].text ?? ""), counts", of: script)
            #expect(
                drawn == counts.indices.filter { counts[$0] > 0 }.map { [edges[$0], edges[$0 + 1], 0, counts[$0]] })
        }
        try bench.run("t = table [\"a\"]\nrow t [missing]")
        try bench.expectFailure("histogram t a", "a is missing for every row", help: nil, at: "a")
        try bench.run("u = table [\"a\"]\nrow u [1]\nrow u [missing]\nhistogram u a")
        #expect(bench.told.contains("note: 1 row left out: a is missing"))
        try bench.expectFailure(
            "histogram women (age / (age - age))", "age / (age - age) is ∞ in row 1; only finite numbers can be drawn",
            help: "leave such rows out, or transform the column", at: "(age / (age - age))")
    }

    @Test func aBoxDrawsItsQuartiles() throws {
        let bench = try bench()
        let answer = try bench.answer("box women size by=er")
        try bench.run("plot (box women size by=er) file=\"@/b\"")
        let script = try bench.read("b.gp")
        for box in answer["boxes"].items {
            let drawn = block("\(box["name"].text ?? ""), quartiles", of: script)
            #expect(
                try drawn.map { Array($0[2...]) } == [[box["lower_quartile"].number(), box["upper_quartile"].number()]])
        }
        // R: quantile(size) of the women with er negative.
        #expect(try answer["boxes"][0]["n"].number() == 64)
    }

    // MARK: Embeddings and models

    @Test func aMapTakesAColumnForItsSecondRow() throws {
        let bench = try Bench()
        try bench.run(Self.predicted + "\nm = tsne (embeddings seen) perplexity=10")
        try bench.run("plot m file=\"@/m\" color=risk by=(risk > median(risk)) join=true")
        let script = try bench.read("m.gp")
        #expect(script.contains("'Recall@1 ") && script.contains("'Silhouette "))
        // Groups in the order of km: false before true.
        let groups = try ["risk ≤ median(risk)", "risk > median(risk)"].map { name in
            try #require(script.range(of: "'\(name)' at screen"), "\(name)").lowerBound
        }
        #expect(groups[0] < groups[1])
        #expect(script.components(separatedBy: "# points by risk").count == 3)
        let panel = try bench.answer("m")["panels"][0]
        let places = zip(try panel["x"].numbers(), try panel["y"].numbers()).map { [$0, $1] }
        #expect(Set(block("points by risk", of: script).map { Array($0[..<2]) }) == Set(places))
        // Patients whose group is missing are drawn as not known, and nobody says that they were left out.
        let partly = "(log(risk - median(risk)) > -1)"
        try bench.run("plot m file=\"@/k\" color=\(partly) by=\(partly)")
        #expect(try bench.read("k.gp").contains("'not known' at screen"))
        #expect(!bench.told.contains { $0.contains("left out") }, "\(bench.told)")
        try bench.expectFailure(
            "plot (km seen) color=risk", "color= is for maps of tsne", help: "km has a by= of its own", at: "risk")
    }

    @Test func prototypesAreDrawnByGroupAndAsAHeatMap() throws {
        let bench = try Bench()
        try bench.run(Self.predicted + "\nfound = prototypes seen by=(risk > median(risk)) permutations=19 top=40")
        try bench.run("plot found file=\"@/p\"")
        #expect(try bench.read("p.gp").contains("# 4, risk > median(risk), quartiles"))
        let map = try bench.answer("heatmap found top=12 linkage=ward")
        #expect(map["rows"].items.count == 12 && map["columns"].items.count == 4)
        #expect(bench.told.last == "note: 12 of 40 tokens, those with the largest values; see top=")
        let cosines = try bench.answer("found")["prototypes"].items.filter { !$0["nearest"].items.isEmpty }
        for (column, name) in map["columns"].items.enumerated() {
            let nearest = try #require(cosines.first { $0["prototype"] == .number(Double(name.text ?? "") ?? 0) })[
                "nearest"]
            for (row, token) in map["rows"].items.enumerated() {
                let found = try #require(nearest.items.first { $0["token"] == token })
                #expect(try map["values"][row][column].number() == found["cosine"].number())
            }
        }
        try bench.run("plot (heatmap found top=12) file=\"@/h\"")
        #expect(
            try bench.read("h.svg").contains(
                "genomics, 12 of 40 tokens; average linkage of Euclidean distances."))
        let differences = try bench.answer("heatmap found values=difference linkage=none")
        let token = try bench.answer("found")["tokens"][0]
        let row = try #require(differences["rows"].items.firstIndex(of: token["token"]))
        let column = Int(try token["prototype"].number()) - 1
        expectClose(
            try differences["values"][row][column].number(),
            try token["second"].number() - token["first"].number(), "the difference")
        try bench.expectFailure(
            "heatmap found modality=histology", "histology has no named tokens in these prototypes",
            help: "there is genomics", at: "histology")
        try bench.expectFailure(
            "heatmap found fold=2", "there are no prototypes of fold 2", help: "there is one model", at: "2")
        try bench.expectFailure(
            "heatmap found columns=[a]", "columns= is for what has columns", help: "leave it out", at: "[a]")
    }

    /// Prototypes of different folds are different, and the first patient with patches need not be of the first fold.
    @Test func figuresOfFoldsSayWhichTheyShow() throws {
        let bench = try Bench()
        try bench.run(
            """
            patients = simulate patients=60 patches=10 seed=1
            folds patients k=2
            cv = crossvalidate (model tta dim=8 prototypes=4) on=patients epochs=1 seed=1
            found = prototypes cv by=(risk > median(risk)) permutations=19
            plot (heatmap found fold=2 linkage=none) file="@/h"
            """)
        #expect(try bench.read("h.svg").contains("genomics, fold 2 of 2, 40 tokens."))
        #expect(try bench.answer("slide (saliency cv) on=patients")["patient"].text == "patient01")
    }

    @Test func aTableIsAHeatMapOfStandardisedColumns() throws {
        let bench = try bench()
        let map = try bench.answer("heatmap women columns=[age, size] linkage=none")
        #expect(map["rows"].items.count == 198)
        let ages = try map["values"].items.map { try $0[0].number() }
        #expect(abs(ages.reduce(0, +)) <= 1e-9)
        #expect(abs(ages.reduce(0) { $0 + $1 * $1 } / 197 - 1) <= 1e-9)
        // A name that is missing is no number of a row.
        try bench.run("t = table [\"a\", \"g\"]\nrow t [1, \"x\"]\nrow t [2, missing]")
        #expect(try bench.answer("heatmap t columns=[a] label=g linkage=none")["rows"].items.map(\.text) == ["x", "–"])
        try bench.expectFailure(
            "heatmap women", "which columns are to be drawn?",
            help: "such as columns=[age, size] or columns=\"*_rnaseq\"")
        try bench.expectFailure(
            "heatmap women columns=[er]", "the column er holds labels, and colours show numbers", help: "leave it out",
            at: "[er]")
    }

    @Test func aSlideHasTheWeightsOfSaliency() throws {
        let bench = try Bench()
        try bench.run(Self.predicted + "\ns = saliency seen\nsave s \"@/w.csv\"")
        let slide = try bench.answer("slide s on=judge patient=\"patient07\"")["slides"][0]
        let weights = try slide["weights"].numbers()
        let saved = try bench.read("w.csv").split(separator: "\n").filter {
            $0.hasPrefix("patient07,histology,shared,")
        }
        .map { try #require(Double($0.split(separator: ",")[4])) }
        #expect(weights.count == 20 && zip(weights, saved).allSatisfy { abs($0 - 20 * $1) <= 1e-6 })
        #expect(abs(weights.reduce(0, +) - 20) <= 1e-3)
        try bench.run("plot (slide s on=judge patient=\"patient07\") file=\"@/slide\"")
        let tiles = block("Weight, multiples of an even share", of: try bench.read("slide.gp"))
        let places = zip(try slide["x"].numbers(), try slide["y"].numbers()).map { [$0, $0 + 256, -$1 - 256, -$1] }
        #expect(Set(tiles.map { Array($0[..<4]) }) == Set(places) && tiles.count == 20)
        try bench.expectFailure(
            "slide s on=judge patient=\"nobody\"", "there are no weights of histology for nobody",
            help: "there are patient01, patient02, patient03, patient04, patient05, …", at: "\"nobody\"")
        try bench.expectFailure(
            "slide s on=judge modality=genomics", "there are no weights of patches of genomics",
            help: "there is histology", at: "genomics")
        try bench.run("few = simulate patients=60 patches=10")
        try bench.expectFailure(
            "slide s on=few", "patient01 has 10 patches here and 20 in the saliency",
            help: "give the cohort of the predictions", at: "few")
    }

    @Test func aModalityIsWithheld() throws {
        let bench = try Bench()
        try bench.run(Self.predicted)
        let answer = try bench.answer("withhold trained on=judge modality=genomics shares=[0, 0.5, 1] repeats=3 seed=2")
        #expect(try answer["patients_without"].numbers() == [0, 30, 60])
        let whole = try bench.answer("cindex seen")["concordance"].number()
        #expect(try answer["cindex"][0].number() == whole)
        // Everybody without is a cohort that never had it.
        try bench.run("alone = simulate patients=60 patches=20 seed=1001 world=1 missing_genomics=1")
        let without = try bench.answer("cindex (predict trained on=alone)")["concordance"].number()
        expectClose(try answer["cindex"][2].number(), without, "without genomics", tolerance: 1e-9)
        #expect(
            try bench.line("withhold trained on=judge modality=genomics repeats=2 seed=2")
                == bench.line("withhold trained on=judge modality=genomics repeats=2 seed=2"))
        try bench.run(
            "plot (withhold trained on=judge modality=genomics shares=[0, 0.5, 1] repeats=3 seed=2) file=\"@/w\"")
        let drawn = block("C-index, values", of: try bench.read("w.gp"))
        #expect(try drawn == zip([0, 50, 100], answer["cindex"].numbers()).map { [$0, $1] })
        try bench.expectFailure(
            "withhold trained on=judge modality=proteins", "the model and the cohort have no proteins in common",
            help: "there is histology, genomics", at: "proteins")
        try bench.expectFailure(
            "withhold trained on=judge modality=genomics shares=[0.5, 0.2]", "shares are to increase",
            help: "such as shares=[0, 0.5, 1]", at: "[0.5, 0.2]")
        try bench.expectFailure(
            "withhold trained on=judge modality=genomics shares=[2]", "a share is a number from 0 to 1",
            help: "such as shares=[0, 0.5, 1]", at: "[2]")
    }

    @Test func comparisonsAreDrawnWithTheirIntervals() throws {
        let bench = try Bench()
        try bench.run(
            """
            patients = simulate patients=80 patches=10
            folds patients k=2
            a = crossvalidate (model tta dim=8) on=patients epochs=1 seed=1
            b = crossvalidate (model tta dim=16) on=patients epochs=1 seed=1
            """)
        let answer = try bench.answer("compare a b")
        try bench.run("plot (compare a b) file=\"@/c\"\nplot (compare a b) bars=true file=\"@/d\"")
        let (lower, upper) = (try answer["lower"].number(), try answer["upper"].number())
        let bars = try bench.read("d.gp")
        let interval = try #require(block("b, interval", of: bars).first)
        #expect(interval[0] == -upper && interval[2] == -lower)
        let change = try #require(block("b, change", of: bars).first)
        #expect(try min(change[0], change[1]) == min(0, -answer["difference"].number()))
        #expect(try block("b, parts", of: bars).map { $0[0] } == answer["fold_differences"].numbers().map { -$0 })
        let mean = try #require(block("a, interval of the mean", of: try bench.read("c.gp")).first)
        let model = answer["models"][0]
        let half = 1.959963984540054 * (try model["standard_error"].number())
        expectClose(mean[0], try model["mean"].number() - half, "the lower end")
        expectClose(mean[2], try model["mean"].number() + half, "the upper end")
        try bench.expectFailure("plot a bars=true", "bars= is for comparisons of models", help: nil, at: "true")
    }

    // MARK: Files

    @Test func manyPointsAreDrawnAsPixels() throws {
        let bench = try Bench()
        let rows = (0..<21_000).map { "p\($0),1,1,\($0 % 977),\($0 % 631)" }
        try bench.write("many.csv", "id,time,event,x,y\n" + rows.joined(separator: "\n") + "\n")
        try bench.run(
            "many = cohort \"@/many.csv\" id=id time=time event=event\nplot (scatter many x y) file=\"@/many\"")
        #expect(
            bench.told.suffix(2) == [
                "note: wrote @/many.gp and @/many.png",
                "note: as pixels, for a vector file of 21000 points and tiles opens slowly; format=svg or pdf makes one all "
                    + "the same",
            ])
        try bench.run("plot (scatter many x y) file=\"@/many.svg\"")
        #expect(
            bench.told.last
                == "note: 21000 points and tiles make a vector file that opens slowly; format=png draws pixels")
        let count = bench.told.count
        try bench.run("plot (scatter many x y) file=\"@/many.png\"")
        #expect(bench.told.count == count + 1)
    }

    @Test func namesOfColumnsAndGroupsAreNeverRun() throws {
        let bench = try Bench()
        let evil = ["`touch pwned`", "'; system('touch pwned') #", "@x {y} \\z", "高 🧬 Группа"]
        let rows = (0..<40).map { "p\($0),\($0 % 7 + 1),1,\($0),\"\(evil[$0 % 4])\"" }
        try bench.write("evil.csv", "id,time,event,a,g\n" + rows.joined(separator: "\n") + "\n")
        try bench.run(
            """
            c = cohort "@/evil.csv" id=id time=time event=event
            t = table ["`touch pwned`", "g"]
            row t [1, "`touch pwned`"]
            row t [2, "$(touch pwned)"]
            row t [4, "b"]
            h = heatmap t columns="*pwned`" label=g
            plot h file="@/heat"
            plot (histogram c a by=g) file="@/hist"
            """)
        for name in ["heat", "hist"] { #expect(try bench.read("\(name).svg").contains("`touch pwned`")) }
        let here = FileManager.default.currentDirectoryPath
        #expect(!FileManager.default.fileExists(atPath: here + "/pwned"))
        #expect(!FileManager.default.fileExists(atPath: bench.path("pwned")))
    }
}
