import Foundation
import Testing

/// Late entry, weights, readings at times and quantiles in the commands, against what R recorded
/// (`Tests/Fixtures/commands/entryAndWeights.R`).
@Suite struct EntryAndWeightsTests {
    let bench: Bench
    let oracle: Answer
    private let options = "entry=(time / 10) weights=size"

    init() throws {
        bench = try Bench()
        let file = Bench.checkout.appendingPathComponent("Tests/Fixtures/commands/entryAndWeights.json")
        oracle = try Answer(json: String(contentsOf: file, encoding: .utf8))
        try bench.run("women = cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event")
    }

    @Test func curvesReadAtTimes() throws {
        try bench.run("found = km women by=er \(options) times=[1000, 2000, 4000]")
        let found = try bench.answer("found")
        let quantiles = try bench.answer("quantiles found probabilities=[0.1, 0.25, 0.5]")
        #expect(found["groups"].items.count == 2 && found["logrank"].isNull)
        for (index, wanted) in oracle["km"].items.enumerated() {
            let group = found["groups"][index]
            try expectClose(group, wanted, ["time", "at_risk", "survival", "lower", "upper"], "km")
            for (place, reading) in group["readings"].items.enumerated() {
                for key in ["at_risk", "events", "survival", "survival_standard_error", "lower", "upper"] {
                    expectClose(
                        try reading[key].number(), try wanted["readings"][key][place].number(), "\(key) \(place)")
                }
            }
            #expect(group["readings"].items.count == 3)
            try expectClose(quantiles["groups"][index], wanted["quantiles"], ["time", "lower", "upper"], "quantiles")
        }
        let text = try bench.shown("found")
        #expect(text.contains("at risk from time / 10 on; weighted by size; robust errors"), "\(text)")
        #expect(text.contains("survival") && text.contains("HR "))
        try bench.run("save found \"@/times.csv\"")
        let rows = try bench.read("times.csv").split(separator: "\n")
        #expect(rows[0] == "group,time,at_risk,events,survival,survival_standard_error,lower,upper" && rows.count == 7)
    }

    @Test func hazards() throws {
        let found = try bench.answer("nelsonaalen women by=er \(options)")["groups"].items
        for (group, wanted) in zip(found, oracle["km"].items) {
            try expectClose(group, wanted, ["time", "at_risk"], "nelsonaalen")
            for (key, other) in [("hazard", "hazard"), ("standard_error", "hazard_error")] {
                for (a, b) in zip(try group[key].numbers(), try wanted[other].numbers()) { expectClose(a, b, key) }
            }
        }
        #expect(found.count == 2)
    }

    @Test func regression() throws {
        let found = try bench.answer("cox women \(options) ~ age + grade")
        let wanted = oracle["cox"]
        for key in ["coefficient", "standard_error", "model_standard_error"] {
            for (index, term) in found["terms"].items.enumerated() {
                expectClose(try term[key].number(), try wanted[key][index].number(), key, tolerance: 1e-6)
            }
        }
        try expectClose(found, wanted, ["log_likelihood", "concordance", "concordance_standard_error"], "cox")
        #expect(found["clusters"] == found["patients"])
        let test = try bench.answer("zph women \(options) ~ age + grade")
        let statistics =
            try test["terms"].items.map { try $0["chi_square"].number() }
            + [test["global"]["chi_square"].number()]
        for (a, b) in zip(statistics, try wanted["zph"].numbers()) { expectClose(a, b, "zph", tolerance: 1e-6) }
        #expect(statistics.count == 3)
        // Whole weights leave the model's errors, and robust=false insists on them.
        let whole = try bench.answer("cox women entry=(time / 10) weights=(ceiling(size)) ~ age")
        for key in ["coefficient", "standard_error"] {
            expectClose(
                try whole["terms"][0][key].number(), try oracle["whole"][key][0].number(), key, tolerance: 1e-6)
        }
        #expect(whole["clusters"].isNull)
        #expect(try bench.answer("cox women \(options) robust=false ~ age")["clusters"].isNull)
        #expect(try bench.shown("cox women \(options) ~ age").contains("at risk from time / 10 on; weighted by size"))
    }

    @Test func concordanceAndMeans() throws {
        let found = try bench.answer("cindex women risk=age \(options)")
        try expectClose(
            found, oracle["cindex"], ["concordance", "standard_error", "concordant", "tied_risk"], "cindex")
        let mean = try bench.answer("rmst women horizon=3650 entry=(time / 10)")
        expectClose(try mean["groups"][0]["mean"].number(), try oracle["rmst"].number(), "rmst")
        // A test with late entry is Cox's score test, here with ties of times that hardly matter.
        let test = try bench.answer("logrank women by=er entry=(time / 10)")
        let score = try bench.answer("cox women entry=(time / 10) ~ er")["score"]["chi_square"].number()
        expectClose(try test["chi_square"].number(), score, "logrank", tolerance: 0.01)
    }

    @Test func unweightedAnswersHaveNoNewMembers() throws {
        let group = try bench.answer("km women")["groups"][0]
        #expect(!group.has("readings") && group["at_risk"][0] == .number(198))
        #expect(
            try bench.shown("km women")
                == bench.shown("km women entry=(0 - 1)").replacing(
                    "\nat risk from 0 - 1 on", with: ""))
    }

    @Test func quantilesOfOtherCurves() throws {
        let found = try bench.answer("quantiles (followup women) probabilities=0.5")
        #expect(found["groups"][0]["time"][0] == (try bench.answer("followup women")["groups"][0]["median"]))
        let predicted = try bench.answer("quantiles (curves (cox women ~ age + strata(er))) probabilities=[0.1]")
        #expect(predicted["groups"].items.map(\.["name"].text) == ["negative", "positive"])
        let text = try bench.shown("quantiles (km women by=er)")
        #expect(text.contains("not reached") && text.contains("probability"))
        try bench.run("save (quantiles (km women)) \"@/quantiles.csv\"")
        #expect(try bench.read("quantiles.csv").hasPrefix("group,probability,time,lower,upper\nall,0.25,"))
    }

    @Test func missingOnesAreCounted() throws {
        try bench.write(
            "late.csv", "id,time,event,start,w\na,3,1,1,1\nb,5,1,,2\nc,6,0,2,\nd,7,1,0,0\ne,8,1,4,1.5\n")
        try bench.run("late = cohort \"@/late.csv\" time=time event=event")
        let before = bench.told.count
        let found = try bench.answer("km late entry=start weights=w")["groups"][0]
        #expect(
            bench.told.dropFirst(before) == [
                "note: 1 patient left out: start is missing", "note: 1 patient left out: w is missing",
            ])
        #expect(found["patients"] == .number(3))
        try bench.expectFailure(
            "km late entry=time", "a enters at 3 and is followed until 3; the entry must come first",
            help: "entry and time count from one origin, in one unit; leave out who was never under observation",
            at: "time")
        try bench.expectFailure(
            "cox late weights=w ~ start", "the weight of d is 0; a weight is finite and above 0",
            help: "correct the formula, or the data", at: "w")
        try bench.expectFailure(
            "nelsonaalen late weights=(0 - w)", "the weight of a is -1; a weight is finite and not negative",
            help: "correct the formula, or the data", at: "(0 - w)")
        try bench.expectFailure(
            "km late times=[3, 2]", "times= takes increasing times, from 0 on", help: "such as times=[365, 1825]",
            at: "[3, 2]")
        try bench.expectFailure(
            "km late times=[3, 20]", "nobody is followed until 20", help: "use times up to 8", at: "[3, 20]")
        try bench.expectFailure(
            "quantiles (km late) probabilities=[2]", "probabilities= takes numbers from 0 to 1",
            help: "such as probabilities=[0.25, 0.5]", at: "[2]")
        try bench.expectFailure(
            "cox late firth=true entry=start ~ w", "Firth's penalty does not take entry=",
            help: "leave one of the two out", at: "start")
        try bench.expectFailure(
            "cox late ties=exact weights=time ~ w", "ties=exact does not take weights=",
            help: "leave one of the two out", at: "time")
    }
}
