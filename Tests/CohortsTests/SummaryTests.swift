import Cohorts
import Foundation
import Results
import Testing

@Suite struct SummaryTests {
    @Test func everythingIsCounted() throws {
        let folder = try TestFolder()
        var cohort = try readCohort(
            folder.write(
                "base.csv",
                "id,time,event,age,sex\nA,1,1,50,f\nB,2,0,,m\nC,3,1,50,\nD,4,0,80,f\nE,4,1,81,f\nF,5,0,NA,f\nG,,1,1,f\n"
            ))
        try cohort.attach(
            "genes",
            source: CohortSource(
                path: folder.write("genes.csv", "id,X,Y\nA,1,\nB,2,3\nE,,4\nF,,\n"), id: nil),
            sets: GeneSetFile(path: folder.write("sets.csv", "S\nX\n")))
        try cohort.makeFolds(count: 2, seed: 1)
        let summary = CohortSummary(cohort)
        #expect(summary.patients == 6 && summary.events == 3 && summary.longestFollowUp == 5)
        #expect(summary.columns.map(\.name) == ["time", "event", "age", "sex"])
        #expect(summary.columns.map(\.missing) == [0, 0, 2, 1])
        #expect(summary.columns.map(\.distinct) == [5, 2, 3, 2])
        #expect(summary.columns.map(\.isNumeric) == [true, true, true, false])
        let genes = try #require(summary.modalities.first)
        #expect(genes.size == .sets(count: 2, columns: 2) && genes.present == 3)
        #expect(isClose(genes.missingShare, 2.0 / 6))
        #expect(summary.folds.map(\.validation) == [3, 3])
        #expect(summary.folds.map { $0.trainingEvents + $0.validationEvents } == [3, 3])
        #expect(summary.exclusions.contains { $0.reason == "no follow-up time" })
    }

    @Test func patchesAreSummarised() throws {
        let cohort = try Cohort.simulated(SimulationParameters(patients: 5, patches: 4, features: 3, sets: 5, genes: 2))
        let sizes = CohortSummary(cohort).modalities.map(\.size)
        #expect(sizes == [.patches(width: 3, fewest: 4, median: 4, most: 4), .sets(count: 5, columns: 10)])
    }
}
