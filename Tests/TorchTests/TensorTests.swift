import Foundation
import Testing

@testable import Torch

@Suite struct TensorTests {
    @Test func gradientsOfAMatrixProduct() throws {
        let a = try Tensor([1, 2, 3, 4] as [Float], shape: [2, 2]).requiringGradient()
        let sum = try a.matmul(a).sum()
        #expect(try sum.item() == 54)
        try sum.backward()
        #expect(try a.gradient()?.floats() == [7, 11, 9, 13])
        a.clearGradient()
        #expect(try a.gradient() == nil)
        #expect(try withoutGradients { try (a * 2).requiresGradient } == false)
    }

    /// A sum that single precision cannot hold is infinite, not an error of the library below.
    @Test func lossesMayOverflow() throws {
        let x = try Tensor([1e25, -1e25] as [Float], shape: [2, 1])
        #expect(try x.varianceInvarianceCovariance(with: Tensor.zeros([2, 1])).item() == .infinity)
    }

    /// A modality may be named like a layer.
    @Test func parametersOfOneNameAreTwo() throws {
        let store = ParameterStore(generator: try TensorGenerator(seed: 1))
        for size in [2, 3, 4] { _ = try store.make("joint.weight", [size], .zeros) }
        #expect(store.names == ["joint.weight", "joint.weight 2", "joint.weight 3"])
        #expect(store.tensors.map(\.shape) == [[2], [3], [4]])
    }

    @Test func errorsNameTheOperatorAndTheShapes() throws {
        let error = #expect(throws: TorchError.self) { try Tensor.zeros([2, 3]) + Tensor.zeros([4]) }
        let message = try #require(error?.message)
        #expect(message.contains("aten::add of [2, 3] Float on cpu, [4] Float on cpu"), "\(message)")
    }

    /// More than any process can address.
    @Test func tooLargeATensorIsAnError() throws {
        let error = #expect(throws: TorchError.self) { try Tensor.zeros([1 << 46]) }
        let message = try #require(error?.message)
        #expect(message.contains("not enough memory for a tensor of 281474976710656 bytes"), "\(message)")
    }

    @Test func generatorsAreTheirOwn() throws {
        let first = try TensorGenerator(seed: 5).normal([6]).floats()
        _ = try TensorGenerator(seed: 9).normal([6])
        #expect(try TensorGenerator(seed: 5).normal([6]).floats() == first)
        #expect(try TensorGenerator(seed: 6).normal([6]).floats() != first)
        #expect(try TensorGenerator(seed: 1).permutation(5).sorted() == [0, 1, 2, 3, 4])
    }

    @Test func alphaDropoutKeepsMeanAndVarianceOfSELU() throws {
        let generator = try TensorGenerator(seed: 1)
        let active = try generator.normal([200_000]).selu()
        let dropped = try active.alphaDropout(0.3, generator)
        func moments(_ x: Tensor) throws -> (Double, Double) {
            let mean = try x.mean().item()
            return (mean, try (x - mean).square().mean().item())
        }
        let (mean, variance) = try moments(dropped)
        #expect(abs(mean) <= 0.02 && abs(variance - 1) <= 0.03)
    }

    @Test func dropoutKeepsTheExpectation() throws {
        let dropped = try Tensor.ones([100_000]).dropout(0.25, TensorGenerator(seed: 2))
        #expect(abs(try dropped.mean().item() - 1) <= 0.01)
        let values = Set(try dropped.floats())
        #expect(values == [0, Float(1 / 0.75)])
    }

    @Test func normalizedZeroHasAModestGradient() throws {
        let x = try Tensor([0, 0, 3, 4] as [Float], shape: [2, 2]).requiringGradient()
        let unit = try x.normalized()
        #expect(try unit.floats() == [0, 0, 0.6, 0.8])
        try unit.sum().backward()
        let gradient = try #require(try x.gradient()).floats()
        #expect(gradient.allSatisfy { abs($0) <= 1000 })
    }

    /// What is shorter than 1e-3 is divided by that, which has no gradient; longer vectors lose what goes along them.
    @Test func normalizedShortAndLongVectors() throws {
        let x = try Tensor([3e-4, 4e-4, 3, 4] as [Float], shape: [2, 1, 2]).requiringGradient()
        let unit = try x.normalized()
        #expect(zip(try unit.floats(), [0.3, 0.4, 0.6, 0.8]).allSatisfy { abs($0 - $1) <= 1e-6 })
        #expect(unit.shape == [2, 1, 2])
        try (unit * Tensor([1, 2, 1, 2] as [Float], shape: [2, 1, 2])).sum().backward()
        // ∂ = (g − y (y · g))/length with y · g = 2.2 for the second.
        let found = try #require(try x.gradient()).floats()
        #expect(zip(found, [1000, 2000, -0.064, 0.048]).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($1)) })
    }

    /// PyTorch 2.13: two AdamW steps from 1 with gradients 0.5 and −0.25, lr 0.1, weight decay 0.2.
    @Test func adamWAgreesWithPyTorch() throws {
        let parameter = try Tensor([1] as [Float], shape: [1]).requiringGradient()
        let optimiser = try AdamW([parameter], learningRate: 0.1, weightDecay: 0.2)
        var path: [Double] = []
        for gradient in [0.5, -0.25] {
            parameter.clearGradient()
            try (parameter * gradient).sum().backward()
            try optimiser.step()
            path.append(try parameter.item())
        }
        #expect(zip(path, [0.8800000548362732, 0.8357663750648499]).allSatisfy { abs($0 - $1) <= 1e-6 })
    }

    @Test func singularValuesRebuildTheMatrix() throws {
        let matrix = try Tensor(double: [3, 1, 0, 2, 5, -1], shape: [3, 2])
        let (u, values, vt) = try matrix.singularValues()
        let rebuilt = try (u * values).matmul(vt).doubles()
        #expect(zip(rebuilt, [3, 1, 0, 2, 5, -1]).allSatisfy { abs($0 - $1) <= 1e-12 })
    }

    @Test func aMissingPickleIsAnError() {
        #expect(throws: TorchError.self) { try PickledTensor.read(path: "nowhere.pt") }
    }

    /// Wherever it lies: tensors are looked through in pieces, by all threads.
    @Test(arguments: [1, 2], [Float.nan, .infinity, -.infinity])
    func whatIsNotFiniteIsFound(threads: Int, odd: Float) throws {
        let before = TorchRuntime.threads
        defer { TorchRuntime.setThreads(before) }
        TorchRuntime.setThreads(threads)
        var values = [Float](repeating: 1e30, count: 200_003)
        let parameters = try [1, values.count].map { try Tensor.zeros([$0]).requiringGradient() }
        let optimiser = try AdamW(parameters, learningRate: 0.1, weightDecay: 0)
        /// A step whose gradient is `values`, and whether anything moved by it.
        func step() throws -> Bool {
            parameters.forEach { $0.clearGradient() }
            let ofSecond = try (parameters[1] * Tensor(values, shape: [values.count])).sum()
            try (parameters[0].sum() + ofSecond).backward()
            let before = try parameters.map { try $0.floats() }
            let moved = try optimiser.step()
            #expect(try moved == (parameters.map { try $0.floats() } != before))
            return moved
        }
        #expect(try step())
        for place in [0, 65_535, 65_536, 130_000, 200_002] {
            values[place] = odd
            #expect(try !step())
            values[place] = -1
        }
        #expect(try step())
    }

    @Test func withoutAGradientNothingMoves() throws {
        let parameter = try Tensor([1] as [Float], shape: [1]).requiringGradient()
        #expect(try !AdamW([parameter], learningRate: 0.1, weightDecay: 0.2).step())
        #expect(try parameter.item() == 1)
    }
}
