import Foundation
import Testing

/// A column's name in quotes is easily meant as the column.
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
}
