import Foundation
import Results
import Testing
import Torch

@testable import SurvivalNetworks

@Suite struct SurvivalLossTests {
    struct Oracle: Decodable {
        struct Differentiated: Decodable {
            struct Input: Decodable {
                var shape: [Int]
                var values: [Double]
            }
            var value: Double
            var inputs: [Input]
            var gradients: [[Double]]
        }
        struct FollowUp: Decodable {
            var time: [Double]
            var event: [Bool]
            var edges: [Double]
        }
        var outcome: FollowUp
        var cox: Differentiated
        var coxLarge: Differentiated
        var discrete: Differentiated

        static func load() throws -> Oracle {
            let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent("Fixtures/method/method.json")
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(Oracle.self, from: Data(contentsOf: file))
        }
    }

    private func expect(
        _ expected: Oracle.Differentiated, _ loss: SurvivalLoss, _ outcome: Outcome, shape: [Int],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let leaf = try Tensor(double: expected.inputs[0].values, shape: shape).requiringGradient()
        let value = try #require(try loss.value(leaf, outcome), sourceLocation: sourceLocation)
        #expect(
            abs(try value.item() - expected.value) <= 1e-6 * abs(expected.value), sourceLocation: sourceLocation)
        try value.backward()
        let gradient = try #require(try leaf.gradient(), sourceLocation: sourceLocation).doubles()
        let scale = expected.gradients[0].reduce(0) { max($0, abs($1)) }
        for (found, wanted) in zip(gradient, expected.gradients[0]) {
            #expect(abs(found - wanted) <= 1e-6 * scale, sourceLocation: sourceLocation)
        }
    }

    @Test func coxIsEfronsPartialLikelihood() throws {
        let oracle = try Oracle.load()
        let outcome = try Outcome(time: oracle.outcome.time, event: oracle.outcome.event)
        try expect(oracle.cox, .cox, outcome, shape: [40, 1])
        try expect(oracle.coxLarge, .cox, outcome, shape: [40, 1])
    }

    /// exp(100) does not fit single precision; the loss must.
    @Test func coxDoesNotOverflow() throws {
        let outcome = try Outcome(time: [1, 2, 3, 3], event: [true, true, true, true])
        let outputs = try Tensor([100, -100, 95, 90] as [Float], shape: [4, 1]).requiringGradient()
        let loss = try #require(try SurvivalLoss.cox.value(outputs, outcome))
        #expect(try loss.item().isFinite)
        try loss.backward()
        #expect(try #require(try outputs.gradient()).floats().allSatisfy(\.isFinite))
    }

    @Test func coxWithoutAnEventSaysNothing() throws {
        let outcome = try Outcome(time: [1, 2], event: [false, false])
        #expect(try SurvivalLoss.cox.value(Tensor.zeros([2, 1]), outcome) == nil)
    }

    @Test func discreteIsTheLikelihoodOfHazards() throws {
        let oracle = try Oracle.load()
        let outcome = try Outcome(time: oracle.outcome.time, event: oracle.outcome.event)
        let grid = try TimeGrid(fitting: outcome, bins: 4)
        #expect(grid.edges == oracle.outcome.edges)
        try expect(oracle.discrete, .discrete(grid), outcome, shape: [40, 4])
    }

    @Test func equalQuantilesAreMerged() throws {
        let outcome = try Outcome(time: [5, 5, 5, 5, 9], event: [true, true, true, true, false])
        #expect(try TimeGrid(fitting: outcome, bins: 4).edges == [5, 9])
        #expect(throws: PreparationError.noTrainingEvents) {
            try TimeGrid(fitting: Outcome(time: [1], event: [false]), bins: 4)
        }
    }

    @Test func logSurvivalIsLinearWithinABin() throws {
        let grid = try TimeGrid(fitting: Outcome(time: [2, 4, 4, 10], event: [true, true, true, true]), bins: 2)
        #expect(grid.edges == [4, 10])
        let values = [0.64, 0.16]
        #expect(grid.survival(at: 0, edgeValues: values) == 1)
        #expect(abs(grid.survival(at: 2, edgeValues: values) - 0.8) <= 1e-12)
        #expect(abs(grid.survival(at: 7, edgeValues: values) - 0.32) <= 1e-12)
        #expect(grid.survival(at: 50, edgeValues: values) == 0.16)
        #expect(grid.bin(of: 4) == 0 && grid.bin(of: 4.1) == 1 && grid.bin(of: 0) == 0 && grid.bin(of: 11) == 1)
    }
}
