import Foundation
import Results
import Testing

@testable import Cohorts

/// Where patches lie: in the files' `coords`, or on the made-up tissue of a simulation.
@Suite struct PatchPlacesTests {
    @Test func slidesHaveTheirCoordinates() throws {
        let folder = try TestFolder()
        var cohort = try readCohort(
            folder.write("base.csv", "case_id,time,event\nP-1,1,1\nQ,3,1\nR,4,0\n"))
        for (fixture, name) in [
            ("trident.h5", "P-1_DX2.h5"), ("clam.h5", "P-1_DX1.h5"), ("double.h5", "Q_a.h5"),
        ] {
            try folder.write(
                "slides/\(name)", Data(contentsOf: Checkout.patches.appendingPathComponent(fixture)))
        }
        try cohort.attach("histology", folder: folder.path + "/slides")
        let modality = try #require(cohort.modality("histology"))
        // What patch_files.py wrote.
        let (x, y) = ((0..<5).map { Double($0) * 256 }, (0..<5).map { Double($0) * 512 })
        let places = try cohort.patchPlaces(modality, patient: 0)
        #expect(places == ["P-1_DX1", "P-1_DX2"].map { PatchPlaces(slide: $0, x: x, y: y) })
        let none = #expect(throws: PatchPlacesError.self) { try cohort.patchPlaces(modality, patient: 1) }
        #expect(none?.errorDescription == folder.path + "/slides/Q_a.h5 does not say where its patches lie")
        #expect(throws: PatchPlacesError.absent(patient: "R", modality: "histology")) {
            try cohort.patchPlaces(modality, patient: 2)
        }
        let table = Modality(
            name: "age", content: .patches(PatchBags(width: 1, features: [[1], [], []])), present: [true, false, false])
        #expect(throws: PatchPlacesError.noFiles(patient: "P-1")) { try cohort.patchPlaces(table, patient: 0) }
    }

    @Test func plantedPatchesOfASimulationLieInTheMiddle() throws {
        let cohort = try Cohort.simulated(SimulationParameters(patients: 5, patches: 60, seed: 3))
        let modality = try #require(cohort.modality("histology"))
        let planted = try #require(cohort.truth?.informative["histology"])
        for patient in 0..<5 {
            let places = try cohort.patchPlaces(modality, patient: patient)
            #expect(places.count == 1 && places[0].x.count == 60)
            #expect(Set(zip(places[0].x, places[0].y).map { [$0, $1] }).count == 60)
            // The middle of ten by ten cells of 256.
            let far = zip(places[0].x, places[0].y).map { hypot($0 - 4.5 * 256, $1 - 4.5 * 256) }
            let inside = planted[patient].indices.filter { planted[patient][$0] }.map { far[$0] }
            let outside = planted[patient].indices.filter { !planted[patient][$0] }.map { far[$0] }
            #expect((inside.max() ?? 0) <= (outside.min() ?? .infinity))
        }
    }
}
