import Foundation
import Testing
import Torch

/// The recorded answers of POT and PyTorch, Fixtures/method/method.json.
struct MethodOracle: Decodable {
    struct Transport: Decodable {
        var tokens: Int
        var prototypes: Int
        var epsilon: Double
        var rhoToken: Double?
        var rhoPrototype: Double?
        var cost: [Double]
        var plan: [Double]
        var rows: [Double]
        var columns: [Double]
    }

    struct Differentiated: Decodable {
        struct Input: Decodable {
            var shape: [Int]
            var values: [Double]
        }
        var value: Double
        var inputs: [Input]
        var gradients: [[Double]]
    }

    var transport: [Transport]
    var contrast: Differentiated
    var vic: Differentiated
    var margin: Differentiated

    static func load() throws -> MethodOracle {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/method/method.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(MethodOracle.self, from: Data(contentsOf: file))
    }
}

/// Value and gradients of `function` agree with the oracle's, relative to the largest gradient.
func expectAgreement(
    _ expected: MethodOracle.Differentiated, tolerance: Double = 1e-10,
    sourceLocation: SourceLocation = #_sourceLocation, _ function: ([Tensor]) throws -> Tensor
) throws {
    let leaves = try expected.inputs.map { try Tensor(double: $0.values, shape: $0.shape).requiringGradient() }
    let value = try function(leaves)
    #expect(
        abs(try value.item() - expected.value) <= tolerance * abs(expected.value), sourceLocation: sourceLocation)
    try value.backward()
    for (leaf, gradient) in zip(leaves, expected.gradients) {
        let found = try #require(try leaf.gradient(), sourceLocation: sourceLocation).doubles()
        expectClose(found, gradient, tolerance: tolerance, sourceLocation: sourceLocation)
    }
}

/// No element is further from its expectation than `tolerance` times the largest expectation.
func expectClose(
    _ found: [Double], _ expected: [Double], tolerance: Double, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(found.count == expected.count, sourceLocation: sourceLocation)
    let scale = expected.reduce(0) { max($0, abs($1)) }
    let error = zip(found, expected).reduce(0.0) { $1.0.isFinite ? max($0, abs($1.0 - $1.1)) : .infinity }
    #expect(error <= tolerance * scale, "off by \(error) of \(scale)", sourceLocation: sourceLocation)
}
