import Foundation
import Testing

/// Curves, means and tests of groups against those of R, which `Tests/Fixtures/commands/oracle.R` recorded.
@Suite struct CurvesAgainstRTests {
    let bench: Bench
    let oracle: Answer

    init() throws {
        bench = try Bench()
        let file = Bench.checkout.appendingPathComponent("Tests/Fixtures/commands/oracle.json")
        oracle = try Answer(json: String(contentsOf: file, encoding: .utf8))
        try bench.run("women = cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event")
    }

    @Test(arguments: [("km women by=er interval=plain level=0.9", "km_plain"), ("km women interval=log", "km_log")])
    func intervals(_ statement: String, _ key: String) throws {
        let groups = try bench.answer(statement)["groups"].items
        #expect(groups.count == oracle[key].items.count && !groups.isEmpty)
        for (group, wanted) in zip(groups, oracle[key].items) {
            try expectClose(group, wanted, ["time", "survival", "lower", "upper", "median"], key)
        }
    }

    @Test func withoutAHazardRatioThereIsANote() throws {
        #expect(try bench.answer("km women by=(event == 1)")["hazard_ratio"].isNull)
        #expect(bench.told == ["note: no hazard ratio: by the events seen it may be 0 or infinite"])
    }

    @Test func quartiles() throws {
        let found = try bench.answer("km women")["groups"][0]["quantiles"].items
        #expect(found.count == 3)
        for (index, quantile) in found.enumerated() {
            for key in ["time", "lower", "upper"] {
                #expect(quantile[key] == oracle["quartiles"][key][index], "\(key) \(index)")
            }
        }
    }

    @Test func cumulativeHazard() throws {
        let groups = try bench.answer("nelsonaalen women by=er")["groups"].items
        #expect(groups.map(\.["name"].text) == oracle["nelsonaalen"].items.map(\.["name"].text))
        #expect(groups.count == 2)
        for (group, wanted) in zip(groups, oracle["nelsonaalen"].items) {
            try expectClose(group, wanted, ["time", "hazard", "standard_error"], "nelsonaalen")
            // H exp(± z σ / H)
            let (hazard, error) = (try group["hazard"].numbers(), try group["standard_error"].numbers())
            let last = hazard.count - 1
            let factor = exp(1.959963984540054 * error[last] / hazard[last])
            expectClose(try group["lower"][last].number(), hazard[last] / factor, "lower")
            expectClose(try group["upper"][last].number(), hazard[last] * factor, "upper")
        }
    }

    @Test func followUp() throws {
        let found = try bench.answer("followup women")["groups"][0]
        let wanted = oracle["followup"][0]
        try expectClose(found, wanted, ["patients", "median", "time", "lower", "upper", "at_risk"], "followup")
        #expect(found["censored"] == wanted["events"])
        for (value, expected) in zip(try found["followed"].numbers(), try wanted["survival"].numbers()) {
            expectClose(value, expected, "followed")
        }
        #expect(
            try bench.answer("followup women by=er")["groups"].items.map(\.["name"].text) == ["negative", "positive"])
    }

    /// R 4.2's survival 3.5-3: summary(survfit(Surv(time, event == 0) ~ 1))$table["median"]; times that differ by rounding only are
    /// one, as there.
    @Test(
        arguments: [
            ("1,1;2,0;4,0;4,1;4,0;9,1", 4), ("3,0;5,0;7,1;8,0", 6.5), ("3,0;5,0;7,1;8,1", 5), ("3,0;5,1;7,1", nil),
            ("0.3,1;0.30000000000000004,0;1,0", 1),
        ] as [(String, Double?)]) func aCohortTellsTheSameMedianFollowUp(outcomes: String, median: Double?) throws
    {
        let rows = outcomes.split(separator: ";").enumerated().map { "p\($0),\($1)" }
        try bench.write("f.csv", "id,time,event\n" + rows.joined(separator: "\n"))
        try bench.run("f = cohort \"@/f.csv\" time=time event=event id=id")
        let wanted = median.map(Answer.number) ?? .null
        #expect(try bench.answer("f")["median_follow_up"] == wanted)
        #expect(try bench.answer("followup f")["groups"][0]["median"] == wanted)
    }

    @Test func restrictedMeans() throws {
        let found = try bench.answer("rmst women horizon=3650 by=er")
        for key in ["mean", "standard_error"] {
            for (index, wanted) in try oracle["rmst"][key].numbers().enumerated() {
                expectClose(try found["groups"][index][key].number(), wanted, "rmst \(key)")
            }
        }
        for key in ["difference", "ratio"] {
            let keys = ["estimate", "lower", "upper", "p"]
            try expectClose(found["contrasts"][0][key], oracle["rmst"][key], keys, "rmst \(key)")
        }
        #expect(found["contrasts"][0]["name"].text == "positive" && found["contrasts"][0]["against"].text == "negative")
    }

    @Test(arguments: [
        ("logrank women by=grade strata=er", "logrank_strata"),
        ("logrank women by=(size>2) scheme=flemingharrington rho=1", "logrank_rho"),
    ])
    func weightsAndStrata(_ statement: String, _ key: String) throws {
        try expectClose(bench.answer(statement), oracle[key], ["chi_square", "degrees_of_freedom", "p"], key)
    }

    @Test(arguments: [
        ("scheme=gehan", "gehan"), ("scheme=taroneware", "taroneware"),
        ("scheme=flemingharrington rho=0.5 gamma=1 strata=er", "late"),
    ])
    func weightsByTheirDefinition(_ options: String, _ key: String) throws {
        let found = try bench.answer("logrank women by=(size>2) " + options)
        expectClose(try found["chi_square"].number(), try oracle["logrank_weighted"][key].number(), key)
    }

    @Test func trend() throws {
        let found = try bench.answer("logrank women by=(1 + (size > 1.5) + (size > 2.5)) trend=true")
        try expectClose(found["trend"], oracle["trend"], ["z", "p"], "trend")
        #expect(try bench.answer("logrank women by=grade")["trend"].isNull)
    }

    @Test(arguments: ["holm", "bh"]) func pairs(_ adjustment: String) throws {
        let found = try bench.answer("pairwise women by=grade adjust=\(adjustment)")["pairs"].items
        let wanted = oracle["pairwise"]
        #expect(found.count == 3)
        for (index, pair) in found.enumerated() {
            for key in ["first", "second"] { #expect(pair[key] == wanted[key][index]) }
            for key in ["chi_square", "p"] { expectClose(try pair[key].number(), try wanted[key][index].number(), key) }
            expectClose(try pair["adjusted_p"].number(), try wanted[adjustment][index].number(), adjustment)
        }
    }

    @Test func whatCannotBeDoneIsNamed() throws {
        try bench.expectFailure(
            "rmst women horizon=0 by=er", "`horizon` must be a number above 0, not 0", help: nil, at: "0")
        try bench.expectFailure(
            "rmst women horizon=9000 by=er",
            "the horizon is 9000, but follow-up of group negative ends at \(last)",
            help: "use a horizon above 0 and not above \(last)")
        try bench.expectFailure(
            "logrank women by=er rho=1", "rho= is for scheme=flemingharrington",
            help: "leave it out, or name that scheme", at: "1")
        try bench.expectFailure(
            "pairwise women by=er scheme=flemingharrington", "flemingharrington needs rho= or gamma=",
            help: "rho=1 for early differences, gamma=1 for late ones", at: "flemingharrington")
    }

    /// The last follow-up of the women without the receptor.
    private var last: Int { (try? oracle["km"][0]["time"].numbers().last).flatMap { Int(exactly: $0) } ?? 0 }

    @Test func savedAsTables() throws {
        for (statement, header) in [
            ("km women by=er", "group,time,at_risk,events,censored,survival,standard_error,lower,upper"),
            ("nelsonaalen women", "group,time,at_risk,events,censored,hazard,standard_error,lower,upper"),
            ("followup women", "group,time,at_risk,censored,events,followed,standard_error,lower,upper"),
            ("logrank women by=er", "group,patients,observed,expected"),
            ("pairwise women by=er", "first,second,chi_square,p,adjusted_p"),
        ] {
            try bench.run("save (\(statement)) \"@/table.csv\"")
            #expect(try bench.read("table.csv").split(separator: "\n").first.map(String.init) == header)
        }
        try bench.run("save (rmst women horizon=3650 by=er) \"@/means.csv\"")
        #expect(try bench.read("means.csv").split(separator: "\n").count == 3)
    }
}
