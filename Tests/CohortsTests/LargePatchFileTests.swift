import Cohorts
import Foundation
import Testing

private struct Expected: Decodable {
    struct Slide: Decodable {
        var count: Int
        var sum: Double
        var squares: Double
        var first: [Float]
        var last: [Float]
    }

    var width: Int
    var patients: [String: [Slide]]
}

@Suite struct LargePatchFileTests {
    @Test(
        .enabled(
            if: Checkout.pythonWritesPatches,
            "needs .deps/venv/bin/python with h5py and torch, which Scripts/setup installs"))
    func bagsOfRealisticSize() throws {
        let folder = try TestFolder()
        let script = Checkout.fixtures.appendingPathComponent("large_patch_files.py")
        let printed = try Checkout.run(Checkout.python, [script.path, folder.path])
        let expected = try JSONDecoder().decode(Expected.self, from: printed)
        var cohort = try readCohort(folder.write("base.csv", "id,time,event\nP1,1,1\nP2,2,0\nP3,3,1\nP4,4,0\n"))
        try cohort.attach("histology", folder: folder.path)
        #expect(cohort.modality("histology")?.present == [true, true, true, false])
        #expect(cohort.exclusions.last?.examples == ["STRANGER-01.h5"])

        let bags = try bags(cohort, "histology")
        #expect(bags.width == expected.width)
        for (row, patient) in cohort.patients.enumerated() {
            let slides = expected.patients[patient] ?? []
            #expect(bags.count(of: row) == slides.reduce(0) { $0 + $1.count })
            let values = try bags.features(of: row)
            #expect(values.count == bags.count(of: row) * bags.width)
            var start = 0
            for slide in slides {
                let part = values[start..<start + slide.count * bags.width]
                let some = stride(from: start, to: part.endIndex, by: 97).map { Double(values[$0]) }
                #expect(isClose(some.reduce(0, +), slide.sum, relative: 1e-8))
                #expect(isClose(some.reduce(0) { $0 + $1 * $1 }, slide.squares, relative: 1e-10))
                #expect(Array(part.prefix(5)) == slide.first && Array(part.suffix(5)) == slide.last)
                start += part.count
            }
        }
        #expect(try bags.coordinates(of: 0)?.count == 20_000)
        #expect(try bags.coordinates(of: 2) == nil)
    }
}
