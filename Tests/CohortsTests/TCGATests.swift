import Cohorts
import Foundation
import Results
import Testing

private struct Counts: Decodable {
    struct Grouped: Decodable {
        var columns: Int
        var present: Int
        var sum: Double
        var sets: [String: Int]
        var other: Int
        var absentGenes: Int
    }

    struct Fold: Decodable {
        var train: Int
        var val: Int
        var valEvents: Int
    }

    struct OneCohort: Decodable {
        var rows: Int
        var patients: Int
        var events: Int
        var timeSum: Double
        var firstPatient: String
        var lastPatient: String
        var extraUnknownRows: Int
        var stages: [String: Int]
        var rnaseq: Grouped
        var changes: Grouped
        var xena: Grouped?
        var folds: [Fold]
        var neverHeldOut: Int
    }

    struct Pancancer: Decodable {
        var rows: Int
        var patients: Int
        var events: Int
    }

    var cohorts: [String: OneCohort]
    var pancancer: Pancancer

    static func load() throws -> Counts {
        let data = try Data(contentsOf: Checkout.fixtures.appendingPathComponent("tcga_counts.json"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Counts.self, from: data)
    }
}

/// Tables as their publishers lay them out, against what pandas counts in them.
@Suite(.enabled(if: Checkout.hasTCGA, "needs the public TCGA tables in ../shared/data/tcga"))
struct TCGATests {
    @Test(arguments: ["blca", "coadread", "hnsc"])
    func countsAgreeWithPandas(name: String) throws {
        let expected = try #require(Counts.load().cohorts[name])
        let folder = Checkout.tcga.appendingPathComponent(name)
        func source(_ file: String) throws -> CohortSource {
            try CohortSource(path: folder.appendingPathComponent(file).path, id: nil)
        }
        func genes(_ file: String) throws -> GeneSetFile {
            try GeneSetFile(path: Checkout.tcga.appendingPathComponent("gene_sets/\(file)").path)
        }

        let clinical = try source("clinical.csv")
        let censored = try numbers(clinical.table, "censorship_dss")
        var cohort = try Cohort(
            source: clinical, time: numbers(clinical.table, "survival_months_dss"), event: censored.map { 1 - $0 },
            keep: clinical.ids.map { _ in true })
        #expect(clinical.ids.count == expected.rows)
        #expect(cohort.patientCount == expected.patients)
        #expect(cohort.outcome.eventCount == expected.events)
        #expect(isClose(cohort.outcome.time.reduce(0, +), expected.timeSum))
        #expect(cohort.patients.first == expected.firstPatient && cohort.patients.last == expected.lastPatient)

        try cohort.join(source("clinical_extra.csv"), columns: ["stage"])
        #expect(cohort.exclusions.last { $0.subject == .row }?.count == expected.extraUnknownRows)
        let stages = Dictionary(grouping: try labels(cohort.table, "stage").compactMap { $0 }) { $0 }
        #expect(stages.mapValues(\.count) == expected.stages)

        let molecular = try source("molecular.csv")
        try cohort.attach("rna", source: molecular, columns: ["*_rnaseq"], sets: genes("hallmarks_signatures.csv"))
        try expect(cohort, "rna", expected.rnaseq)
        try cohort.attach("changes", source: molecular, columns: ["*_cnv", "*_mut"], sets: genes("signatures.csv"))
        try expect(cohort, "changes", expected.changes)
        if let xena = expected.xena {
            try cohort.attach("xena", source: source("rna.csv"), sets: genes("xena_signatures.csv"))
            try expect(cohort, "xena", xena)
        }

        try cohort.readFolds(from: folder.appendingPathComponent("splits").path)
        let folds = CohortSummary(cohort).folds
        #expect(folds.map(\.training) == expected.folds.map(\.train))
        #expect(folds.map(\.validation) == expected.folds.map(\.val))
        #expect(folds.map(\.validationEvents) == expected.folds.map(\.valEvents))
        #expect(cohort.notes.contains { $0.text.contains("held out in no fold") } == (expected.neverHeldOut > 0))
    }

    private func expect(
        _ cohort: Cohort, _ name: String, _ expected: Counts.Grouped, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let table = try features(cohort, name).table
        #expect(table.names.count == expected.columns, sourceLocation: sourceLocation)
        #expect(cohort.modality(name)?.presentCount == expected.present, sourceLocation: sourceLocation)
        let sum = try table.names.reduce(0) { try $0 + numbers(table, $1).reduce(0) { $1.isNaN ? $0 : $0 + $1 } }
        #expect(isClose(sum, expected.sum, relative: 1e-10), sourceLocation: sourceLocation)
        var sizes = expected.sets
        if expected.other > 0 { sizes["other"] = expected.other }
        let found = Dictionary(uniqueKeysWithValues: try sets(cohort, name).map { ($0.name, $0.features.count) })
        #expect(found == sizes, sourceLocation: sourceLocation)
        let absent = cohort.exclusions.filter { $0.subject == .gene && $0.reason.contains(" \(name) ") }
        #expect(absent.reduce(0) { $0 + $1.count } == expected.absentGenes, sourceLocation: sourceLocation)
    }

    @Test func allCancersInOneTable() throws {
        let expected = try Counts.load().pancancer
        let path = Checkout.tcga.appendingPathComponent("pancancer_clinical.tsv").path
        let cohort = try readCohort(path)
        #expect(cohort.idColumn == "submitter_id")
        #expect(cohort.patientCount == expected.patients && cohort.outcome.eventCount == expected.events)
    }
}
