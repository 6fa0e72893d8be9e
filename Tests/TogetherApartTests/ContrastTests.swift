import Testing
import Torch

@testable import TogetherApart

@Suite struct ContrastTests {
    @Test func infoNCEAgreesWithPyTorch() throws {
        try expectAgreement(MethodOracle.load().contrast) {
            try #require(
                try infoNCE($0[0], $0[1], patients: Array(0..<9), temperature: 0.2))
        }
    }

    @Test func varianceInvarianceCovarianceAgreesWithPyTorch() throws {
        try expectAgreement(MethodOracle.load().vic) { try varianceInvarianceCovariance($0[0], $0[1]) }
    }

    @Test func marginAgreesWithPyTorch() throws {
        let expected = try MethodOracle.load().margin
        var settings = HyperParameters()
        settings.dim = 5
        settings.anchors = 2
        let store = ParameterStore(generator: try TensorGenerator(seed: 1))
        let apart = try Apart(store, settings, tokens: [("a", 0, 0), ("b", 0, 0), ("c", 0, 0)])
        for (anchor, input) in zip(apart.anchors, expected.inputs.dropFirst()) {
            try anchor.assign(Tensor(double: input.values, shape: input.shape))
        }
        let embedding = try Tensor(expected.inputs[0].values, shape: expected.inputs[0].shape).requiringGradient()
        let loss = try apart.marginLoss(embedding, modality: 1, margin: 0.3)
        // Anchors are kept in single precision.
        #expect(abs(try loss.item() - expected.value) <= 1e-5 * expected.value)
        try loss.backward()
        for (leaf, gradient) in zip([embedding] + apart.anchors, expected.gradients) {
            expectClose(try #require(try leaf.gradient()).doubles(), gradient, tolerance: 1e-5)
        }
    }

    @Test func oneCandidateIsNoContrast() throws {
        let one = try Tensor([1, 2] as [Float], shape: [1, 2])
        #expect(try infoNCE(one, one, patients: [0], temperature: 0.2) == nil)
    }

    /// With a memory a single patient has candidates, but never itself as a negative.
    @Test func memoryGivesCandidatesAndNeverTheSamePatient() throws {
        let memory = EmbeddingMemory()
        try memory.remember(Tensor([1, 0, 0, 1] as [Float], shape: [2, 2]), of: [7, 8])
        let x = try Tensor([1, 0] as [Float], shape: [1, 2])
        func contrast(_ patient: Int) throws -> Double {
            try #require(
                try infoNCE(x, x, patients: [patient], temperature: 1, memoryX: memory, memoryY: memory)
            ).item()
        }
        // The own pair scores 1; of the memory patient 7 scores 1 and patient 8 scores 0.
        #expect(abs(try contrast(3) - 0.8619948040582511) <= 1e-6)  // log(2e + 1) − 1
        #expect(abs(try contrast(7) - 0.31326168751822286) <= 1e-6)  // log(e + 1) − 1
    }

    @Test func memoryForgetsTheOldest() throws {
        let memory = EmbeddingMemory()
        for patient in 0..<300 { try memory.remember(Tensor([Float(patient)], shape: [1, 1]), of: [patient]) }
        #expect(memory.count == 256)
        #expect(try memory.rows()?.floats() == (44..<300).map(Float.init))
    }
}
