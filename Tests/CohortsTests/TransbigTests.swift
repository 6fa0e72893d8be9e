import Cohorts
import Foundation
import Results
import Testing

/// The demo's data, against what scikit-survival's documentation and Desmedt et al. 2007 say of it.
@Suite struct TransbigTests {
    @Test func demoData() throws {
        let folder = Checkout.root.appendingPathComponent("Scripts/data")
        var cohort = try readCohort(folder.appendingPathComponent("transbig_clinical.csv").path)
        #expect(cohort.patientCount == 198)
        #expect(cohort.outcome.eventCount == 51)
        #expect(cohort.outcome.time.min() == 125 && cohort.outcome.time.max() == 9108)
        #expect(cohort.exclusions.isEmpty && cohort.notes.isEmpty)
        #expect(try labels(cohort.table, "er").count { $0 == "positive" } == 134)
        #expect(try labels(cohort.table, "grade").count { $0 == nil } == 2)
        let expression = folder.appendingPathComponent("transbig_expression.csv").path
        try cohort.attach("expression", source: CohortSource(path: expression, id: nil))
        try cohort.attach("clinical", columns: ["age", "er", "grade", "size"])
        #expect(try features(cohort, "expression").table.names.count == 76)
        #expect(cohort.modalities.map(\.presentCount) == [198, 198])
        #expect(try numbers(features(cohort, "expression").table, "X200726_at")[0] == 10.92636082)
    }
}
