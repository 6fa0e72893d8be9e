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
        var next = 0
        while next < 1_200 {
            // One at a time or several, and rows wanted now and then only.
            let patients = Array(next..<next + 1 + next % 7)
            try memory.remember(
                Tensor(patients.map(Float.init), shape: [patients.count, 1]), of: patients)
            next += patients.count
            #expect(memory.count == min(256, next))
            guard next % 3 == 0 else { continue }
            #expect(try memory.rows()?.floats() == (max(0, next - 256)..<next).map(Float.init))
        }
    }

    /// A step remembers its embedding before it asks for the gradient, which is of what was remembered before.
    @Test func rememberingDoesNotDisturbTheGradient() throws {
        func gradient(remembering: Bool) throws -> [Float] {
            let memory = EmbeddingMemory()
            // So many that the next row takes the place of the oldest.
            for patient in 0..<512 {
                try memory.remember(Tensor([Float(patient % 5) - 2, 1], shape: [1, 2]).normalized(), of: [patient])
                _ = try memory.rows()
            }
            let x = try Tensor([1, 2] as [Float], shape: [1, 2]).requiringGradient()
            let y = try Tensor([2, 1] as [Float], shape: [1, 2])
            let loss = try #require(
                try infoNCE(x, y, patients: [1_000], temperature: 0.5, memoryX: memory, memoryY: memory))
            if remembering { try memory.remember(x.normalized(), of: [1_000]) }
            try loss.backward()
            return try #require(try x.gradient()).floats()
        }
        #expect(try gradient(remembering: true) == gradient(remembering: false))
    }
}
