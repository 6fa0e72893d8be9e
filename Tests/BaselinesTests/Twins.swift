import Cohorts
import Foundation
import Results
import Testing
import Torch

@testable import SurvivalNetworks

/// Sines in steps, as oracle.py has them.
func wave(_ step: Double, _ count: Int) -> [Float] { (0..<count).map { Float(sin(step * Double($0))) } }

extension ParameterStore {
    /// Puts the values into the parameters that oracle.py gives its own.
    func fillWithSines() throws {
        for (k, tensor) in tensors.enumerated() {
            let values = (0..<tensor.count).map { Float(0.3 * sin(0.37 * Double($0) + Double(k))) }
            try tensor.assign(Tensor(values, shape: tensor.shape))
        }
    }
}

/// To 2e-5 of each number, or of 1 for smaller ones: what single precision leaves.
func expectClose(_ found: [Double], _ expected: [Double], location: SourceLocation = #_sourceLocation) {
    #expect(found.count == expected.count, sourceLocation: location)
    for (index, (x, y)) in zip(found, expected).enumerated() {
        #expect(abs(x - y) <= 2e-5 * max(1, abs(y)), "\(index): \(x) for \(y)", sourceLocation: location)
    }
}

/// The six patients of oracle.py's whole networks: the fourth lacks the gene sets, the last the patches.
struct TwinCohort {
    static let patchCounts = [5, 3, 3, 4, 7, 0]
    let data: TrainingData
    let batch: Batch

    init() throws {
        let all = wave(1.3, Self.patchCounts.reduce(0, +) * 6)
        var start = 0
        let bags = PatchBags(
            width: 6,
            features: Self.patchCounts.map { count in
                defer { start += count * 6 }
                return Array(all[start..<start + count * 6])
            })
        data = TrainingData(
            inputs: [
                ModalityInput(
                    name: "histology", content: .patches(bags), present: [true, true, true, true, true, false],
                    tokenNames: []),
                ModalityInput(
                    name: "genomics",
                    content: .sets(values: wave(0.7, 30), width: 5, sets: [[0, 1, 2], [3, 4], [1, 2, 3, 4]]),
                    present: [true, true, true, false, true, true], tokenNames: ["a", "b", "c"]),
            ], patients: Array(0..<6),
            outcome: try Outcome(
                time: [1, 2, 3, 4, 5, 6], event: [true, false, true, true, true, false]))
        batch = try Batch(data.patients, of: data.inputs)
    }
}

/// What a network gives and what its twin gave: the outputs, every term of the objective, and for the gradient g of each
/// parameter of Σ outputs · sines + Σ weight · term its length and Σ gᵢ cos(0.9 i), to 2e-5 of its length.
///
/// - Precondition: the network's parameters are filled, and have no gradients.
func expectTwin(
    _ network: any SurvivalNetwork, _ output: NetworkOutput, _ twin: Oracle.Network,
    at location: SourceLocation = #_sourceLocation
) throws {
    expectClose(try output.outputs.doubles(), twin.outputs, location: location)
    #expect(Set(output.terms.map(\.name)) == Set(twin.terms.keys), sourceLocation: location)
    let weights = network.updates(epoch: 0, of: 1)[0].weights
    var objective = try (output.outputs * Tensor(wave(0.8, output.outputs.count), shape: output.outputs.shape)).sum()
    for term in output.terms {
        let (x, y) = (try term.value.item(), try #require(twin.terms[term.name]))
        #expect(abs(x - y) <= 1e-5 * abs(y), "\(term.name): \(x) for \(y)", sourceLocation: location)
        objective = try objective + term.value * #require(weights[term.name])
    }
    try objective.backward()
    let store = network.parameters
    #expect(store.tensors.count == twin.gradients.count, sourceLocation: location)
    // Where the gradient is 0, as at the bias of a softmax's scores, rounding leaves a share of all others.
    let noise = 1e-6 * (twin.gradients.map { $0[0] }.max() ?? 0)
    for ((name, parameter), expected) in zip(zip(store.names, store.tensors), twin.gradients) {
        let g = try parameter.gradient()?.doubles() ?? []
        let found = [
            g.reduce(0) { $0 + $1 * $1 }.squareRoot(),
            g.enumerated().reduce(0) { $0 + $1.element * cos(0.9 * Double($1.offset)) },
        ]
        for (x, y) in zip(found, expected) {
            #expect(abs(x - y) <= 2e-5 * expected[0] + noise, "\(name): \(x) for \(y)", sourceLocation: location)
        }
    }
}
