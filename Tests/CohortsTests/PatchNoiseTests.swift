import Foundation
import Testing

@testable import Cohorts

/// Bags with noise.
@Suite struct PatchNoiseTests {
    @Test func deviationsAreThoseOfAllPatches() throws {
        let bags = PatchBags(width: 2, features: [[1, 5], [], [2, 5, 6, 5]])
        // By hand: of 1, 2, 6 about 3 by two; of a constant none.
        let deviations = try bags.standardDeviations()
        #expect(abs(deviations[0] - 7.0.squareRoot()) <= 1e-12 && deviations[1] == 0)
        #expect(try PatchBags(width: 1, features: [[4]]).standardDeviations() == [0])
    }

    @Test func noiseIsOfTheSizeAskedForAndTheSameEachTime() throws {
        let patches = 3000
        var features = [[Float]](repeating: [], count: 4)
        for patient in [0, 1, 3] {
            for patch in 0..<patches {
                features[patient].append(Float((patch * 7 + patient) % 100))
                features[patient].append(Float((patch * 3 + patient) % 50) * 1000)
            }
        }
        let bags = PatchBags(width: 2, features: features)
        let noisy = try bags.perturbed(by: 0.5, seed: 3)
        #expect(noisy.patientCount == 4 && noisy.count(of: 2) == 0 && noisy.count(of: 3) == patches)
        let deviations = try bags.standardDeviations()
        let count = Double(patches)
        for patient in [0, 1, 3] {
            let seen = try noisy.features(of: patient)
            for feature in 0..<2 {
                var values: [Double] = []
                for place in stride(from: feature, to: seen.count, by: 2) {
                    values.append(Double(seen[place] - features[patient][place]))
                }
                let mean = values.reduce(0, +) / count
                var squares = 0.0
                for value in values { squares += (value - mean) * (value - mean) }
                let sd = (squares / (count - 1)).squareRoot()
                // Five standard errors.
                let ratio = sd / (0.5 * deviations[feature])
                #expect(abs(ratio - 1) <= 5 / (2 * count).squareRoot())
                #expect(abs(mean) <= 5 * sd / count.squareRoot())
            }
            #expect(try noisy.features(of: patient) == seen)
        }
        // The noise belongs to the patient, wherever they stand.
        #expect(try noisy[[3, 1]].features(of: 0) == noisy.features(of: 3))
        #expect(try noisy.features(of: 0) != noisy.features(of: 1))
        #expect(try bags.perturbed(by: 0, seed: 3).features(of: 1) == features[1])
    }

    /// Bags that are kept in bfloat16 stay so, and their noise is that of single precision but for rounding.
    @Test func noiseInBFloat16() throws {
        let bags = PatchBags(width: 2, features: [(0..<400).map { Float($0 % 37) }])
        let narrow = try bags.kept(in: .bf16).perturbed(by: 0.5, seed: 3)
        #expect(narrow.precision == .bf16)
        let bag = try narrow.bag(of: 0)
        #expect(bag.precision == .bf16)
        // Values up to 60 with 8 bits: rounded before and after the noise.
        let expected = try bags.perturbed(by: 0.5, seed: 3).features(of: 0)
        #expect(zip(bag.values, expected).allSatisfy { abs($0 - $1) <= 60 * 0x1p-8 })
    }

    @Test func bagsOfFilesAndOfACacheGetTheSameNoise() throws {
        let folder = try TestFolder()
        var cohort = try readCohort(folder.write("base.csv", "case_id,time,event\nP-1,1,1\nQ,3,1\n"))
        for (fixture, name) in [("trident.h5", "P-1_DX2.h5"), ("double.h5", "Q_a.h5")] {
            try folder.write("slides/\(name)", Data(contentsOf: Checkout.patches.appendingPathComponent(fixture)))
        }
        try cohort.attach("histology", folder: folder.path + "/slides")
        guard case .patches(let bags)? = cohort.modality("histology")?.content else {
            Issue.record("no bags")
            return
        }
        let held = PatchBags(width: bags.width, features: try [0, 1].map(bags.features(of:)))
        let ahead = try bags.perturbed(by: 2, seed: 1).readingAhead()
        ahead.expect([0, 1])
        for patient in [0, 1] {
            let expected = try held.perturbed(by: 2, seed: 1).features(of: patient)
            #expect(try ahead.features(of: patient) == expected && expected != held.features(of: patient))
        }
        var noisy = cohort
        noisy.modalities[0].content = .patches(try bags.perturbed(by: 2, seed: 1))
        guard
            case .patches(let cached)? = try noisy.withCachedFeatures(writing: true).cohort.modality("histology")?
                .content
        else { return }
        for patient in [0, 1] {
            #expect(try cached.features(of: patient) == held.perturbed(by: 2, seed: 1).features(of: patient))
        }
        // What was kept are the features themselves.
        guard
            case .patches(let kept)? = try cohort.withCachedFeatures(writing: false).cohort.modality("histology")?
                .content
        else { return }
        #expect(try kept.features(of: 1) == held.features(of: 1))
    }
}
