import Foundation
import Testing

/// What is easily meant otherwise is told.
@Suite struct QuotedNamesTests {
    private let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.run("women = cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event")
    }

    /// A column's name in quotes is a text, the same for all.
    @Test(arguments: [
        "logrank women by=grade strata=\"er\"", "sort women by=\"er\"", "count women by=\"er\"",
        "for c in [\"er\"] { count women by=c }", "folds women k=5 stratify=\"er\"", "cox women ~ age + strata(\"er\")",
    ]) func aColumnInQuotes(statement: String) throws {
        try bench.run(statement)
        #expect(
            bench.told.contains {
                $0.hasSuffix("is one and the same text for every row; the column er is written without quotes")
            }, "\(bench.told)")
        let before = bench.told.count
        try bench.run("derive women source=\"TRANSBIG\"")
        #expect(bench.told.count == before)
    }

    @Test func joinTakesPatterns() throws {
        try bench.run("join women \"Scripts/data/transbig_expression.csv\" columns=\"X2007*\"")
        let names = try bench.answer("women")["columns"].items.compactMap(\.text).filter { $0.hasPrefix("X") }
        #expect(!names.isEmpty && names.allSatisfy { $0.hasPrefix("X2007") })
    }

    /// Of a statement that failed, what it showed is not the last value.
    @Test func theLastValueIsOfWhatSucceeded() throws {
        try bench.run("10")
        #expect(try bench.failure(of: "for i in 1..3 { i; assert i < 3 }") != nil)
        #expect(try bench.answer("_")["value"].number() == 10)
    }

    @Test func infinitiesThatJSONLacksAreCounted() throws {
        let rows = (1...12).map { "p\($0),\($0),\($0 % 2),\($0 % 5),\($0 == 3 ? "inf" : "1")" }
        try bench.write("i.csv", "patient,time,event,risk,big\n" + rows.joined(separator: "\n"))
        try bench.run("p = load \"@/i.csv\"; save p \"@/i.json\"")
        #expect(bench.told.contains("note: 1 infinite value missing in @/i.json, since JSON has none; a .csv has"))
    }

    /// Labels that no training patient had, and follow-up that none had.
    @Test func whatTheModelDoesNotKnowIsTold() throws {
        func table(_ labels: [String], follow: Int = 1) -> String {
            "id,time,event,a,g\n"
                + (1...24).map {
                    let (time, event) = (($0 * 7 % 25 + 1) * follow, $0 % 3 == 0 ? 0 : 1)
                    return "p\($0),\(time),\(event),\($0 % 5),\(labels[$0 % labels.count])"
                }.joined(separator: "\n")
        }
        for (name, text) in [
            ("a", table(["x", "y", "z"])), ("b", table(["x", "Y", "Z"])), ("c", table(["x", "y", "z"], follow: 2)),
        ] {
            try bench.write("\(name).csv", text)
            try bench.run("\(name) = cohort \"@/\(name).csv\" time=time event=event id=id")
            try bench.run("attach \(name) clinic columns=[a, g]")
        }
        try bench.run("t = train (model snn dim=8) on=a epochs=1")
        let before = bench.told.count
        for name in ["a", "b", "c"] { try bench.run("predict t on=\(name)") }
        #expect(
            bench.told.dropFirst(before) == [
                "warning: clinic: g is Y for 8 patients, Z for 8 patients, which no training patient had; it counts as a level "
                    + "that is not known",
                "warning: no training patient was followed beyond 25, 13 of these 24 are; predicted survival stays after it "
                    + "what it is there",
            ])
    }
}
