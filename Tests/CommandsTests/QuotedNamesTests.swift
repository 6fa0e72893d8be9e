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

    /// Labels that no training patient had.
    @Test func unknownLabelsAreTold() throws {
        func table(_ labels: [String]) -> String {
            "id,time,event,a,g\n"
                + (1...24).map {
                    "p\($0),\($0 * 7 % 25 + 1),\($0 % 3 == 0 ? 0 : 1),\($0 % 5),\(labels[$0 % labels.count])"
                }
                .joined(separator: "\n")
        }
        try bench.write("a.csv", table(["x", "y", "z"]))
        try bench.write("b.csv", table(["x", "Y", "Z"]))
        try bench.run(
            """
            a = cohort "@/a.csv" time=time event=event id=id; attach a clinic columns=[a, g]
            b = cohort "@/b.csv" time=time event=event id=id; attach b clinic columns=[a, g]
            t = train (model snn dim=8) on=a epochs=1
            """)
        let before = bench.told.count
        try bench.run("predict t on=a")
        #expect(bench.told.count == before)
        try bench.run("predict t on=b")
        #expect(
            bench.told.dropFirst(before) == [
                "warning: clinic: g is Y for 8 patients, Z for 8 patients, which no training patient had; it counts as a level "
                    + "that is not known"
            ])
    }
}
