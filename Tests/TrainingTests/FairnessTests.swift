import Baselines
import Cohorts
import Results
import SurvivalNetworks
import SurvivalStatistics
import Testing
import TogetherApart
import Torch

@testable import Training

/// Whether anything of a fold's held-out patients reaches its training: changes them, trains again, and compares what is
/// predicted of one whom nothing was changed of.
struct LeakCheck {
    let model: any SurvivalModel
    /// One fold; its first held-out patient stays as they are.
    let cohort: Cohort
    /// Fused late with the model.
    var with: (any SurvivalModel)?

    enum Leak: Equatable {
        case outcomes, features(of: String)
    }

    func leaks() throws -> [Leak] {
        var leaks: [Leak] = []
        let honest = try risk(cohort)
        if try differs(risk(withOtherOutcomes()), honest) { leaks.append(.outcomes) }
        for index in cohort.modalities.indices {
            if try differs(risk(withOtherFeatures(of: index)), honest) {
                leaks.append(.features(of: cohort.modalities[index].name))
            }
        }
        return leaks
    }

    private var heldOut: [Int] { cohort.folds?.folds[0].validation ?? [] }

    /// Batches are evaluated together, so that the last digits may differ.
    private func differs(_ a: Double, _ b: Double) -> Bool { !(abs(a - b) <= 1e-5) }

    private func risk(_ cohort: Cohort) throws -> Double {
        try crossValidate(model, on: cohort, options: Samples.options { $0.with = with }) { _ in }.predictions.risk[0]
    }

    private func withOtherOutcomes() throws -> Cohort {
        var changed = cohort
        let held = Set(heldOut)
        changed.outcome = try Outcome(
            time: cohort.outcome.time.enumerated().map { held.contains($0) ? 0.01 * Double($0 + 1) : $1 },
            event: cohort.outcome.event.enumerated().map { held.contains($0) ? !$1 : $1 })
        return changed
    }

    private func withOtherFeatures(of modality: Int) throws -> Cohort {
        var changed = cohort
        let others = Set(heldOut.dropFirst())
        func moved(_ table: Table) -> Table {
            var table = table
            for name in table.names {
                guard case .numbers(var values)? = table[name] else { continue }
                for row in others { values[row] += 40 }
                table[name] = .numbers(values)
            }
            return table
        }
        switch cohort.modalities[modality].content {
        case .table(let features):
            changed.modalities[modality].content = .table(FeatureTable(table: moved(features.table)))
        case .sets(let features, let sets):
            changed.modalities[modality].content = .sets(FeatureTable(table: moved(features.table)), sets)
        case .patches(let bags):
            let features = try cohort.patients.indices.map { patient in
                let bag = try bags.features(of: patient)
                return others.contains(patient) ? bag.map { $0 + 40 } : bag
            }
            changed.modalities[modality].content = .patches(PatchBags(width: bags.width, features: features))
        }
        return changed
    }
}

/// Together-Then-Apart, but its weights know the mean of all patients' genes: what a scaling over the whole cohort does.
private struct LeakyModel: SurvivalModel {
    let inner = Samples.model()
    var name: String { "leaky" }
    var settings: [Predictions.Setting] { [] }
    var learning: Learning {
        guard case .steps(let loss, let make) = inner.learning else { preconditionFailure("a network learns by steps") }
        return .steps(loss) { data, outputs, generator in
            let network = try make(data, outputs, generator)
            guard case .sets(let values, _, _) = data.inputs[1].content,
                let weight = network.parameters.tensors.first
            else { return network }
            let mean = values.reduce(0, +) / Float(values.count)
            try weight.assign(weight.copied() * (1 + Double(mean)))
            return network
        }
    }
}

@Suite struct FairnessTests {
    private func oneFold(_ cohort: Cohort) throws -> Cohort {
        var cohort = cohort
        cohort.folds = Folds(folds: [try #require(cohort.folds).folds[0]])
        return cohort
    }

    @Test func thePlantedLeakIsFound() throws {
        let check = LeakCheck(model: LeakyModel(), cohort: try oneFold(Samples.cohort()))
        #expect(try check.leaks() == [.features(of: "genomics")])
    }

    @Test(arguments: HyperParameters.Schedule.allCases) func togetherThenApartLeaksNothing(
        schedule: HyperParameters.Schedule
    ) throws {
        for loss in [LossKind.discrete(bins: 4), .cox] {
            let model = Samples.model({ $0.schedule = schedule }, loss: loss)
            #expect(try LeakCheck(model: model, cohort: oneFold(Samples.cohort())).leaks() == [])
        }
    }

    @Test func lateFusionLeaksNothing() throws {
        let check = try LeakCheck(
            model: Samples.model(loss: .cox), cohort: oneFold(Samples.cohort(patients: 80)), with: PenalisedCox())
        #expect(try check.leaks() == [])
    }

    /// Patients whose table holds the planted factors themselves, so that there is much to learn.
    private func telling() throws -> Cohort {
        var cohort = try Samples.cohort(patients: 160)
        var table = Table(rowCount: 160)
        for name in cohort.table.names where name.hasPrefix("shared") || name.hasPrefix("genomics") {
            table[name] = cohort.table[name]
        }
        cohort.modalities = [
            Modality(
                name: "factors", content: .table(FeatureTable(table: table)),
                present: [Bool](repeating: true, count: 160))
        ]
        return cohort
    }

    private func concordanceWithinFolds(_ cohort: Cohort) throws -> Double {
        let options = Samples.options(epochs: 15) { $0.learningRate = 1e-2 }
        let predictions = try Samples.crossValidated(cohort, Samples.model(), options).predictions
        let folds = try [1, 2].map { fold in
            let rows = predictions.fold.indices.filter { predictions.fold[$0] == fold }
            return try concordance(predictions.outcome[rows], risk: rows.map { predictions.risk[$0] }).concordance
        }
        return (folds[0] + folds[1]) / 2
    }

    /// Outcomes dealt out anew have nothing to do with the features: concordance is ½, within four standard errors of a
    /// mean over deals, where the true outcomes give more.
    @Test func dealtOutcomesGiveAHalf() throws {
        let cohort = try telling()
        let honest = try concordanceWithinFolds(cohort)
        #expect(honest > 0.65, "\(honest)")
        var generator = SeededGenerator(seed: 4)
        let found = try (0..<12).map { _ in
            var dealt = cohort
            dealt.outcome = cohort.outcome[Array(cohort.patients.indices).shuffled(using: &generator)]
            return try concordanceWithinFolds(dealt)
        }
        let mean = found.reduce(0, +) / 12
        let deviation = (found.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 11).squareRoot()
        #expect(deviation > 0 && deviation < 0.15)
        #expect(abs(mean - 0.5) <= 4 * deviation / 12.0.squareRoot(), "\(mean)")
    }

    /// The mean of the weights over the last epochs: of one epoch it is the last, of several another model.
    @Test func averagedWeightsAreTheirMean() throws {
        let store = try ParameterStore(generator: TensorGenerator(seed: 1))
        let weight = try store.make("w", [2], .zeros)
        let average = WeightAverage(of: store.tensors)
        for value in [1.0, 2, 6] {
            try weight.assign(Tensor.ones([2]) * value)
            try average.add()
        }
        try average.install()
        #expect(try weight.doubles() == [3, 3])

        let cohort = try Samples.cohort()
        let last = try Samples.crossValidated(cohort)
        let mean = try Samples.crossValidated(cohort, Samples.model(), Samples.options { $0.average = 2 })
        #expect(last.predictions.risk != mean.predictions.risk)
    }
}
