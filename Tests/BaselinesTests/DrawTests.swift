import Foundation
import SurvivalNetworks
import Testing
import Torch

@testable import Baselines

/// What networks draw in training, given what the generator draws.
@Suite struct DrawTests {
    /// The mean of n draws from N(μ, σ²) is μ + σ ε/√n, of prototypes as of their product.
    @Test func drawsOfPIBDAreMeansOfSamples() throws {
        let store = ParameterStore(generator: try TensorGenerator(seed: 1))
        let bottleneck = try Bottleneck(store, "a", from: 6, width: 8, bins: 4, share: 0.5, samples: 9)
        try store.fillWithSines()
        let prototypes = try store.tensors[store.tensors.count - 1].doubles()
        let deviates = try TensorGenerator(seed: 2).normal([8, 8]).doubles()
        let drawn = try bottleneck.draw(TensorGenerator(seed: 2)).doubles()
        expectClose(
            drawn,
            (0..<64).map { place in
                let row = place / 8 * 16 + place % 8
                return prototypes[row] + log1p(exp(prototypes[row + 8])) * deviates[place] / 3
            })

        var options = PIBD.Options()
        (options.dim, options.samples) = (8, 16)
        let cohort = try TwinCohort()
        let network = try PIBD(options, data: cohort.data, outputs: 4, generator: TensorGenerator(seed: 1))
        // Experts of one weight: the precision is the mean of theirs.
        let ones = try Tensor.ones([1, 8])
        let sides = try [2.0, 4.0].map {
            Bottleneck.Side(kept: ones, mean: try ones * $0, deviation: try ones * $0, unlikeness: nil)
        }
        let deviate = try TensorGenerator(seed: 3).normal([1, 8]).doubles()
        let product = try network.product(sides, TensorGenerator(seed: 3)).doubles()
        expectClose(product, deviate.map { 1 / 0.375 + $0 / 0.375 / 4 })
    }

    /// Kept activations are scaled and shifted, dropped ones set, as torch's own alpha dropout does both.
    @Test func alphaDropoutOfTheSelfNormalisingNetworks() throws {
        let twin = try Oracle.load().alphaDropout
        let x = wave(0.5, 200)
        let mask = try TensorGenerator(seed: 4).bernoulli([200], probability: 1 - twin.probability).doubles()
        let found = try Tensor(x, shape: [200]).alphaDropout(twin.probability, TensorGenerator(seed: 4)).doubles()
        #expect(mask.contains(0) && mask.contains(1))
        expectClose(found, zip(x, mask).map { $1 == 1 ? Double($0) * twin.scale + twin.shift : twin.dropped })
    }
}
