import Foundation
import Testing

/// What `saliency`, `prototypes` and `probe` say, and how they refuse.
@Suite struct InsightTests {
    private static let predicted = """
        learn = simulate patients=60 patches=20 seed=1
        judge = simulate patients=60 patches=20 seed=1001 world=1
        seen = predict (train (model tta dim=16 prototypes=4) on=learn epochs=2 seed=1) on=judge
        """

    @Test func saliencyKnowsTheTruthOfASimulation() throws {
        let bench = try Bench()
        try bench.run(Self.predicted)
        let answer = try bench.answer("saliency seen")
        for role in ["shared", "specific"] {
            for (modality, tokens) in [("histology", 20.0), ("genomics", 40)] {
                let part = answer[role][modality]
                #expect(try part["tokens"].number() == tokens && part["patients"].number() == 60)
                for key in ["auc_within", "auc_pooled"] { #expect(try (0...1).contains(part[key].number())) }
                #expect(try part["tokens_in_use"].number() <= tokens + 1e-4)
            }
            let weights = try answer[role]["genomics"]["named"].items.map { try $0["weight"].number() }
            #expect(weights.count == 40 && abs(weights.reduce(0, +) - 1) <= 1e-5)
            #expect(zip(weights, weights.dropFirst()).allSatisfy { $0 >= $1 })
        }
        try bench.run("save (saliency seen) \"@/tokens.csv\"")
        let lines = try bench.read("tokens.csv").split(separator: "\n")
        #expect(lines.count == 1 + 2 * 60 * (20 + 40))
        #expect(lines[0] == "patient,modality,role,token,weight,informative")
        // Real patients have no truth.
        try bench.run("women = cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event")
        try bench.run("attach women clinical columns=[age, er, size]")
        let real = try bench.answer("saliency (predict (train (model tta dim=16) on=women epochs=1) on=women)")
        #expect(real["shared"]["clinical"]["auc_pooled"].isNull)
        #expect(real["shared"]["clinical"]["named"].items.count == 3)
    }

    /// The shared part is taken from the specific embeddings and from nothing else; of a few patients nothing is.
    @Test func embeddingsGiveTheSpecificPartAlone() throws {
        let bench = try Bench()
        try bench.run(Self.predicted)
        for (name, option) in [("whole", " residual=false"), ("alone", "")] {
            try bench.run("save (embeddings seen\(option)) \"@/\(name).csv\"")
        }
        let (whole, alone) = (try bench.read("whole.csv"), try bench.read("alone.csv"))
        let pairs = Array(zip(whole.split(separator: "\n"), alone.split(separator: "\n"))).dropFirst()
        #expect(pairs.count == 60 * 4)
        for (before, after) in pairs { #expect((before == after) == before.contains(",shared,")) }
        #expect(!bench.told.contains { $0.contains("specific vectors left") })
        try bench.run(
            """
            few = predict (train (model tta dim=16) on=learn epochs=1) on=(simulate patients=9 patches=20 world=1 seed=7)
            save (embeddings few) "@/few.csv"
            save (embeddings few residual=false) "@/few-whole.csv"
            """)
        #expect(try bench.read("few.csv") == bench.read("few-whole.csv"))
        #expect(
            bench.told.contains {
                $0.contains("18 specific vectors left as the model has them: of fewer than 10 patients together")
            })
    }

    @Test func prototypesCompareTwoGroups() throws {
        let bench = try Bench()
        try bench.run(Self.predicted)
        let answer = try bench.answer("prototypes seen by=(risk > median(risk)) permutations=99 seed=3")
        #expect(answer["prototypes"].items.count == 8 && answer["tokens"].items.count == 160)
        for item in answer["prototypes"].items + answer["tokens"].items {
            let (p, adjusted) = (try item["p"].number(), try item["adjusted_p"].number())
            #expect(p >= 0.01 && p <= adjusted && adjusted <= 1)
        }
        for part in answer["occupancy"].items {
            for row in part["shares"].items { #expect(abs(try row.numbers().reduce(0, +) - 1) <= 1e-5) }
        }
        #expect(
            try bench.line("prototypes seen by=(risk > median(risk)) permutations=99 seed=3")
                == bench.line("prototypes seen by=(risk > median(risk)) permutations=99 seed=3"))
        // A group that decides the occupancy is found.
        try bench.run("save (prototypes seen by=(risk > 0) permutations=19) \"@/occupancy.csv\"")
        #expect(try bench.read("occupancy.csv").hasPrefix("patient,modality,fold,prototype1,prototype2"))
        try bench.expectFailure(
            "prototypes seen by=informative_patches", "this makes 8 groups, and two are compared",
            help: "use a comparison, such as by=(informative_patches > median(informative_patches))",
            at: "informative_patches")
        try bench.run("folds learn k=2\ncv = crossvalidate (model tta dim=16 prototypes=4) on=learn epochs=1")
        let folds = try bench.answer("prototypes cv by=(risk > median(risk)) permutations=19")
        #expect(folds["prototypes"].items.count == 16)
        #expect(Set(try folds["prototypes"].items.map { try $0["fold"].number() }) == [1, 2])
    }

    /// A fold too small to be probed is not left out in silence.
    @Test func probeCountsSmallFolds() throws {
        let bench = try Bench()
        try bench.run("small = simulate patients=59 patches=4 features=3 sets=5 genes=2 seed=2; folds small k=3")
        try bench.run(
            "cv = crossvalidate (model tta dim=4 prototypes=2) on=small epochs=1; probe (embeddings cv) shared1")
        let left = bench.told.filter { $0.contains("left out: fewer than 20 in their fold have a value") }
        #expect(
            left
                == ["histology", "genomics"].map {
                    "note: 19 patients of \($0) left out: fewer than 20 in their fold have a value"
                })
        // Groups that no model's patients are both of cannot be compared, which is said.
        try bench.run("prototypes cv by=(fold == 1) permutations=19")
        #expect(bench.told.contains("note: nothing to test: no model's patients are of both groups"))
    }

    @Test func probeReadsColumns() throws {
        let bench = try Bench()
        try bench.run(Self.predicted)
        let answer = try bench.answer("probe (embeddings seen) [\"shared*\", histology1] seed=1")
        #expect(answer["columns"].items.count == 16)
        let shared = try answer["columns"].items.filter {
            $0["modality"].text == "histology" && $0["role"].text == "shared"
        }.map { try $0["r_squared"].number() }
        expectClose(try answer["shared"]["histology"].number(), shared.reduce(0, +) / 4, "the mean")
        try bench.expectFailure(
            "probe (embeddings seen) age", "no column is named age",
            help:
                "the columns are time, event, risk, fold, true_risk, shared1, shared2, shared3, histology1, histology2, "
                + "histology3, genomics1 and 3 more", at: "age")
    }

    @Test func loadedPredictionsKnowNoTokens() throws {
        let bench = try Bench()
        try bench.run(Self.predicted + "\nsave seen \"@/seen.json\"\nback = load \"@/seen.json\"")
        try bench.expectFailure(
            "saliency back", "these predictions came from a file and know no tokens", help: "predict again", at: "back")
        try bench.expectFailure(
            "prototypes back by=(risk > 0)", "these predictions came from a file and know no prototypes",
            help: "predict again", at: "back")
        try bench.run("apart = predict (train (model tta dim=16 shared=false) on=learn epochs=1) on=judge")
        try bench.expectFailure(
            "prototypes apart by=(risk > 0)", "this model has no prototypes", help: "train model tta with shared=true",
            at: "apart")
    }

    /// A script that was stopped goes on from what it kept.
    @Test func tablesAreKeptAndLoaded() throws {
        let bench = try Bench()
        try bench.run("t = table [\"a\", \"b\", \"c\"]\nrow t [1, \"x\", missing]\nrow t [2.5, \"y\", 3]")
        try bench.run("save t \"@/t.json\"\nback = load \"@/t.json\"")
        #expect(try bench.line("back") == bench.line("t"))
        #expect(try bench.answer("back.a")["value"].numbers() == [1, 2.5])
        #expect(try bench.answer("exists \"@/t.json\"")["value"] == .boolean(true))
        #expect(try bench.answer("exists \"@/u.json\"")["value"] == .boolean(false))
    }

    /// Against R: qt(0.975, 4) · sd/√5.
    @Test func halfTheIntervalOfAMean() throws {
        let bench = try Bench()
        expectClose(try bench.answer("ci95([1, 2, 4, 7, 11])")["value"].number(), 5.04366300353061, "n = 5")
        expectClose(try bench.answer("ci95([1, 2])")["value"].number(), 6.35310236808735, "n = 2")
        #expect(try bench.answer("ci95([1])")["value"].isNull)
    }
}
