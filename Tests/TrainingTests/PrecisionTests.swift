import Cohorts
import Foundation
import Results
import SurvivalNetworks
import Testing
import TogetherApart
import Torch

@testable import Training

@Suite struct PrecisionTests {
    /// Bags of 300 × 8 values are small, those of 65,000 × 8 large.
    private func cohort(large: Bool) throws -> Cohort {
        var cohort = try Samples.cohort(patients: 4)
        if large {
            cohort.modalities[0].content = .patches(
                PatchBags(
                    width: 8,
                    features: [[Float](repeating: 0, count: 520_000)]
                        + [[Float]](repeating: [1, 2, 3, 4, 5, 6, 7, 8], count: 3)))
        }
        return cohort
    }

    private struct NoSteps: SurvivalModel {
        let name = "none"
        let settings: [Predictions.Setting] = []
        var learning: Learning { .fit { _, _, _ in throw TrainingError.noFolds } }
    }

    @Test func autoIsForLargeBagsAndProcessorsThatCan() throws {
        let (small, large) = (try cohort(large: false), try cohort(large: true))
        let model = Samples.model()
        for products in [true, false, nil] {
            #expect(
                try Precision.fp32.resolved(for: model, on: large, learningFrom: [0, 1, 2, 3], products: products)
                    == .fp32)
            #expect(
                try Precision.auto.resolved(for: model, on: small, learningFrom: [0, 1, 2, 3], products: products)
                    == .fp32)
            #expect(
                try Precision.auto.resolved(for: model, on: large, learningFrom: [0, 1, 2, 3], products: products)
                    == (products == true ? .bf16 : .fp32))
        }
        // Patient 0 has the large bag.
        #expect(try Precision.auto.resolved(for: model, on: large, learningFrom: [1, 2, 3], products: true) == .fp32)
        #expect(
            try Precision.bf16.resolved(for: model, on: small, learningFrom: [0, 1, 2, 3], products: true) == .bf16)
        // Nothing is multiplied in bfloat16 where there are no patches, nor in a fit of its own.
        var tables = large
        tables.modalities.removeFirst()
        for products in [true, false, nil] {
            #expect(
                try Precision.bf16.resolved(for: model, on: tables, learningFrom: [0, 1, 2, 3], products: products)
                    == .fp32)
            #expect(
                try Precision.bf16.resolved(for: NoSteps(), on: large, learningFrom: [0, 1, 2, 3], products: products)
                    == .fp32)
        }
    }

    /// A held-out patient's bag is large or not: what is learned from the others is the same, to the last bit.
    @Test func aHeldOutBagDecidesNothing() throws {
        func crossValidated(patches: Int) throws -> PredictionResult {
            var cohort = try Samples.cohort(patients: 12)
            guard case .patches(let bags) = cohort.modalities[0].content else { throw TrainingError.noFolds }
            var features = try (0..<12).map { try bags.features(of: $0) }
            features[0] = (0..<patches * 8).map { Float($0 % 13) - 6 }
            cohort.modalities[0].content = .patches(PatchBags(width: 8, features: features))
            let halves = [Array(0..<6), Array(6..<12)]
            cohort.folds = Folds(folds: [
                Folds.Fold(training: halves[1], validation: halves[0]),
                Folds.Fold(training: halves[0], validation: halves[1]),
            ])
            return try Samples.crossValidated(cohort, Samples.model(), Samples.options { $0.precision = .auto })
        }
        let (small, large) = (try crossValidated(patches: 20), try crossValidated(patches: 65_000))
        #expect(small.histories[0] == large.histories[0])
        // One of the folds learns from the large bag, in bfloat16 where the processor can.
        let precision = large.predictions.run.settings.first { $0.name == "precision" }?.value
        #expect(precision == (TorchRuntime.hasNarrowProducts == true ? "fp32 and bf16" : "fp32"))
    }

    @Test func whatTheProcessorCannotIsAnError() throws {
        let small = try cohort(large: false)
        for (products, expected) in [
            (
                Optional(false),
                "precision=bf16: this processor has no instructions for products in bfloat16 (AVX-512 BF16)"
            ), (nil, "precision=bf16: products in bfloat16 are the processor's, and tensors are made on a GPU"),
        ] {
            let error = #expect(throws: TrainingError.self) {
                try Precision.bf16.resolved(
                    for: Samples.model(), on: small, learningFrom: [0, 1, 2, 3], products: products)
            }
            #expect(error?.errorDescription == expected)
            #expect(error?.recoverySuggestion?.hasPrefix("use precision=fp32, or ") == true)
        }
    }

    @Test func bagsAreKeptInHalfTheMemory() throws {
        let cohort = try Samples.cohort()
        guard case .patches(let bags) = cohort.modalities[0].content,
            case .patches(let rounded) = cohort.keepingFeatures(in: .bf16).modalities[0].content
        else {
            Issue.record("the simulated histology is patches")
            return
        }
        #expect(cohort.featurePrecision == .fp32 && cohort.keepingFeatures(in: .bf16).featurePrecision == .bf16)
        for patient in cohort.patients.indices {
            let (plain, half) = (try bags.bag(of: patient), try rounded.bag(of: patient))
            #expect(half.count == plain.count && half.size * 2 == plain.size)
            for (value, found) in zip(plain.values, half.values) {
                #expect(abs(found - value) <= abs(value) * 0x1p-8 && found.bitPattern & 0xffff == 0)
            }
        }
        #expect(try rounded[[3, 1]].bag(of: 1).values == rounded.bag(of: 1).values)
    }
}

/// Where products in bfloat16 are to be had.
@Suite(.enabled(if: TorchRuntime.hasNarrowProducts == true)) struct NarrowTrainingTests {
    private let narrow = Samples.options(epochs: 3) { $0.precision = .bf16 }

    /// Bags of one to many patches, some of them alone.
    private func ragged() throws -> Cohort {
        var cohort = try Samples.cohort(patches: 64)
        guard case .patches(let bags) = cohort.modalities[0].content else { throw TrainingError.noFolds }
        cohort.modalities[0].content = .patches(
            PatchBags(
                width: 8,
                features: try cohort.patients.indices.map {
                    Array(try bags.features(of: $0).prefix(8 * ($0 % 3 == 0 ? 1 : 1 + $0 * 37 % 64)))
                }))
        return cohort
    }

    private func setting(_ result: PredictionResult) -> String? {
        result.predictions.run.settings.first { $0.name == "precision" }?.value
    }

    @Test func sameSeedSameBytesAndCloseToSinglePrecision() throws {
        for cohort in [try Samples.cohort(patches: 64), try ragged()] {
            let first = try Samples.crossValidated(cohort, Samples.model(), narrow)
            let again = try Samples.crossValidated(cohort, Samples.model(), narrow)
            #expect(first.predictions == again.predictions && first.embeddings == again.embeddings)
            #expect(first.histories == again.histories)
            let plain = try Samples.crossValidated(cohort, Samples.model(), Samples.options(epochs: 3))
            #expect(setting(first) == "bf16" && setting(plain) == "fp32")
            #expect(first.predictions.risk != plain.predictions.risk)
            for (a, b) in zip(first.histories, plain.histories) {
                for (x, y) in zip(a.survival, b.survival) { #expect(abs(x - y) <= 0x1p-6 * abs(y)) }
            }
            // Folds side by side or not.
            var one = narrow
            one.workers = 1
            #expect(try Samples.crossValidated(cohort, Samples.model(), one).predictions == first.predictions)
        }
    }

    @Test func predictionsAreInThePrecisionOfTheTraining() throws {
        let cohort = try ragged()
        let trained = try train(Samples.model(), on: cohort, options: narrow) { _ in }
        #expect(trained.precision == .bf16)
        let seen = try trained.predict(cohort)
        #expect(setting(seen) == "bf16")
        #expect(try trained.predict(cohort.keepingFeatures(in: .bf16)).predictions.risk == seen.predictions.risk)
        // What a bag holds below 8 bits has no part.
        var shaken = cohort
        guard case .patches(let bags) = cohort.modalities[0].content else { throw TrainingError.noFolds }
        shaken.modalities[0].content = .patches(
            PatchBags(
                width: 8,
                features: try cohort.patients.indices.map {
                    try bags.kept(in: .bf16).features(of: $0).map { $0 * 1.0005 }
                }))
        #expect(try trained.predict(shaken).predictions.risk == seen.predictions.risk)
    }

    @Test(arguments: HyperParameters.Schedule.allCases) func everyScheduleLearns(schedule: HyperParameters.Schedule)
        throws
    {
        let model = Samples.model {
            $0.schedule = schedule
            $0.planGradient = true
        }
        let result = try Samples.crossValidated(ragged(), model, narrow)
        #expect(result.predictions.risk.allSatisfy { $0.isFinite })
    }
}
