import CommandLanguage
import Foundation
import Testing

/// Models compared on the same patients; the statistics behind it are compared with R's where the library is tested.
@Suite struct CompareTests {
    let bench: Bench

    /// Twelve patients in two folds with three models' risks and survival, the second model in two seeds.
    init() throws {
        bench = try Bench()
        let risks: [(name: String, seed: Int, risk: [Double])] = [
            ("a", 1, [9, 7, 8, 4, 3, 1, 8, 9, 5, 6, 2, 1]), ("b", 1, [5, 7, 2, 4, 6, 1, 3, 9, 8, 2, 6, 4]),
            ("b", 2, [7, 4, 6, 2, 1, 5, 3, 8, 9, 1, 7, 2]), ("c", 1, [1, 5, 2, 8, 7, 3, 6, 2, 4, 1, 9, 5]),
        ]
        for (name, seed, risk) in risks {
            try bench.write(
                "\(name)\(seed).json", predictions(name, seed: seed, risk: risk, order: name == "c" ? .reversed : .same)
            )
            try bench.run("\(name)\(seed) = load \"@/\(name)\(seed).json\"")
        }
    }

    private enum Order { case same, reversed }

    private func predictions(
        _ name: String, seed: Int, risk: [Double], order: Order = .same, folds: Int = 2, lastTime: Int = 12,
        patient: Int = 12
    ) -> String {
        let rows = Array(order == .same ? Array(0..<12) : (0..<12).reversed())
        func list(_ value: (Int) -> String) -> String { "[" + rows.map(value).joined(separator: ", ") + "]" }
        return """
            {"type": "predictions", "model": "\(name)", "seed": \(seed), "settings": {},
            "patients": \(list { "\"P\($0 == 11 ? patient : $0 + 1)\"" }),
            "time": \(list { String($0 == 11 ? lastTime : $0 + 1) }),
            "event": \(list { $0 % 3 == 2 ? "false" : "true" }), "risk": \(list { String(risk[$0]) }),
            "fold": \(list { String($0 % folds + 1) }), "grid": [0, 20],
            "survival": \(list { "[1, \(1 - risk[$0] / 20)]" }), "covariates": {}, "history": []}
            """
    }

    @Test func differencesAreThoseOfTheMetricByFold() throws {
        let found = try bench.answer("compare a1 b1")
        let (a, b) = (try bench.answer("cindex a1"), try bench.answer("cindex b1"))
        let folds = try zip(a["folds"].numbers(), b["folds"].numbers()).map { $0 - $1 }
        for (difference, wanted) in zip(try found["fold_differences"].numbers(), folds) {
            expectClose(difference, wanted, "fold")
        }
        expectClose(
            try found["difference"].number(), try a["mean"].number() - b["mean"].number(), "difference",
            tolerance: 1e-12)
        let turned = try bench.answer("compare b1 a1")
        expectClose(try turned["difference"].number(), -(try found["difference"].number()), "turned")
        #expect(try turned["p"].number() == found["p"].number())
        #expect(found["within_seed_noise"].isNull && found["folds"].items.count == 2)
        // The risk of a JSON file whose patients stand in another order.
        let c = try bench.answer("compare a1 c1")
        expectClose(
            try c["models"][1]["mean"].number(), try bench.answer("cindex c1")["mean"].number(), "reversed order",
            tolerance: 1e-12)
    }

    @Test func everyMetricIsTheOneOfItsCommand() throws {
        for (option, command, member) in [
            ("metric=uno", "uno a1", "mean"), ("metric=antolini", "antolini a1", "mean"),
            ("metric=ibs horizon=6", "ibs a1 horizon=6", "mean"), ("metric=uno horizon=6", "uno a1 horizon=6", "mean"),
        ] {
            let found = try bench.answer(
                "compare a1 b1 resamples=50 \(option)".replacing(
                    option.hasPrefix("metric=ibs") ? "" : "resamples=50 ", with: ""))
            let wanted = try bench.answer(command)["folds"][member].number()
            expectClose(try found["models"][0]["mean"].number(), wanted, option, tolerance: 1e-12)
        }
        let auc = try bench.answer("compare a1 b1 metric=auc times=6 resamples=100 seed=3")
        let wanted = try bench.answer("auc a1 times=6")["folds"][0]["mean"].number()
        expectClose(try auc["models"][0]["mean"].number(), wanted, "auc", tolerance: 1e-12)
        #expect(try bench.answer("compare a1 b1 metric=auc times=6 resamples=100 seed=3") == auc)
        // With six patients in a fold, some resamples have nobody followed beyond 9.
        let told = bench.told.count
        try bench.run("compare a1 b1 metric=ibs horizon=9 resamples=100 seed=3")
        #expect(
            bench.told.dropFirst(told).contains {
                $0.hasPrefix("note: ") && $0.hasSuffix("left out: integrated Brier score is not defined")
            })
        #expect(try bench.answer("compare a1 b1 metric=auc times=6 resamples=100 seed=4") != auc)
    }

    @Test func seedsAndSeveralModels() throws {
        let found = try bench.answer("compare a1 [b1, b2] c1")
        #expect(found["comparisons"].items.count == 2 && !found.has("difference"))
        let model = found["models"][1]
        #expect(model["seeds"].items.count == 2 && model["name"].text == "[b1, b2]")
        let seeds = try ["b1", "b2"].map { try bench.answer("cindex \($0)")["mean"].number() }
        expectClose(
            try model["seed_sd"].number(), abs(seeds[0] - seeds[1]) / 2.0.squareRoot(), "seed sd", tolerance: 1e-12)
        let text = try bench.shown("compare a1 [b1, b2]")
        #expect(text.contains("one seed of a1: how far other seeds would move the difference is not known"))
        #expect(text.contains("sd over seeds"))
        let both = try bench.shown("compare [a1, a1] [b1, b2]")
        #expect(both.contains("seed noise: other seeds alone may move the difference by "))
        try bench.run("save (compare a1 b1 c1) \"@/c.csv\"")
        #expect(try bench.read("c.csv").hasPrefix("first,second,first_mean,second_mean,difference,"))
        try bench.run("plot (compare a1 b1 c1) file=\"@/c\"")
        #expect(try bench.read("c.svg").contains("<svg"))
    }

    @Test func worksWithoutFolds() throws {
        for (name, risks) in [("x", [5, 3, 4, 1, 2, 2]), ("y", [1, 3, 5, 2, 4, 1])] {
            let rows = risks.enumerated().map { "P\($0),\($0 + 1),\($0 == 3 ? 0 : 1),\($1)" }
            try bench.write("\(name).csv", (["patient,time,event,risk"] + rows).joined(separator: "\n") + "\n")
            try bench.run("\(name) = load \"@/\(name).csv\"")
        }
        let found = try bench.answer("compare x y")
        #expect(found["folds"].isNull && found["fold_differences"].items.count == 1)
        let (x, y) = (try bench.answer("cindex x"), try bench.answer("cindex y"))
        expectClose(
            try found["difference"].number(), try x["concordance"].number() - y["concordance"].number(), "difference")
        for (model, alone) in zip(found["models"].items, [x, y]) {
            expectClose(
                try model["standard_error"].number(), try alone["standard_error"].number(), "standard error of a model")
        }
        #expect(try bench.shown("compare x y").contains("C-index, higher is better; 6 patients"))
        try bench.run("plot (compare x y) file=\"@/xy\"")
    }

    @Test func whatDiffersIsNamed() throws {
        let risk = (1...12).map(Double.init)
        try bench.write("fold.json", predictions("f", seed: 1, risk: risk, folds: 3))
        try bench.write("time.json", predictions("t", seed: 1, risk: risk, lastTime: 15))
        try bench.write("name.json", predictions("n", seed: 1, risk: risk, patient: 99))
        for name in ["fold", "time", "name"] { try bench.run("\(name) = load \"@/\(name).json\"") }
        try bench.expectFailure(
            "compare a1 fold",
            "the folds differ: patient P3 is in fold 1 of a1, but in fold 3 of fold; so it is for "
                + "8 patients", help: "cross-validate all models on one cohort with the same folds")
        try bench.expectFailure(
            "compare a1 [b1, time]",
            "the outcomes differ: patient P12 has censoring at 12.0 in a1, but censoring at 15.0 in seed 1 of [b1, time]",
            help: "compare predictions of one cohort, with the same columns for time and event")
        try bench.expectFailure(
            "compare a1 name",
            "the patients differ: P12 is in a1, but not in name (1 only in the former, 1 only in the latter)",
            help: "predict the same patients with both; choose them before with the cohort's where=")
        try bench.expectFailure(
            "compare a1 a1", "the predictions agree for every pair of patients, so there is nothing to compare",
            help: "look whether the same predictions were given twice")
        try bench.expectFailure(
            "compare a1", "one model cannot be compared", help: "give two or more: compare tta cox", at: "a1")
        try bench.expectFailure(
            "compare a1 b1 horizon=3", "horizon= is for metric=uno, antolini, ibs",
            help: "leave it out with metric=cindex", at: "3")
        try bench.expectFailure(
            "compare a1 b1 metric=ibs", "metric=ibs needs horizon=",
            help: "the end of the mean, in the cohort's unit")
        try bench.expectFailure(
            "compare a1 b1 metric=auc", "metric=auc needs times=", help: "such as times=[1825, 3650]")
        try bench.expectFailure(
            "compare a1 [b1, 3]", "`predictions` must be predictions or a list of them, not the number 3", help: nil,
            at: "[b1, 3]")
        // Nobody is followed to 20, in any fold.
        let failure = try #require(try bench.failure(of: "compare a1 b1 metric=ibs horizon=20"))
        #expect(failure.message.contains("nobody is followed beyond"))
    }

    @Test func stopsAndLeavesVariablesAlone() throws {
        let before = bench.state
        bench.console.interruptsDuring = "compare"
        #expect(throws: Interruption.self) {
            try bench.run("x = compare a1 b1 metric=ibs horizon=6 resamples=1000000")
        }
        #expect(bench.state == before)
    }
}
