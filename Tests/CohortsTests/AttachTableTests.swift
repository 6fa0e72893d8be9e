import Cohorts
import Foundation
import Results
import Testing

@Suite struct AttachTableTests {
    let folder: TestFolder
    var cohort: Cohort

    init() throws {
        folder = try TestFolder()
        var rows = "case_id,time,event,age,sex\n"
        for number in 1...12 { rows += "P\(number),\(number * 3 % 13),\(number % 3 == 0 ? 1 : 0),\(40 + number),f\n" }
        cohort = try readCohort(folder.write("base.csv", rows))
    }

    private func source(_ text: String) throws -> CohortSource {
        try CohortSource(path: folder.write("genes.csv", text), id: nil)
    }

    private func setFile(_ text: String) throws -> GeneSetFile {
        try GeneSetFile(path: folder.write("sets.csv", text))
    }

    @Test mutating func patternsGroupByGene() throws {
        let genes = try source(
            "case_id,TP53_mut,TP53_cnv,MYC_cnv,LONE_mut,HLA-A_cnv,note\n"
                + "P2,1,-2,2,0,1,x\nP4,0,,0,1,-1,y\nQ,0,0,0,0,0,z\n"
        )
        try cohort.attach(
            "changes", source: genes, columns: ["*_cnv", "*_mut"],
            sets: setFile("Tumour,Cycle,Void\nTP53,MYC,NOPE\nMYC,TP53,\nABSENT,,\n"))
        let modality = try #require(cohort.modality("changes"))
        #expect(modality.presentCount == 2 && modality.present[1] && modality.present[3])
        let table = try features(cohort, "changes").table
        #expect(table.names == ["TP53_cnv", "MYC_cnv", "HLA-A_cnv", "TP53_mut", "LONE_mut"])
        #expect(table.rowCount == 12)
        let cnv = try numbers(table, "TP53_cnv")
        #expect(cnv[1] == -2 && cnv[3].isNaN && cnv[0].isNaN)
        #expect(
            try sets(cohort, "changes") == [
                GeneSet(name: "Tumour", features: [0, 1, 3]), GeneSet(name: "Cycle", features: [0, 1, 3]),
                GeneSet(name: "other", features: [2, 4]),
            ])
        let texts = cohort.exclusions.map(\.text)
        #expect(texts.contains { $0.hasPrefix("1 set left out") && $0.hasSuffix("(Void)") })
        #expect(texts.contains { $0.hasPrefix("2 genes left out") && $0.contains("ABSENT, NOPE") })
        #expect(texts.contains { $0.hasPrefix("1 row left out") })
    }

    @Test mutating func withoutColumnsAllNumericOnesThatAreFeatures() throws {
        var text = ",case_id,age,months,status,follow_up,G1,G2,word\n"
        for number in 1...12 {
            let time = Double(number * 3 % 13)
            text += "\(number),P\(number),\(40 + number),\(time / 30.44),\(number % 3 == 0 ? 0 : 1),\(number),"
            text += "\(number * number % 7),.,w\n"
        }
        try cohort.attach("genes", source: source(text))
        #expect(try features(cohort, "genes").table.names == ["follow_up", "G1", "G2"])
        let leftOut = cohort.exclusions.filter { $0.subject == .column }
        #expect(leftOut.map(\.examples) == [["age"], ["word"], ["months", "status"]])
        #expect(leftOut[0].text == "1 column left out: the cohort has them already; columns= takes them (age)")
        #expect(cohort.notes.map(\.text).contains("genes takes follow_up, G1 and G2"))
        try cohort.attach("named", source: source(text), columns: ["months", "G1"])
        #expect(cohort.notes.map(\.text).contains("named: months repeats the outcome"))
    }

    @Test mutating func ownColumnsWithLabels() throws {
        try cohort.attach("clinical", columns: ["age", "sex"])
        let table = try features(cohort, "clinical").table
        #expect(table.names == ["age", "sex"])
        #expect(try labels(table, "sex").allSatisfy { $0 == "f" })
        #expect(cohort.modality("clinical")?.presentCount == 12)
        try cohort.attach("clinical", columns: ["sex"])
        #expect(cohort.modalities.count == 1)
        #expect(try features(cohort, "clinical").table.names == ["sex"])
        try cohort.attach("clinical", columns: ["time"])
        try cohort.attach("other", columns: ["event"])
        #expect(cohort.notes.map(\.text) == ["clinical: time repeats the outcome", "other: event repeats the outcome"])
        try cohort.attach("clinical", columns: ["sex"])
        #expect(cohort.notes.map(\.text) == ["other: event repeats the outcome"])
    }

    @Test func whatCannotBeAttached() throws {
        var copy = cohort
        let genes = try source("case_id,A_rna,B_rna,kind\nP1,1,inf,x\nP2,3,4,y\n")
        let named = try setFile("S\nA\n")
        expectMessage("genes.csv: no column matches *_rnaseq") {
            try copy.attach("g", source: genes, columns: ["*_rnaseq"])
        }
        expectMessage("genes.csv: there is no column A_rn", "did you mean A_rna") {
            try copy.attach("g", source: genes, columns: ["A_rn"])
        }
        expectMessage("at most one *") { try copy.attach("g", source: genes, columns: ["*_*"]) }
        expectMessage("genes.csv: B_rna of P1 is inf; a feature is finite or missing") {
            try copy.attach("g", source: genes, columns: ["*_rna"])
        }
        expectMessage("kind of P1 is \"x\"", "numbers") {
            try copy.attach("g", source: genes, columns: ["A_rna", "kind"], sets: named)
        }
        expectMessage("sets.csv: no gene of any set is among the columns", "columns=\"*_rnaseq\"") {
            try copy.attach("g", source: genes, columns: ["A_rna"], sets: named)
        }
        expectMessage("base.csv: there is no column agee", "did you mean age") {
            try copy.attach("clinical", columns: ["agee"])
        }
        expectMessage("genes.csv: there are no numeric columns") {
            try copy.attach("g", source: source("case_id,age,word\nP1,4,x\n"))
        }
        expectMessage("no patient of the cohort has any value for g") {
            try copy.attach("g", source: source("case_id,G\nP1,NA\nZ,3\n"))
        }
        expectMessage("there are no genes in it") { _ = try setFile("S,T\n,\n") }
        #expect(copy.modalities.isEmpty && copy.exclusions == cohort.exclusions && copy.notes == cohort.notes)
    }

    @Test mutating func patientsWithoutAnyModality() throws {
        try cohort.attach("a", source: source("case_id,G\nP1,1\nP5,NA\nP12,3\n"))
        try cohort.attach("b", source: source("case_id,H\nP3,0\n"))
        try cohort.makeFolds(count: 3, seed: 4)
        let part = try cohort.withoutPatientsLackingModalities()
        #expect(part.patients == ["P1", "P3", "P12"])
        #expect(part.outcome.time == [3, 9, 10])
        #expect(try numbers(part.table, "age") == [41, 43, 52])
        #expect(part.modality("a")?.present == [true, false, true])
        #expect(part.modality("b")?.present == [false, true, false])
        #expect(try numbers(features(part, "b").table, "H")[1] == 0)
        #expect(part.exclusions.last?.text == "9 patients left out: no value in any modality (P2, P4, P5, …)")
        let folds = try #require(part.folds)
        #expect(folds.folds.flatMap(\.validation).sorted() == [0, 1, 2])
        for fold in folds.folds { #expect((fold.training + fold.validation).sorted() == [0, 1, 2]) }
        #expect(try readCohort(cohort.origin).withoutPatientsLackingModalities().patientCount == 12)
    }

    /// A later endpoint of the same patients is no repetition of the outcome, but not far from it either.
    @Test func columnsCloseToTheOutcomeAreNamed() throws {
        var base = "id,time,event\n"
        var more = "id,pfi,relapse,age\n"
        for number in 0..<60 {
            let time = Double(number * 17 % 60 + 1)
            base += "P\(number),\(time),\(number % 3 == 0 ? 1 : 0)\n"
            more += "P\(number),\(time * (number % 5 == 0 ? 0.7 : 1)),\(number % 3 == 0 || number == 1 ? 1 : 0),"
            more += "\(number * 7 % 31)\n"
        }
        var cohort = try readCohort(folder.write("close.csv", base))
        try cohort.attach("late", source: source(more))
        #expect(
            cohort.notes.map(\.text).contains(
                "late: pfi and relapse are close to the outcome (a correlation of 0.8 or more with time or event); take them "
                    + "out unless known at the start"))
    }

    /// The gene that a pattern finds in a name, though the name was also given whole.
    @Test mutating func aPatternSaysWhichGeneANameIsAbout() throws {
        let file = try GeneSetFile(path: folder.write("s.csv", "Both\nG1\nG2\n"))
        let table = try source("id,G1_rna,G2_rna\n" + cohort.patients.map { "\($0),1,2\n" }.joined())
        try cohort.attach("genes", source: table, columns: ["G1_rna", "*_rna"], sets: file)
        #expect(try sets(cohort, "genes") == [GeneSet(name: "Both", features: [0, 1])])
    }
}
