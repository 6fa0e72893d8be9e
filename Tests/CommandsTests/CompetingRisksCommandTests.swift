import Foundation
import Testing

/// Competing risks and accelerated failure times through the language, against what R recorded for the same data in
/// `Tests/Fixtures/statistics`.
@Suite struct CompetingRisksCommandTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private func cases(_ name: String) throws -> Answer {
        let file = Bench.checkout.appendingPathComponent("Tests/Fixtures/statistics/\(name).json")
        return try Answer(json: String(contentsOf: file, encoding: .utf8))["cases"]
    }

    /// Writes a data set of R's as a table.
    private func write(_ name: String, of file: String) throws {
        guard case .object(let columns) = try cases(file)[name] else {
            Issue.record("no data set \(name)")
            return
        }
        let names = columns.keys.sorted()
        var lines = ["id," + names.joined(separator: ",")]
        for row in (columns["time"]?.items ?? []).indices {
            let cells = names.map { name in
                if case .number(let number)? = columns[name]?[row] { "\(number)" } else { "" }
            }
            lines.append("p\(row)," + cells.joined(separator: ","))
        }
        try bench.write("\(name).csv", lines.joined(separator: "\n") + "\n")
    }

    private func loadPBC() throws {
        try write("pbc", of: "competingData")
        try bench.run("pbc = cohort \"@/pbc.csv\" time=time event=(cause > 0)")
    }

    @Test func incidences() throws {
        try loadPBC()
        let found = try bench.answer("cumulativeincidence pbc cause=cause by=group")
        #expect(found["groups"].items.map(\.["name"].text) == ["1", "2", "3"])
        let recorded = try cases("cumulativeIncidence").items.filter { $0["data"].text == "pbc" }
        #expect(recorded.count == 6)
        for wanted in recorded {
            let group = try #require(
                found["groups"].items.first { $0["name"].text == "\(Int(try wanted["group"].number()))" })
            let curve = try #require(
                group["causes"].items.first { $0["cause"].text == "\(Int(try wanted["cause"].number()))" })
            try expectClose(curve, wanted, ["time", "incidence"], "pbc")
            #expect(curve["at_risk"] == wanted["atRisk"])
            if wanted["group"] == .number(1) {
                for (value, expected) in zip(curve["upper"].items, wanted["upper"].items) where !expected.isNull {
                    expectClose(try value.number(), try expected.number(), "upper")
                }
            }
        }
        let recordedTests = try cases("gray").items
        let plain = try #require(recordedTests.first { $0["data"].text == "pbc" && $0["strata"] == .boolean(false) })
        let stratified = try #require(
            recordedTests.first { $0["data"].text == "pbc" && $0["strata"] == .boolean(true) })
        let strata = try bench.answer("cumulativeincidence pbc cause=cause by=group strata=stratum")
        for (answer, wanted) in [(found, plain), (strata, stratified)] {
            #expect(answer["tests"].items.map(\.["cause"].text) == ["1", "2"])
            for (test, index) in zip(answer["tests"].items, 0...) {
                expectClose(try test["chi_square"].number(), try wanted["chiSquare"][index].number(), "Gray")
                expectClose(try test["p"].number(), try wanted["p"][index].number(), "Gray p")
            }
        }
        let one = try bench.answer("cumulativeincidence pbc cause=cause by=group of=2")
        #expect(one["groups"][0]["causes"].items.count == 1 && one["tests"].items.count == 1)
        #expect(one["groups"][1]["causes"][0] == found["groups"][1]["causes"][1])
    }

    @Test func textTellsIncidenceAtTimes() throws {
        try bench.write("d.csv", "id,time,event,cause\na,1,1,x\nb,2,1,y\nc,3,0,\nd,4,1,x\n")
        try bench.run("d = cohort \"@/d.csv\" time=time event=event")
        // 1/4 have x at 1; at 4 the one of the two left after the loss of c has it with what survived: 1/4 + 1/2.
        let lines = try bench.shown("cumulativeincidence d cause=cause of=\"x\" times=[0.5, 1, 5]").split(
            separator: "\n")
        let cells = lines.dropFirst(2).map {
            $0.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        }
        #expect(cells[0] == ["all", "x", "2", "of", "4", "0.5", "4", "0.0000", "–"])
        #expect(cells[1].prefix(3) == ["1", "4", "0.2500"] && cells[1].count == 6)
        #expect(cells[2] == ["5", "0", "–", "–"])
        let answer = try bench.answer("cumulativeincidence d cause=cause of=\"x\" times=4")
        expectClose(try answer["groups"][0]["causes"][0]["at"][0]["incidence"].number(), 0.75, "at 4")
        #expect(answer["groups"][0]["causes"][0]["median"] == .number(4))
    }

    @Test func causesThatAreMissingOrContradictTheEvent() throws {
        try bench.write(
            "d.csv",
            "id,time,event,cause,g\na,1,1,x,1\nb,2,1,,2\nc,3,0,x,1\nd,4,1,y,2\ne,5,0,none,1\nf,6,1,x,2\ng,7,0,,1\n")
        try bench.run("d = cohort \"@/d.csv\" time=time event=event")
        let answer = try bench.answer("cumulativeincidence d cause=cause")
        #expect(answer["groups"][0]["patients"] == .number(6))
        #expect(
            bench.told == [
                "note: 1 patient left out: the cause is missing although the event happened",
                "note: 1 censored patient has a cause, which counts for nothing: the cohort says that no event was seen",
            ])
        // x at 1 of 6, y at 4 of 4 left, x at 6 of 2.
        let x = answer["groups"][0]["causes"][0]
        let (first, second) = (1.0 / 6, 5.0 / 6 * 3 / 4 / 2)
        expectClose(try x["incidence"].items.last!.number(), first + second, "x")
    }

    @Test func regressions() throws {
        try write("colon", of: "competingData")
        try bench.run("colon = cohort \"@/colon.csv\" time=time event=(cause > 0)")
        let fine = try bench.answer("finegray colon cause=cause of=1 ~ sex + age + nodes + obstruct")
        let wanted = try cases("fineGray")[0]
        #expect(wanted["data"].text == "colon")
        let count = fine["terms"].items.count
        for (index, term) in fine["terms"].items.enumerated() {
            expectClose(
                try term["coefficient"].number(), try wanted["coefficient"][index].number(), "finegray", tolerance: 1e-6
            )
            expectClose(
                try term["standard_error"].number(),
                try wanted["covariance"][index * count + index].number().squareRoot(), "error", tolerance: 1e-6)
        }
        #expect(count == 4 && bench.told.last?.contains("a term is missing") == true)
        #expect(try bench.shown("finegray colon cause=cause of=1 ~ sex").contains("subdistribution hazard of 1: "))
        try write("veteran", of: "acceleratedData")
        try bench.run("veteran = cohort \"@/veteran.csv\" time=time event=event")
        for recorded in try cases("accelerated").items
        where recorded["data"].text == "veteran" && recorded["terms"].items.count == 3 {
            let distribution = try #require(recorded["distribution"].text)
            let fit = try bench.answer("aft veteran distribution=\(distribution) ~ trt + karno + age")
            expectClose(
                try fit["intercept"].number(), try recorded["coefficient"][0].number(), distribution, tolerance: 1e-6)
            for (index, term) in fit["terms"].items.enumerated() {
                expectClose(
                    try term["coefficient"].number(), try recorded["coefficient"][index + 1].number(), distribution,
                    tolerance: 1e-6)
            }
            expectClose(
                try fit["log_likelihood"].number(), try recorded["logLikelihood"].number(), distribution)
        }
        let text = try bench.shown("aft veteran ~ karno")
        #expect(text.contains("a time ratio above 1 means longer survival") && text.contains("hazard ratio"))
        // At the mean of one term, the median of T is exp(μ) where log T is symmetric.
        let symmetric = try bench.answer("aft veteran distribution=loglogistic ~ karno")
        let karno = try cases("acceleratedData")["veteran"]["karno"].numbers()
        let mean = karno.reduce(0, +) / Double(karno.count)
        let (intercept, slope) = (
            try symmetric["intercept"].number(), try symmetric["terms"][0]["coefficient"].number()
        )
        expectClose(try symmetric["median"].number(), exp(intercept + slope * mean), "median")
        try bench.run("plot (aft veteran ~ karno + strata(cell)) file=\"@/aft\" unit=\"days\"")
        #expect(try bench.read("aft.gp").contains("Weibull model"))
        let strata = try bench.answer("aft veteran distribution=lognormal ~ karno + strata(cell)")
        #expect(strata["scales"].items.count == 4 && strata["terms"].items.count == 1)
        #expect(strata["scales"].items.map(\.["stratum"].text) == ["1", "2", "3", "4"])
        #expect(strata["median"].isNull)
    }

    @Test func whatCannotBeDoneIsNamed() throws {
        try bench.write("d.csv", "id,time,event,cause,x\na,1,1,1,2\nb,0,1,2,3\nc,3,0,0,1\nd,4,1,1,5\ne,5,1,2,0\n")
        try bench.run("d = cohort \"@/d.csv\" time=time event=event")
        try bench.expectFailure(
            "cumulativeincidence d cause=cause of=3", "no patient has the event 3", help: "of= takes one of 1, 2",
            at: "3")
        try bench.expectFailure(
            "cumulativeincidence d cause=cause rho=1", "rho= is for Gray's test, which needs groups",
            help: "add by=, or leave it out", at: "1")
        try bench.expectFailure(
            "cumulativeincidence d cause=missing", "the cause is missing for every patient with the event", help: nil,
            at: "missing")
        try bench.expectFailure(
            "finegray d cause=cause of=1 ~ x + strata(cause)", "finegray has no strata",
            help: "make it a term: factor(cause)", at: "cause")
        try bench.expectFailure(
            "aft d ~ x", "the time of patient b is 0, which has no logarithm",
            help: "leave them out, or add the time that had passed, such as half a day")
        try bench.expectFailure(
            "aft (cohort \"@/d.csv\" time=(time + 1) event=event) distribution=exponential ~ x + strata(cause)",
            "the exponential distribution has its scale fixed at 1, so strata cannot have scales of their own",
            help: "use the Weibull distribution, or leave strata out")
    }

    @Test func aStratumWithoutEventsIsNamed() throws {
        try bench.write("s.csv", "id,time,event,x,site\na,1,1,2,north\nb,2,0,3,south\nc,3,0,1,south\nd,4,1,5,north\n")
        try bench.run("s = cohort \"@/s.csv\" time=time event=event")
        try bench.expectFailure(
            "aft s ~ x + strata(site)",
            "no patient of stratum south has an event, so its scale cannot be estimated",
            help: "join strata, or leave them out", at: "x + strata(site)")
    }

    @Test func drawnAndSaved() throws {
        try loadPBC()
        let found = try bench.answer("cumulativeincidence pbc cause=cause by=(group > 1)")
        try bench.run("plot (cumulativeincidence pbc cause=cause by=(group > 1)) file=\"@/incidence\" unit=\"days\"")
        let script = try bench.read("incidence.gp")
        let curve = found["groups"][0]["causes"][1]
        let middle = try #require(
            curve["event_count"].items.indices.dropFirst(20).first { curve["event_count"][$0] != .number(0) })
        let (time, incidence) = (try curve["time"][middle].number(), try curve["incidence"][middle].number())
        let isDrawn = script.split(separator: "\n").contains { line in
            let numbers = line.split(separator: " ").compactMap { Double($0) }
            return numbers.count == 2 && numbers[0] == time && abs(numbers[1] - incidence) <= 1e-9
        }
        #expect(isDrawn && script.contains("Number at risk") && script.contains("Gray p"))
        try bench.run("plot (finegray pbc cause=cause of=2 ~ age + bili) file=\"@/forest\"")
        try bench.run("save (cumulativeincidence pbc cause=cause by=group) \"@/incidence.csv\"")
        #expect(
            try bench.read("incidence.csv").split(separator: "\n").first
                == "group,cause,time,at_risk,events,incidence,standard_error,lower,upper")
        try bench.run("save (aft pbc ~ age) \"@/aft.csv\"")
        #expect(
            try bench.read("aft.csv").split(separator: "\n").first
                == "term,coefficient,standard_error,time_ratio,lower,upper,z,p,hazard_ratio")
        try bench.run("save (finegray pbc cause=cause of=1 ~ age) \"@/fine.csv\"")
        #expect(try bench.read("fine.csv").split(separator: "\n").count == 2)
    }
}
