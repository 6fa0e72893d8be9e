import Foundation
import Testing

/// Columns chosen by patterns.
@Suite struct ColumnPatternTests {
    private let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.run("women = cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event")
    }

    /// One meaning of `*` wherever columns are chosen: it may stand for nothing.
    @Test(arguments: [
        "summarize women columns=\"age*\"", "correlate women columns=[\"age*\", size]", "coxnet women columns=\"age*\"",
        "heatmap women columns=[\"age*\", size]", "table1 women columns=\"age*\"",
    ]) func aStarMayStandForNothing(statement: String) throws {
        try bench.run(statement)
    }

    @Test func joinTakesPatterns() throws {
        try bench.run("join women \"Scripts/data/transbig_expression.csv\" columns=\"X2007*\"")
        let names = try bench.answer("women")["columns"].items.compactMap(\.text).filter { $0.hasPrefix("X") }
        #expect(!names.isEmpty && names.allSatisfy { $0.hasPrefix("X2007") })
    }
}
