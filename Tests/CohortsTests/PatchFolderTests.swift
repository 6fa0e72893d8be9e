import Foundation
import Results
import Testing

@testable import Cohorts

@Suite struct PatchFolderTests {
    let folder: TestFolder
    var cohort: Cohort

    init() throws {
        folder = try TestFolder()
        cohort = try readCohort(
            folder.write(
                "base.csv",
                "case_id,slide_id,time,event\n"
                    + "P-1,one.svs,1,1\nP-1,two.svs,1,1\nP-10,x.svs,2,0\nQ,y.svs,3,1\nR,z.svs,4,0\n"
            ))
    }

    private func put(_ fixture: String, as name: String) throws {
        try folder.write("slides/\(name)", Data(contentsOf: Checkout.patches.appendingPathComponent(fixture)))
    }

    private var slides: String { folder.path + "/slides" }

    /// What the script that made the fixtures put into them.
    private func values(_ start: Float, width: Int = 4) -> [Float] {
        (0..<5).flatMap { i in (0..<width).map { j in start + Float(i) + Float(j) / 8 } }
    }

    @Test mutating func layoutsAndPatientsByName() throws {
        try put("trident.h5", as: "P-1-01Z-00-DX2.h5")
        try put("clam.h5", as: "P-1-01Z-00-DX1.h5")
        try put("double.h5", as: "P-10_a.h5")
        try put("tensor.pt", as: "Q.pt")
        try put("tensor_half.pt", as: "Q.second.pt")
        try put("compressed.h5", as: "P-100.h5")
        try put("clam.h5", as: "stranger.h5")
        _ = try folder.write("slides/readme.txt", "not a slide")
        try cohort.attach("histology", folder: slides)
        let bags = try patches(cohort)
        #expect(bags.width == 4)
        #expect(cohort.modality("histology")?.present == [true, true, true, false])
        #expect((0..<4).map { bags.count(of: $0) } == [10, 5, 10, 0])
        #expect(try bags.features(of: 0) == values(0) + values(100))
        #expect(try bags.features(of: 1) == values(200))
        #expect(try bags.features(of: 2) == values(400) + values(60))
        #expect(try bags.features(of: 3) == [])
        let coordinates: [Float] = (0..<5).flatMap { [Float($0) * 256, Float($0) * 512] }
        #expect(try bags.coordinates(of: 0) == coordinates + coordinates)
        #expect(try bags.coordinates(of: 1) == nil)
        #expect(try bags.coordinates(of: 2) == nil)
        // P-100 begins with P-10, but not up to a separator; it belongs to P only if there were one.
        #expect(
            cohort.exclusions.last?.text.hasPrefix("2 files left out: in ") == true)
        #expect(cohort.exclusions.last?.examples == ["P-100.h5", "stranger.h5"])

        let part = cohort[[2, 0]]
        let partBags = try patches(part)
        #expect(try partBags.features(of: 1) == values(0) + values(100))
        #expect(part.modality("histology")?.present == [true, true])
    }

    @Test mutating func slidesByTheirOwnNames() throws {
        try put("compressed.h5", as: "two.h5")
        try put("clam.h5", as: "one.h5")
        try put("double.h5", as: "z_20x.h5")
        var bySlide = cohort
        try bySlide.attach("histology", folder: slides, id: "slide_id")
        #expect(bySlide.modality("histology")?.present == [true, false, false, true])
        #expect(try patches(bySlide).features(of: 0) == values(0) + values(300))
        #expect(try patches(bySlide).features(of: 3) == values(200))
        // Without id=, exact names of slides are found through slide_id all the same.
        try cohort.attach("histology", folder: slides)
        #expect(cohort.modality("histology")?.present == [true, false, false, false])
        expectMessage("there is no column slideid", "did you mean slide_id?") {
            try bySlide.attach("histology", folder: slides, id: "slideid")
        }
    }

    /// The file of someone who was left out goes to nobody else whose id begins the name.
    @Test func filesOfPatientsWhoWereLeftOut() throws {
        try put("clam.h5", as: "S1.h5")
        try put("clam.h5", as: "S1-2.h5")
        try put("clam.h5", as: "S1-2_b.h5")
        try put("clam.h5", as: "S1-3.h5")
        var cohort = try readCohort(folder.write("s.csv", "id,time,event\nS1,1,1\nS1-2,,1\nS1-3,2,1\nS2,3,0\n"))
        cohort = cohort[[0, 2]]
        try cohort.attach("histology", folder: slides)
        #expect(try (0..<2).map { try patches(cohort).count(of: $0) } == [5, 0])
        #expect(cohort.exclusions.last?.examples == ["S1-2.h5", "S1-2_b.h5", "S1-3.h5"])
    }

    /// Who has slides by name has no others, though their files begin with the patient's id.
    @Test mutating func slidesThatTheCohortDoesNotName() throws {
        for name in ["one.h5", "P-1-other.h5", "Q-a.h5"] { try put("clam.h5", as: name) }
        try cohort.attach("histology", folder: slides)
        #expect(try (0..<4).map { try patches(cohort).count(of: $0) } == [5, 0, 5, 0])
        #expect(
            cohort.exclusions.last?.text.hasSuffix(
                "of patients whose slide_id names other slides (P-1-other.h5)") == true)
    }

    @Test mutating func placesOfAnotherShape() throws {
        try put("turned.h5", as: "Q.h5")
        try cohort.attach("histology", folder: slides)
        let bags = try patches(cohort)
        expectMessage("Q.h5: coords has the shape [2, 5], not 5 patches × 2", "its x and its y") {
            _ = try bags.coordinates(of: 2)
        }
    }

    @Test mutating func foldersAsCLAMWritesThem() throws {
        try put("clam.h5", as: "h5_files/Q.h5")
        try put("tensor.pt", as: "pt_files/R.pt")
        try put("tensor.pt", as: "pt_files/Q.pt")
        try cohort.attach("histology", folder: slides)
        #expect(cohort.modality("histology")?.present == [false, false, true, false])
        #expect(
            cohort.notes.map(\.text).contains(
                "1 slide in \(slides)/pt_files has no file in \(slides)/h5_files, which is what is read (R)"))
    }

    @Test mutating func bothFormatsOfASlideCountOnce() throws {
        try put("clam.h5", as: "Q.h5")
        try put("tensor.pt", as: "Q.pt")
        try cohort.attach("histology", folder: slides)
        #expect(try patches(cohort).features(of: 2) == values(0))
        #expect(cohort.exclusions.last?.examples == ["Q.pt"])
    }

    @Test(arguments: [
        ("flat.h5", "Q.h5: the features have the shape [4], not patches × features"),
        ("empty.h5", "Q.h5: there are no patches in it (shape [0, 4])"),
        ("nameless.h5", "Q.h5: there is no data set named features"),
        (
            "unwritten.h5",
            "Q.h5: the patch features cannot be read (some of its values were never written, or are in other files)"
        ),
        ("words.h5", "Q.h5: the patch features cannot be read (the data set does not hold numbers)"),
    ])
    func wrongContentsNameTheFile(fixture: String, message: String) throws {
        try put(fixture, as: "Q.h5")
        var copy = cohort
        expectMessage(message) { try copy.attach("histology", folder: slides) }
        #expect(copy.modalities.isEmpty)
    }

    @Test func widthsHaveToAgree() throws {
        try put("clam.h5", as: "P-1.h5")
        try put("wide.h5", as: "Q.h5")
        var copy = cohort
        expectMessage("Q.h5: its patches have 6 features, but those of", "P-1.h5 have 4", "one encoder") {
            try copy.attach("histology", folder: slides)
        }
    }

    @Test(arguments: ["clam.h5", "compressed.h5", "tensor.pt"])
    func truncatedFilesSaySo(fixture: String) throws {
        let whole = try Data(contentsOf: Checkout.patches.appendingPathComponent(fixture))
        let name = "Q.\(fixture.suffix(2))"
        for share in [0.05, 0.5, 0.95] {
            try folder.write("slides/\(name)", whole.prefix(Int(Double(whole.count) * share)))
            var copy = cohort
            expectMessage(name, "cannot be read", share > 0.4 ? "truncated" : "(") {
                try copy.attach("histology", folder: slides)
                _ = try patches(copy).features(of: 2)
            }
        }
        try folder.write("slides/\(name)", Data())
        var copy = cohort
        expectMessage(name, "cannot be read") { try copy.attach("histology", folder: slides) }
    }

    @Test mutating func valuesThatAreNotFiniteNameThePatch() throws {
        try put("nan.h5", as: "Q.h5")
        try put("infinite.pt", as: "R.pt")
        try cohort.attach("histology", folder: slides)
        let bags = try patches(cohort)
        expectMessage("Q.h5: feature 2 of patch 4 is nan") { _ = try bags.features(of: 2) }
        expectMessage("R.pt: feature 4 of patch 5 is inf") { _ = try bags.features(of: 3) }
    }

    @Test mutating func filesThatChangeOrGo() throws {
        try put("clam.h5", as: "Q.h5")
        try put("tensor.pt", as: "R.pt")
        try cohort.attach("histology", folder: slides)
        let bags = try patches(cohort)
        try put("wide.h5", as: "Q.h5")
        expectMessage("Q.h5", "the data set has changed its shape") { _ = try bags.features(of: 2) }
        try FileManager.default.removeItem(atPath: slides + "/Q.h5")
        expectMessage("Q.h5", "cannot be read") { _ = try bags.features(of: 2) }
    }

    @Test func shapesOfTensorsWithoutTheirValues() throws {
        func shape(_ name: String) -> [Int]? {
            TensorArchive.shape(path: Checkout.patches.appendingPathComponent(name).path)
        }
        #expect(shape("tensor.pt") == [5, 4])
        #expect(shape("tensor_half.pt") == [1, 5, 4])
        // Forms that are left to libtorch, and files that are none.
        #expect(shape("dictionary.pt") == nil)
        #expect(shape("clam.h5") == nil)
        let part = try Data(contentsOf: Checkout.patches.appendingPathComponent("tensor.pt"))
        for end in 0..<part.count {
            #expect(TensorArchive.shape(path: try folder.write("cut.pt", part.prefix(end))) == nil)
        }
    }

    @Test func tensorsThatAreNone() throws {
        try put("dictionary.pt", as: "Q.pt")
        var copy = cohort
        expectMessage("Q.pt: the patch features cannot be read") { try copy.attach("histology", folder: slides) }
    }

    @Test func foldersWithoutFiles() throws {
        var copy = cohort
        expectMessage("slides: there is no such folder") { try copy.attach("histology", folder: slides) }
        _ = try folder.write("slides/readme.txt", "")
        expectMessage("there are no .h5 or .pt files") { try copy.attach("histology", folder: slides) }
        try put("clam.h5", as: "X1.h5")
        expectMessage("no file belongs to a patient of the cohort (a file is X1.h5, case_id is for example P-1)") {
            try copy.attach("histology", folder: slides)
        }
    }

    @Test func manyReadersAtOnce() async throws {
        for name in ["P-1", "P-10", "Q", "R"] { try put("compressed.h5", as: "\(name).h5") }
        var copy = cohort
        try copy.attach("histology", folder: slides)
        let bags = try patches(copy)
        let expected = values(300)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for round in 0..<200 { group.addTask { try bags.features(of: round % 4) == expected } }
            for try await isRight in group { #expect(isRight) }
        }
    }

    /// A slide that two patients name is neither's, also where its name begins with the id of one.
    @Test func aSlideOfTwoPatients() throws {
        var cohort = try readCohort(
            folder.write("two.csv", "case_id,slide_id,time,event\nA,A-S1.svs,1,1\nA,S2.svs,1,1\nB,A-S1.svs,2,0\n"))
        try put("clam.h5", as: "A-S1.h5")
        try put("clam.h5", as: "S2.h5")
        try cohort.attach("histology", folder: slides)
        #expect(cohort.modality("histology")?.present == [true, false])
        #expect(try patches(cohort).count(of: 0) == 5)
        #expect(
            cohort.exclusions.map(\.text) == [
                "1 file left out: in \(slides), whose slide several patients name (A-S1.h5)"
            ])
    }

    @Test func slidesWithoutAFileAreCounted() throws {
        var cohort = try readCohort(
            folder.write("two.csv", "case_id,slide_id,time,event\nA,S1.svs,1,1\nA,S2.svs,1,1\nB,S3.svs,2,0\n"))
        try put("clam.h5", as: "S1.h5")
        try cohort.attach("histology", folder: slides)
        #expect(
            cohort.notes.map(\.text).contains("2 of 3 slides that the cohort names have no file in \(slides) (S2, S3)"))
    }
}

private func patches(_ cohort: Cohort) throws -> PatchBags { try bags(cohort, "histology") }
