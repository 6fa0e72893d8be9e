import Cohorts
import Foundation
import Results
import Testing

@Suite struct FoldTests {
    let folder: TestFolder
    var cohort: Cohort

    init() throws {
        folder = try TestFolder()
        var rows = "case_id,slide_id,time,event,site\n"
        for number in 0..<40 {
            rows += "P\(number),S\(number).svs,\(number + 1),\(number % 4 == 0 ? 1 : 0),\(number % 3)\n"
        }
        cohort = try readCohort(folder.write("base.csv", rows))
    }

    private func writeSplits(_ splits: [String]) throws -> String {
        try? FileManager.default.removeItem(atPath: folder.path + "/splits")
        for (number, text) in splits.enumerated() { _ = try folder.write("splits/splits_\(number + 8).csv", text) }
        return folder.path + "/splits"
    }

    @Test mutating func splitsInNumericOrder() throws {
        let path = try writeSplits([
            ",train,val\n0,P0,P1\n1,P2,P4\n2,P3,\n", ",train,val\n0,P4,P0\n1,STRANGER,P2\n",
            "train,test,val\nP0,P8,P30\nP4,P3,P31\n",
        ])
        try cohort.readFolds(from: path)
        #expect(
            cohort.folds?.folds == [
                Folds.Fold(training: [0, 2, 3], validation: [1, 4]), Folds.Fold(training: [4], validation: [0, 2]),
                Folds.Fold(training: [0, 4], validation: [3, 8]),
            ])
        #expect(cohort.exclusions.map(\.text).contains { $0.hasPrefix("1 patient left out: folds in") })
        #expect(cohort.exclusions.map(\.text).contains { $0.hasSuffix("have them in val beside test (P30, P31)") })
        #expect(
            cohort.notes.contains {
                $0.text.hasPrefix("34 patients held out in no fold") && $0.text.contains("(P5, P6, P7, …)")
            })
    }

    @Test mutating func splitsBySlide() throws {
        try cohort.readFolds(from: writeSplits(["train,val\nS0.svs,S1\nS4,S8.svs\n"]))
        #expect(cohort.folds?.folds == [Folds.Fold(training: [0, 4], validation: [1, 8])])
    }

    @Test func splitsThatCannotBe() throws {
        func reading(_ splits: String...) throws {
            var copy = cohort
            let path = try writeSplits(splits)
            do {
                try copy.readFolds(from: path)
            } catch {
                #expect(copy.folds == nil && copy.notes == cohort.notes && copy.exclusions == cohort.exclusions)
                throw error
            }
        }
        expectMessage("splits_8.csv: 2 patients are both trained on and held out (P1, P2)") {
            try reading("train,val\nP0,P1\nP1,P2\nP2,P3\n")
        }
        expectMessage("P1 is held out in splits_8.csv and again in splits_9.csv") {
            try reading("train,val\nP0,P1\n", "train,val\nP0,P1\n")
        }
        expectMessage("splits_8.csv: none of the patients trained on had the event", "stratified") {
            try reading("train,val\nP1,P0\nP2,P4\n")
        }
        expectMessage("splits_8.csv: no patient of the cohort is held out") { try reading("train,val\nP0,X\n") }
        expectMessage("nobody in it is a patient of the cohort (it has X, the cohort has P0)") {
            try reading("train,val\nX,Y\n")
        }
        expectMessage("splits_8.csv: there is no column val", "train, held") { try reading("train,held\nP0,P1\n") }
        var copy = cohort
        expectMessage("splitz: there is no such folder", "did you mean") {
            try copy.readFolds(from: folder.path + "/splitz")
        }
        expectMessage("there are no files named splits_0.csv") { try copy.readFolds(from: folder.path) }
    }

    @Test mutating func heldOutWithoutEventIsNoted() throws {
        try cohort.readFolds(from: writeSplits(["train,val\nP0,P1\n"]))
        let told = "splits_8.csv: none of the patients held out had the event, so it has no C-index"
        #expect(cohort.notes.map(\.text).contains(told))
        try cohort.makeFolds(count: 5, seed: 1)
        #expect(cohort.notes.isEmpty)
        // Of many folds there is one note.
        try cohort.makeFolds(count: 40, seed: 1)
        let without = cohort.outcome.event.count { !$0 }
        #expect(without > 1 && cohort.notes.count == 1)
        let note = try #require(cohort.notes.first?.text)
        #expect(note.hasPrefix("\(without) folds (fold "))
        #expect(note.hasSuffix(", …): none of the patients held out had the event, so they have no C-index"))
    }

    @Test(arguments: [2, 3, 5, 7, 10])
    func dealtFoldsAreEvenInEverything(count: Int) throws {
        var copy = cohort
        try copy.makeFolds(count: count, seed: 11)
        let folds = try #require(copy.folds).folds
        #expect(folds.count == count)
        #expect(folds.flatMap(\.validation).sorted() == Array(0..<40))
        let sizes = folds.map(\.validation.count)
        let events = folds.map { fold in fold.validation.filter { cohort.outcome.event[$0] }.count }
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
        #expect((events.max() ?? 0) - (events.min() ?? 0) <= 1)
        for fold in folds { #expect(fold.training == (0..<40).filter { !fold.validation.contains($0) }) }
    }

    @Test func theSeedDecides() throws {
        func folds(_ seed: UInt64) throws -> Folds? {
            var copy = cohort
            try copy.makeFolds(count: 5, seed: seed)
            return copy.folds
        }
        #expect(try folds(1) == folds(1))
        #expect(try folds(1) != folds(2))
    }

    @Test mutating func labelsAreSpreadToo() throws {
        let site = try numbers(cohort.table, "site").map { String(Int($0)) }
        try cohort.makeFolds(count: 2, stratifiedBy: site, seed: 3)
        let folds = try #require(cohort.folds).folds
        for label in ["0", "1", "2"] {
            let counts = folds.map { fold in fold.validation.filter { site[$0] == label }.count }
            #expect(abs(counts[0] - counts[1]) <= 2)
        }
    }

    @Test func foldsThatCannotBeDealt() throws {
        var copy = cohort
        expectMessage("k=1: 40 patients can be divided into 2 to 40 folds") { try copy.makeFolds(count: 1, seed: 1) }
        expectMessage("k=41") { try copy.makeFolds(count: 41, seed: 1) }
        expectMessage("stratify= gives 2 labels for 40 patients") {
            try copy.makeFolds(count: 2, stratifiedBy: ["a", nil], seed: 1)
        }
        var single = try readCohort(folder.write("one.csv", "id,time,event\nA,1,1\nB,2,0\nC,3,0\n"))
        expectMessage("fold 1: none of the patients trained on had the event") {
            try single.makeFolds(count: 2, seed: 1)
        }
    }

    /// Twelve patients with one to three slides each, whose rows lie apart in the table: a fold that dealt rows or files
    /// would have a patient's slides on both sides.
    @Test(arguments: [2, 3, 6])
    func slidesOfAPatientStayTogether(count: Int) throws {
        let slides = (0..<3).flatMap { round in
            (0..<12).filter { $0 % 3 >= round }.map { (patient: "P\($0)", slide: "P\($0)-DX\(round)", number: $0) }
        }
        let table = slides.map { "\($0.patient),\($0.slide),\($0.number + 1),\($0.number % 2)\n" }
        var cohort = try readCohort(folder.write("slides.csv", "case_id,slide_id,time,event\n" + table.joined()))
        let five = try Data(contentsOf: Checkout.patches.appendingPathComponent("clam.h5"))
        for slide in slides { try folder.write("features/\(slide.slide).h5", five) }
        try cohort.attach("histology", folder: folder.path + "/features")
        #expect(cohort.patientCount == 12)
        for seed in 1...20 as ClosedRange<UInt64> {
            try cohort.makeFolds(count: count, seed: seed)
            let folds = try #require(cohort.folds).folds
            #expect(folds.flatMap(\.validation).sorted() == Array(0..<12))
            for fold in folds {
                #expect(Set(fold.training).isDisjoint(with: fold.validation))
                for side in [fold.training, fold.validation] {
                    let part = cohort[side]
                    let patches = try bags(part, "histology")
                    for (place, patient) in part.patients.enumerated() {
                        #expect(patches.count(of: place) == 5 * slides.filter { $0.patient == patient }.count)
                    }
                }
            }
        }
        // A split by slides that parts a patient is refused.
        let parted = try writeSplits([
            "train,val\nP1-DX0,P2-DX0\nP3-DX0,P2-DX1\n", "train,val\nP2-DX0,P5-DX0\nP1-DX0,P5-DX1\n",
        ])
        try cohort.readFolds(from: parted)
        #expect(cohort.folds?.folds.map { $0.validation.map { cohort.patients[$0] } } == [["P2"], ["P5"]])
        expectMessage("1 patient is both trained on and held out (P2)") {
            try cohort.readFolds(from: writeSplits(["train,val\nP2-DX0,P2-DX1\nP1-DX0,P5-DX0\n"]))
        }
    }

    /// Labels that tell everybody apart divide nobody: folds are drawn all the same, and it is said.
    @Test func strataOfOneAreDealtOutAtRandom() throws {
        let rows = (1...24).map { "P\($0),\($0),\($0 % 2)\n" }.joined()
        var cohort = try readCohort(folder.write("many.csv", "id,time,event\n" + rows))
        let ages = (1...24).map { String(40 + $0) }
        var seen: Set<[Int]> = []
        for seed: UInt64 in 1...4 {
            try cohort.makeFolds(count: 4, stratifiedBy: ages, seed: seed)
            seen.insert(try #require(cohort.folds).folds[0].validation)
            for fold in try #require(cohort.folds).folds {
                #expect(fold.validation.count { cohort.outcome.event[$0] } == 3)
            }
        }
        #expect(seen.count == 4)
        #expect(cohort.notes.contains { $0.text.hasPrefix("stratify=: 24 of 24 strata have fewer than 4 patients") })
        try cohort.makeFolds(count: 4, stratifiedBy: ages.map { $0 < "52" ? "young" : "old" }, seed: 1)
        #expect(!cohort.notes.contains { $0.text.hasPrefix("stratify=") })
    }
}
