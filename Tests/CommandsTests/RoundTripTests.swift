import Foundation
import Testing

/// What is saved comes back, and what is repeated comes out the same.
@Suite struct RoundTripTests {
    private static let script = """
        s = simulate patients=60 patches=6 features=8 sets=6 genes=4 seed=3
        folds s k=2 seed=5
        cv = crossvalidate (model tta dim=8 prototypes=4) on=s epochs=2 seed=7
        """

    private let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.run(Self.script)
    }

    @Test func predictionsAsJSON() throws {
        try bench.run("save cv \"@/cv.json\"; again = load \"@/cv.json\"")
        for verb in ["cindex", "km"] { #expect(try bench.line("\(verb) again") == bench.line("\(verb) cv")) }
        let groups = "by=(risk > median(risk))"
        #expect(try bench.line("km again \(groups)") == bench.line("km cv \(groups)"))
        #expect(try bench.line("cindex again risk=true_risk") == bench.line("cindex cv risk=true_risk"))
        let (found, saved) = (try bench.answer("again"), try bench.answer("cv"))
        for key in [
            "patients", "time", "event", "risk", "fold", "grid", "survival", "covariates", "model", "seed", "settings",
        ] {
            #expect(saved.has(key) && found[key] == saved[key], "\(key)")
        }
        // Keys and columns keep their order, so that a second copy is the first.
        try bench.run("save again \"@/again.json\"; save (load \"@/again.json\") \"@/third.json\"")
        #expect(try bench.read("third.json") == bench.read("again.json"))
        #expect(try bench.read("again.json").prefix(2000) == bench.read("cv.json").prefix(2000))
    }

    /// Names of a cohort that formulas on its predictions read otherwise are told.
    @Test func whatPredictionsHideIsTold() throws {
        try bench.write(
            "p.csv",
            "id,time,event,age,risk,fold\n" + (1...12).map { "p\($0),\($0),1,\($0 % 5),0,x" }.joined(separator: "\n"))
        try bench.run("p = cohort \"@/p.csv\" time=time event=event; fit = cox p ~ age")
        let before = bench.told.count
        try bench.run("predict fit on=p times=[4]")
        #expect(
            bench.told.dropFirst(before) == [
                "note: formulas on the predictions see their own risk, fold, not the cohort's columns of that name"
            ])
    }

    @Test func infinitiesThatJSONLacksAreCounted() throws {
        let rows = (1...12).map { "p\($0),\($0),\($0 % 2),\($0 % 5),\($0 == 3 ? "inf" : "1")" }
        try bench.write("i.csv", "patient,time,event,risk,big\n" + rows.joined(separator: "\n"))
        try bench.run("p = load \"@/i.csv\"; save p \"@/i.json\"")
        #expect(bench.told.contains("note: 1 infinite value missing in @/i.json, since JSON has none; a .csv has"))
    }

    /// A file that is replaced stays as open as it was, and a link stays a link.
    @Test func savingKeepsPermissionsAndLinks() throws {
        let files = FileManager.default
        try bench.write("private.csv", "old")
        try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: bench.path("private.csv"))
        try files.createSymbolicLink(atPath: bench.path("link.csv"), withDestinationPath: "private.csv")
        try bench.run("save cv \"@/link.csv\"")
        #expect(try files.destinationOfSymbolicLink(atPath: bench.path("link.csv")) == "private.csv")
        #expect(try bench.read("private.csv").hasPrefix("patient,"))
        let mode = try files.attributesOfItem(atPath: bench.path("private.csv"))[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func predictionsAsCSV() throws {
        try bench.run("save cv \"@/cv.csv\"; again = load \"@/cv.csv\"")
        #expect(try bench.line("cindex again") == bench.line("cindex cv"))
        #expect(try bench.line("km again by=(fold == 1)") == bench.line("km cv by=(fold == 1)"))
    }

    /// Names come back whatever is in them, also as other programs escape them.
    @Test func namesOfAnyKind() throws {
        try bench.write("p.csv", "patient,time,event,risk,wörd\n\"a\"\"b\\c, é 😀\",3,1,0.5,x\nB,4,0,1,\n")
        try bench.run("p = load \"@/p.csv\"; save p \"@/p.json\"; q = load \"@/p.json\"")
        #expect(try bench.line("q").replacing("p.json", with: "p.csv") == bench.line("p"))
        #expect(try bench.answer("q")["patients"].items.map(\.text) == ["a\"b\\c, é 😀", "B"])
        let escaped = try bench.read("p.json").replacing("é 😀", with: "\\u00e9 \\ud83d\\ude00\\n\\/")
            .replacing(",", with: " ,\n\t")
        try bench.write("e.json", escaped)
        #expect(
            try bench.answer("load \"@/e.json\"")["patients"].items.map(\.text) == ["a\"b\\c ,\n\t é 😀\n/", "B"])
    }

    @Test func embeddings() throws {
        try bench.run("e = embeddings cv; save e \"@/e.json\"; again = load \"@/e.json\"")
        let map = try bench.line("tsne e perplexity=5 seed=2")
        #expect(try bench.line("tsne again perplexity=5 seed=2") == map)
        #expect(try bench.line("tsne e perplexity=5 seed=3") != map)
        #expect(try bench.line("quality again") == bench.line("quality e"))
        #expect(try bench.line("again") == bench.line("e"))
        #expect(try bench.answer("tsne e perplexity=5")["panels"].items.map(\.["role"].text) == ["shared", "specific"])
    }

    /// Embeddings that no program can have meant are refused where they are read.
    @Test(arguments: [
        ("[0, 0]", "[[1], [2]]", "a part of the embeddings has two vectors of one patient"),
        ("[0, 1]", "[[1, 2], [2, 3]]", "the shared embeddings differ in width, or have none"),
        ("[0, 1]", "[[], []]", "the shared embeddings differ in width, or have none"),
        ("[0, 1]", "[[1], [1e200]]", "the shared embeddings of b are beyond 1e100"),
    ]) func brokenEmbeddings(rows: String, vectors: String, what: String) throws {
        let good = "{\"modality\": \"a\", \"role\": \"shared\", \"rows\": [0, 1], \"vectors\": [[1], [2]]}"
        let bad = "{\"modality\": \"b\", \"role\": \"shared\", \"rows\": \(rows), \"vectors\": \(vectors)}"
        try bench.write(
            "b.json",
            "{\"type\": \"embeddings\", \"patients\": [\"p\", \"q\"], \"parts\": [\(good), \(bad)], \"covariates\": {}}"
        )
        try bench.expectFailure(
            "load \"@/b.json\"", "@/b.json: this is not a whole saved value: \(what)", help: "save the value again")
    }

    /// So are predictions.
    @Test(arguments: [
        ("\"grid\": [0, 5]", "\"grid\": [1, 5]", "the times in \"grid\" are not increasing from 0 on"),
        ("[1, 0.5]", "[1, 1.5]", "a \"survival\" is not between 0 and 1"),
        ("[1, 0.5]", "[1, null]", "a \"survival\" is not between 0 and 1"),
        ("[\"p\", \"q\"]", "[\"p\", \"p\"]", "the patient p is there twice"),
        ("[\"I\", null]", "[\"I\", 2]", "the column stage holds both strings and others"),
    ]) func brokenPredictions(part: String, broken: String, what: String) throws {
        let whole = Self.twoPatients
        try bench.write("good.json", whole)
        try bench.run("load \"@/good.json\"")
        #expect(whole.contains(part))
        try bench.write("p.json", whole.replacing(part, with: broken))
        try bench.expectFailure(
            "load \"@/p.json\"", "@/p.json: this is not a whole saved value: \(what)", help: "save the value again")
    }

    @Test func foldsOfPredictions() throws {
        try bench.write("negative.json", Self.twoPatients.replacing("\"fold\": [1, 2]", with: "\"fold\": [1, -1]"))
        try bench.expectFailure(
            "load \"@/negative.json\"", "@/negative.json: the fold of q is missing or no number that fits",
            help: "every patient needs one")
        try bench.write("zero.json", Self.twoPatients.replacing("\"fold\": [1, 2]", with: "\"fold\": [0, 1]"))
        #expect(try bench.answer("load \"@/zero.json\"")["fold"].numbers() == [1, 2])
        #expect(
            bench.told.contains("note: the folds of @/zero.json are numbered from 0; here they are numbered from 1"))
    }

    private static let twoPatients = """
        {"type": "predictions", "patients": ["p", "q"], "time": [1, 2], "event": [true, false], "risk": [1, 0],
        "grid": [0, 5], "survival": [[1, 0.5], [1, 0.6]], "fold": [1, 2], "covariates": {"stage": ["I", null]},
        "model": "m", "seed": 1, "settings": {}}
        """

    @Test func theSameSeedGivesTheSameBytes() throws {
        let other = try Bench()
        try other.run(Self.script)
        for statement in ["cv", "cindex cv", "embeddings cv", "tsne (embeddings cv) perplexity=5"] {
            #expect(try other.line(statement) == bench.line(statement))
        }
        try other.run(Self.script.replacing("seed=7", with: "seed=8"))
        #expect(try other.answer("cv")["risk"].numbers() != bench.answer("cv")["risk"].numbers())
    }

    @Test func theSessionsSeedCountsWhereNoneIsGiven() throws {
        let line = "simulate patients=12 patches=2 features=2 sets=5 genes=2"
        let first = try bench.line("save (\(line)) \"@/a.csv\"; settings seed=9; save (\(line)) \"@/b.csv\"; 1")
        #expect(first == "{\"value\":1}")
        try bench.run("save (\(line) seed=9) \"@/c.csv\"")
        #expect(try bench.read("a.csv") != bench.read("b.csv"))
        #expect(try bench.read("b.csv") == bench.read("c.csv"))
    }

    /// The standard deviation and mean of the folds, from the saved values alone.
    @Test func theConcordanceOfPredictionsIsThatOfTheirFiles() throws {
        try bench.run("save cv \"@/cv.csv\"")
        let rows = try bench.read("cv.csv").split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
        func column(_ name: String) throws -> [Double] {
            let place = try #require(rows[0].firstIndex(of: name))
            return try rows.dropFirst().map { try #require(Double($0[place])) }
        }
        let (time, event, risk, fold) = (
            try column("time"), try column("event"), try column("risk"), try column("fold")
        )
        var (favourable, comparable) = ([0.0, 0], [0.0, 0])
        for i in time.indices where event[i] == 1 {
            for j in time.indices where j != i && fold[i] == fold[j] {
                guard time[i] < time[j] || (time[i] == time[j] && event[j] == 0) else { continue }
                comparable[Int(fold[i]) - 1] += 1
                favourable[Int(fold[i]) - 1] += risk[i] > risk[j] ? 1 : risk[i] == risk[j] ? 0.5 : 0
            }
        }
        let folds = zip(favourable, comparable).map { $0 / $1 }
        let found = try bench.answer("cindex cv")
        for (value, wanted) in zip(try found["folds"].numbers(), folds) { expectClose(value, wanted, "fold") }
        #expect(try found["comparable_pairs"].number() == comparable[0] + comparable[1])
        expectClose(try found["mean"].number(), (folds[0] + folds[1]) / 2, "mean")
        expectClose(try found["sd"].number(), abs(folds[0] - folds[1]) / 2.0.squareRoot(), "sd")
        expectClose(
            try found["concordance"].number(), (favourable[0] + favourable[1]) / (comparable[0] + comparable[1]),
            "pooled")
    }

    /// What a model was trained with is shown and kept as it was asked for, of a fused one as well.
    @Test func settingsAreKeptWhole() throws {
        try bench.run(
            """
            few = simulate patients=40 patches=4 features=3 sets=5 genes=2 seed=1
            m = train (model tta dim=4 prototypes=2 rho_token=balanced) on=few epochs=2 average=9 with=(model cox alpha=1 lambda=0.1)
            """)
        let settings = try bench.answer("m")["settings"]
        #expect(settings["rho_token"].text == "balanced")
        #expect(try settings["average"].number() == 2)
        #expect(settings["with"].text == "cox alpha=1.0 lambda=0.1 inner_folds=5")
        #expect(try bench.shown("m").contains("tta, fused with cox"))
        try bench.run("p = predict m on=few; save p \"@/p.json\"; save (load \"@/p.json\") \"@/q.json\"")
        #expect(try bench.read("p.json").prefix(1500) == bench.read("q.json").prefix(1500))
    }

    /// Lists come back; JSON has no infinities, which is said.
    @Test func tablesOfAnyValues() throws {
        try bench.run("t = table [\"a\", \"b\"]; row t [1e308 * 10, [1, \"x\"]]; row t [-1e308 * 10, missing]")
        try bench.run("save t \"@/t.json\"; again = load \"@/t.json\"")
        #expect(bench.told.contains("note: 2 infinite values missing in @/t.json, since JSON has none; a .csv has"))
        #expect(try bench.line("again.rows[1].b") == "{\"value\":[1,\"x\"]}")
        #expect(try bench.line("again.rows[2].a") == "{\"value\":null}")
    }

    @Test func lossesOfTheTrainings() throws {
        try bench.run("save cv \"@/cv.json\"; again = load \"@/cv.json\"; plot again file=\"@/losses\"")
        #expect(try bench.answer("again")["history"] == bench.answer("cv")["history"])
    }

    /// Nobody is dropped from a table of predictions in silence, and nothing of a patient is chosen among.
    @Test func predictionsOfOtherPrograms() throws {
        try bench.write("p.csv", "patient,time,event,risk\nA,5,1,0.3\nB,,0,0.4\n,8,1,0.1\nE,3,1,0.9\n")
        try bench.run("p = load \"@/p.csv\"")
        #expect(
            bench.told == [
                "note: 1 row left out: no patient in @/p.csv (line 4)",
                "note: 1 patient left out: no follow-up time (B)",
            ])
        try bench.write("seeds.csv", "patient,seed,time,event,risk\nA,1,5,1,0.3\nA,2,5,1,0.4\n")
        try bench.expectFailure(
            "load \"@/seeds.csv\"", "@/seeds.csv, lines 2 and 3: the rows of A have 0.3 and 0.4 as risk",
            help: "one row per patient is wanted; put several in files of their own")
        try bench.write("folds.csv", "patient,time,event,risk,fold\nA,5,1,0.3,f1\nB,6,1,0.3,f2\n")
        try bench.expectFailure(
            "load \"@/folds.csv\"", "@/folds.csv: the fold of A is \"f1\"; a number was expected",
            help: "every patient needs one")
        // Folds that other programs number from 0 are folds all the same.
        try bench.write("zero.csv", "patient,time,event,risk,fold\nA,5,1,0.3,0\nB,6,1,0.3,1\nC,7,1,0.3,0\n")
        #expect(try bench.answer("load \"@/zero.csv\"")["fold"].numbers() == [1, 2, 1])
        #expect(bench.told.last == "note: the folds of @/zero.csv are numbered from 0; here they are numbered from 1")
        try bench.write("none.csv", "patient,time,event,risk,fold\nA,5,1,0.3,0\nB,6,1,0.3,0\n")
        #expect(try bench.answer("load \"@/none.csv\"")["fold"].numbers() == [0, 0])
        // Folds of one patient each have no pairs.
        try bench.write("single.csv", "patient,time,event,risk,fold\nA,5,1,0.3,1\nB,6,1,0.3,2\nC,7,1,0.3,3\n")
        try bench.expectFailure(
            "cindex (load \"@/single.csv\")", "no fold holds out two patients who can be compared",
            help: "pairs are counted within folds: use fewer")
        // Of several ids the one that `save` writes.
        try bench.write("ids.csv", "patient,time,event,risk,case_id\nA,5,1,0.3,C0\nB,6,1,0.3,C0\n")
        #expect(try bench.answer("load \"@/ids.csv\"")["patients"].items.count == 2)
        try bench.write("other.csv", "number,patient,time,event,risk\nx,A,5,1,0.3\ny,A,6,1,0.2\n")
        #expect(try bench.answer("load \"@/other.csv\" id=number")["patients"].items.map(\.text) == ["x", "y"])
    }

    /// Spaces at the ends of a label are its own.
    @Test func labelsWithSpaces() throws {
        try bench.run("t = table [\"a\"]; row t [\" x \"]; row t [\"y\"]; save t \"@/t.csv\"")
        #expect(try bench.read("t.csv") == "a\n\" x \"\ny\n")
    }
}
