import Cohorts
import Foundation
import Results
import Testing

@Suite struct JoinTests {
    let folder: TestFolder
    var cohort: Cohort

    init() throws {
        folder = try TestFolder()
        cohort = try readCohort(
            folder.write("base.csv", "case_id,time,event,age,sex\nA,1,1,50,f\nB,2,0,,m\nC,3,1,70,\nD,4,0,80,f\n"))
    }

    private func source(_ text: String) throws -> CohortSource {
        try CohortSource(path: folder.write("more.csv", text), id: nil)
    }

    @Test mutating func columnsFollowThePatients() throws {
        try cohort.join(source("patient,stage,size\nD,IV,4\nX,I,9\nA,II,\nX,I,9\nA,III,1\n"))
        #expect(try labels(cohort.table, "stage") == ["II", nil, nil, "IV"])
        let size = try numbers(cohort.table, "size")
        #expect(size[0] == 1 && size[1].isNaN && size[2].isNaN && size[3] == 4)
        #expect(cohort.exclusions.map(\.count) == [2])
        #expect(cohort.exclusions[0].text.hasPrefix("2 rows left out: in "))
        #expect(cohort.notes.contains { $0.text.contains("rows of one patient differ in stage for 1") })
        #expect(cohort.notes.contains { $0.text.contains("no row for 2 patients (B, C)") })
    }

    /// Slides that come with a join belong to the patients of their rows, whatever the order of the file.
    @Test mutating func severalValuesFollowThePatients() throws {
        try cohort.join(source("patient,slide_id\nD,d1.svs\nX,x1.svs\nB,b1.svs\nB,b2.svs\nA,a1.svs\n"))
        try folder.write("slides/b2.h5", Data(contentsOf: Checkout.patches.appendingPathComponent("clam.h5")))
        try cohort.attach("histology", folder: folder.path + "/slides", id: "slide_id")
        #expect(cohort.modality("histology")?.present == [false, true, false, false])
    }

    @Test mutating func onlyTheColumnsAskedFor() throws {
        try cohort.join(source("patient,stage,size\nD,IV,4\n"), columns: ["size"])
        #expect(cohort.table.names == ["time", "event", "age", "sex", "size"])
        let other = try source("patient,stage,size\nD,IV,4\n")
        expectMessage("more.csv: there is no column stagee", "did you mean stage?") {
            var copy = cohort
            try copy.join(other, columns: ["stagee"])
        }
    }

    @Test mutating func agreeingColumnsFillTheGaps() throws {
        try cohort.join(source("patient,age,sex\nA,50,f\nB,33,m\nC,,m\n"))
        #expect(try numbers(cohort.table, "age") == [50, 33, 70, 80])
        #expect(try labels(cohort.table, "sex") == ["f", "m", "m", "f"])
    }

    @Test func disagreeingColumnsAreRefused() throws {
        let other = try source("patient,stage,age\nA,I,51\nC,II,70\nD,II,81\n")
        var copy = cohort
        expectMessage(
            "the cohort already has a column age, with other values for 2 patients",
            "(A: 50 in the cohort, 51 in the file)",
            "columns=[…]"
        ) { try copy.join(other) }
        #expect(copy.table.names == cohort.table.names)
        #expect(try numbers(copy.table, "age").description == numbers(cohort.table, "age").description)
    }

    @Test mutating func nobodyInCommon() throws {
        let other = try source("patient,stage\nX,I\n")
        expectMessage("no patient in it is a patient of the cohort (it has X, the cohort has A)", "id=") {
            var copy = cohort
            try copy.join(other)
        }
    }

    @Test func exclusionsNameAFewOnly() {
        let exclusion = Exclusion(
            .patient, step: .reading, count: 5, reason: "why", examples: ["a", "b", "c", "d", "e"])
        #expect(exclusion.text == "5 patients left out: why (a, b, c, …)")
    }

    /// Numbers are compared as numbers also where a word in the file makes them labels.
    @Test mutating func numbersStayNumbers() throws {
        let other = try source("patient,age\nA,50.0\nB,unk\nC,70\n")
        expectMessage("the cohort's column age holds numbers, but for B the file has \"unk\"", "NA") {
            var copy = cohort
            try copy.join(other)
        }
        try cohort.join(source("patient,age,sex\nA,50.0,f\nB,33,m\n"))
        #expect(try numbers(cohort.table, "age") == [50, 33, 70, 80])
    }

    /// The outcome is not joined over.
    @Test func anotherOutcomeIsRefused() throws {
        var plain = try readCohort(
            folder.write("os.csv", "id,os,dead\nA,5,0\nB,7,1\nC,9,1\n"), time: "os", event: "dead")
        let other = try source("patient,time,event,x\nA,10,1,3\nB,7,1,4\nC,30,1,5\n")
        expectMessage("the cohort already has a column time, with other values for 2 patients", "without time") {
            try plain.join(other)
        }
        #expect(plain.table.names == ["os", "dead"])
        try plain.join(other, columns: ["x"])
        #expect(plain.table.names == ["os", "dead", "x"])
    }
}
