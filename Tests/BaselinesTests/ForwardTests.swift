import Cohorts
import Foundation
import Results
import Testing
import Torch

@testable import Baselines
@testable import SurvivalNetworks

/// The networks' outputs against PyTorch twins with the same weights: sines, as oracle.py fills them.
@Suite struct ForwardTests {
    private let oracle: Oracle.Forward
    private static let bagCounts = [5, 3, 4]

    init() throws { oracle = try Oracle.load().forward }

    private var bags: PatchBags {
        let all = wave(1.3, 12 * 6)
        var start = 0
        return PatchBags(
            width: 6,
            features: Self.bagCounts.map { count in
                defer { start += count * 6 }
                return Array(all[start..<start + count * 6])
            })
    }

    private func data() throws -> TrainingData {
        let present = [true, true, true]
        return TrainingData(
            inputs: [
                ModalityInput(name: "histology", content: .patches(bags), present: present, tokenNames: []),
                ModalityInput(
                    name: "genomics",
                    content: .sets(values: wave(0.7, 15), width: 5, sets: [[0, 1, 2], [3, 4]]), present: present,
                    tokenNames: ["a", "b"]),
            ], patients: [0, 1, 2], outcome: try Outcome(time: [1, 2, 3], event: [true, true, true]))
    }

    @Test func mcat() throws {
        let data = try data()
        var options = MCAT.Options()
        options.dim = 8
        let network = try MCAT(options, data: data, outputs: 4, generator: TensorGenerator(seed: 1))
        try network.parameters.fillWithSines()
        let output = try network.forward(Batch([0, 1, 2], of: data.inputs), training: nil)
        expectClose(try output.outputs.doubles(), oracle.mcat.outputs)
        let bag = try #require(output.embeddings.first { $0.modality == "histology" })
        let saliency = try #require(bag.saliency)
        let values = try saliency.doubles()
        let expected = try #require(oracle.mcat.saliency)
        for (patient, count) in Self.bagCounts.enumerated() {
            let start = patient * saliency.shape[1]
            expectClose(Array(values[start..<start + count]), expected[patient])
        }
    }

    @Test func survpath() throws {
        let data = try data()
        var options = SurvPath.Options()
        options.dim = 8
        let network = try SurvPath(options, data: data, outputs: 4, generator: TensorGenerator(seed: 1))
        try network.parameters.fillWithSines()
        let output = try network.forward(Batch([0, 1, 2], of: data.inputs), training: nil)
        expectClose(try output.outputs.doubles(), oracle.survpath.outputs)
    }

    @Test func nystromAttention() throws {
        let store = ParameterStore(generator: try TensorGenerator(seed: 1))
        let attention = try NystromAttention(store, "a", width: 8, heads: 2, landmarks: 4, dropout: 0)
        try store.fillWithSines()
        let x = try Tensor(wave(1.1, 48), shape: [1, 6, 8])
        expectClose(try attention(x, training: nil).doubles(), oracle.nystrom.outputs)
    }

    @Test func patchMixture() throws {
        let data = try data()
        let batch = try #require(try Batch([0, 1, 2], of: data.inputs).modalities[0])
        let mixture = PatchMixture(prototypes: try Tensor(wave(0.9, 18), shape: [3, 6]))
        let summary = try mixture.summary(batch.values, mask: batch.mask)
        #expect(summary.shape == [3, 3, 13])
        expectClose(try summary.doubles(), oracle.mixture.outputs.flatMap { $0 })
    }

    /// Three clusters far apart, of different sizes, are found whatever the seed.
    @Test func prototypesAreTheCentresOfClusters() throws {
        let centres: [[Float]] = [[0, 0], [10, 0], [0, 10]]
        let bags = PatchBags(
            width: 2,
            features: (0..<3).map { patient in
                (0..<30).flatMap { patch -> [Float] in
                    let centre = centres[patch % 10 < 6 ? 0 : patch % 3]
                    return [centre[0] + Float(patch % 5) * 0.01, centre[1] + Float(patient) * 0.01]
                }
            })
        for seed in 1...5 {
            let mixture = try PatchMixture(
                bags, patients: [0, 1, 2], prototypes: 3, generator: TensorGenerator(seed: UInt64(seed)))
            let found = try mixture.prototypes.doubles()
            for centre in centres {
                let nearest = (0..<3).map {
                    hypot(found[2 * $0] - Double(centre[0]), found[2 * $0 + 1] - Double(centre[1]))
                }
                #expect(try #require(nearest.min()) < 0.1, "seed \(seed): \(found)")
            }
        }
    }
}
