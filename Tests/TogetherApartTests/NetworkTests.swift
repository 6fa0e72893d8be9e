import Cohorts
import Results
import SurvivalNetworks
import Testing
import Torch

@testable import TogetherApart

@Suite struct NetworkTests {
    private struct Setup {
        let network: TogetherApartNetwork
        let batch: Batch
        let outcome: Outcome
        let loss: SurvivalLoss

        init(_ change: (inout HyperParameters) -> Void = { _ in }, absent: Set<Int> = []) throws {
            var cohort = try Cohort.simulated(
                SimulationParameters(patients: 12, patches: 18, features: 6, sets: 5, genes: 4, seed: 3))
            for patient in absent { cohort.modalities[0].present[patient] = false }
            let everyone = Array(cohort.patients.indices)
            let inputs = try cohort.modalities.map {
                try ModalityPreparation(fitting: $0, training: everyone).input(from: cohort)
            }
            var settings = HyperParameters()
            settings.dim = 8
            settings.prototypes = 4
            settings.anchors = 2
            settings.sharedDim = 3
            change(&settings)
            outcome = cohort.outcome
            loss = .discrete(try TimeGrid(fitting: outcome, bins: 4))
            network = try TogetherApartNetwork(
                settings, inputs: inputs, outputs: loss.outputCount, generator: TensorGenerator(seed: 1))
            batch = try Batch(everyone, of: inputs)
        }

        /// J with the dropout and the views of one seed.
        func objective() throws -> Tensor {
            let output = try network.forward(batch, training: TensorGenerator(seed: 7))
            let weights = network.updates(epoch: 0, of: 1)[0].weights
            let survival = try #require(try loss.value(output.outputs, outcome))
            return try output.terms.reduce(survival) { try $0 + $1.value * (weights[$1.name] ?? 0) }
        }
    }

    /// The gradient of the whole objective with respect to each parameter, against differences of values: along itself and
    /// along a random direction. With the gradient let through the plan nothing is left out of it. Wide tokens, none of
    /// which is all zeros: there the objective has a kink.
    @Test(arguments: [false, true]) func theGradientIsThatOfTheObjective(linearValues: Bool) throws {
        let setup = try Setup {
            $0.planGradient = true
            $0.dim = 32
            $0.linearValues = linearValues
        }
        let parameters = setup.network.parameters
        try setup.objective().backward()
        let generator = try TensorGenerator(seed: 5)
        for (name, parameter) in zip(parameters.names, parameters.tensors) {
            let gradient = try #require(try parameter.gradient(), "\(name) has no gradient").copied()
            let size = try gradient.square().sum().sqrt().item()
            let start = try parameter.copied()
            for direction in [gradient, try generator.normal(parameter.shape)] {
                let unit = try direction / max(direction.square().sum().sqrt().item(), 1e-12)
                func value(_ length: Double) throws -> Double {
                    try parameter.assign(start + unit * length)
                    return try setup.objective().item()
                }
                let length = 3e-3
                let difference = try (value(length) - value(-length)) / (2 * length)
                try parameter.assign(start)
                let slope = try (gradient * unit).sum().item()
                // Single precision leaves an error of some 1e-6 in a value. Along the gradient, whose slope is its length, the
                // slack is less than the length, so that no gradient is so small that the other sign would do.
                let slack = min(0.03 * size + 3e-4, direction === gradient ? 0.3 * size : .infinity)
                #expect(abs(difference - slope) <= slack, "\(name): \(difference) against \(slope)")
            }
        }
    }

    @Test func bothTermsAreThereAndFinite() throws {
        let output = try Setup().network.forward(Setup().batch, training: TensorGenerator(seed: 7))
        #expect(output.terms.map(\.name).sorted() == ["apart", "together"])
        for term in output.terms { #expect(try term.value.item().isFinite) }
        #expect(output.embeddings.count == 4)
        for embedding in try Setup().network.forward(Setup().batch, training: nil).embeddings {
            let sums = try #require(embedding.saliency).sum(1).doubles()
            #expect(sums.allSatisfy { abs($0 - 1) <= 1e-4 })
        }
    }

    /// Each branch's update leaves the other side alone; only the head is in both.
    @Test func alternatingUpdatesPartTheParameters() throws {
        let network = try Setup { $0.schedule = .alternate }.network
        let names = Dictionary(
            uniqueKeysWithValues: zip(network.parameters.tensors.map(ObjectIdentifier.init), network.parameters.names))
        let updates = network.updates(epoch: 0, of: 2).map { update in
            Set(update.parameters.compactMap { names[ObjectIdentifier($0)] })
        }
        #expect(updates.count == 2)
        #expect(updates[0].union(updates[1]) == Set(network.parameters.names))
        #expect(updates[0].intersection(updates[1]).allSatisfy { $0.hasPrefix("fusion") })
        #expect(updates[0].contains("prototypes") && updates[0].contains("histology.encoder.projection.weight"))
        #expect(updates[1].contains("histology.anchors") && updates[1].contains("genomics.specific.weight"))
        #expect(!updates[1].contains { $0.contains("shared") || $0.contains("encoder") })
    }

    /// Each term has its own weight, in every schedule.
    @Test func weightsOfTheTerms() throws {
        func weights(_ schedule: HyperParameters.Schedule, epoch: Int) throws -> [[String: Double]] {
            let network = try Setup {
                $0.schedule = schedule
                ($0.together, $0.apart) = (0.7, 0.2)
            }.network
            return network.updates(epoch: epoch, of: 4).map(\.weights)
        }
        for epoch in 0..<4 {
            #expect(try weights(.joint, epoch: epoch) == [["together": 0.7, "apart": 0.2]])
            #expect(try weights(.alternate, epoch: epoch) == [["together": 0.7], ["apart": 0.2]])
            #expect(try weights(.sequential, epoch: epoch) == [epoch < 2 ? ["together": 0.7] : ["apart": 0.2]])
        }
    }

    @Test func theSecondHalfOfSequentialIsApart() throws {
        let setup = try Setup { $0.schedule = .sequential }
        #expect(setup.network.updates(epoch: 0, of: 4).map(\.name) == ["together"])
        let first = try setup.network.forward(setup.batch, training: TensorGenerator(seed: 7))
        #expect(first.embeddings.allSatisfy { $0.role == .shared })
        #expect(setup.network.updates(epoch: 2, of: 4).map(\.name) == ["apart"])
        let second = try setup.network.forward(setup.batch, training: TensorGenerator(seed: 7))
        #expect(second.embeddings.count == 4)
    }

    /// What an absent modality would have said has no way into the prediction.
    @Test(arguments: HyperParameters.Fusion.allCases) func absentModalitiesAreMasked(fusion: HyperParameters.Fusion)
        throws
    {
        let complete = try Setup { $0.fusion = fusion }
        let lacking = try Setup({ $0.fusion = fusion }, absent: [2, 5])
        let all = try complete.network.forward(complete.batch, training: nil).outputs.doubles()
        let some = try lacking.network.forward(lacking.batch, training: nil)
        let outputs = try some.outputs.doubles()
        #expect(outputs.allSatisfy { $0.isFinite })
        #expect(try #require(some.embeddings.first).rows == [0, 1, 3, 4, 6, 7, 8, 9, 10, 11])
        for patient in 0..<12 {
            let same = (0..<4).allSatisfy { abs(all[patient * 4 + $0] - outputs[patient * 4 + $0]) <= 1e-5 }
            #expect(same == ![2, 5].contains(patient))
        }
    }

    /// What `linear_values` adds to an embedding is linear in the features that are gathered, weighed as its saliency says.
    @Test(arguments: [Embeddings.Role.shared, .specific]) func linearValuesAreGatheredAsSaliencySays(
        role: Embeddings.Role
    ) throws {
        let setup = try Setup { $0.linearValues = true }
        func embedding() throws -> EmbeddingOutput {
            let all = try setup.network.forward(setup.batch, training: nil).embeddings
            return try #require(all.first { $0.modality == "histology" && $0.role == role })
        }
        let parameters = setup.network.parameters
        let name = role == .shared ? "histology.shared.linear.weight" : "histology.specific.linear.weight"
        let weight = parameters.tensors[try #require(parameters.names.firstIndex(of: name))]
        let with = try embedding()
        let features = try #require(setup.batch.modalities[0]).values
        let gathered = try #require(with.saliency).unsqueezed(1).batchMatmul(features).squeezed(1)
        let expected = try gathered.matmul(weight.transposed())
        try weight.assign(weight * 0)
        let difference = try (with.vectors - embedding().vectors - expected).square().sum().item()
        #expect(try expected.square().sum().item() > 0.01)
        #expect(difference < 1e-8)
    }

    /// Gene sets that are the same for all patients are attended to by their keys alone, patches by what they hold.
    @Test(arguments: [true, false]) func anchorsKnowGeneSetsByTheirKeys(tokenKeys: Bool) throws {
        let setup = try Setup { $0.tokenKeys = tokenKeys }
        let parameters = setup.network.parameters
        func parameter(_ name: String) -> Tensor? {
            parameters.names.firstIndex(of: name).map { parameters.tensors[$0] }
        }
        #expect((parameter("genomics.token_keys") != nil) == tokenKeys)
        #expect((parameter("genomics.key.weight") != nil) == !tokenKeys)
        #expect(parameter("histology.key.weight") != nil)
        let keys = parameter("genomics.token_keys")
        if let keys { try keys.assign(TensorGenerator(seed: 3).normal(keys.shape)) }
        for embedding in try setup.network.forward(setup.batch, training: nil).embeddings
        where embedding.role == .specific {
            let attention = try #require(embedding.saliency)
            let first = try attention.narrowed(0, from: 0, count: 1)
            let differs = try (attention - first).abs().sum().item() > 1e-4
            #expect(differs == (embedding.modality == "histology" || !tokenKeys))
            guard let keys, embedding.modality == "genomics" else { continue }
            let anchors = try #require(parameter("genomics.anchors"))
            let scores = try keys.matmul(anchors.transposed()) / Double(keys.shape[1]).squareRoot()
            let wanted = try scores.softmax(0).mean(1).unsqueezed(0)
            #expect(try (first - wanted).abs().sum().item() < 1e-5)
        }
    }

    @Test func branchesCanBeSwitchedOff() throws {
        let sharedOnly = try Setup { $0.specific = false }
        #expect(!sharedOnly.network.parameters.names.contains { $0.contains("anchors") })
        let specificOnly = try Setup { $0.shared = false }
        #expect(!specificOnly.network.parameters.names.contains("prototypes"))
        let output = try specificOnly.network.forward(specificOnly.batch, training: TensorGenerator(seed: 1))
        #expect(output.terms.map(\.name) == ["apart"])
    }
}
