import Cohorts
import Foundation
import Results
import Testing

@testable import Training

@Suite struct FoldPlanTests {
    private func plan(_ large: [Bool], _ workers: Int?, _ threads: Int?) -> FoldPlan {
        FoldPlan(hasLargeBags: large, processors: 4, workers: workers, threads: threads)
    }

    @Test(
        arguments: [
            (false, nil, nil, 4, 1), (true, nil, nil, 1, 4), (true, 2, nil, 2, 2), (false, 2, nil, 2, 1),
            (false, 64, nil, 5, 1),
            (false, nil, 2, 2, 2), (true, nil, 3, 1, 3), (true, 8, 2, 5, 2),
        ] as [(Bool, Int?, Int?, Int, Int)])
    func smallBagsSideBySideLargeOnesOneByOne(
        large: Bool, workers: Int?, threads: Int?, expectedWorkers: Int, expectedThreads: Int
    ) {
        let plan = plan([Bool](repeating: large, count: 5), workers, threads)
        #expect(plan.workers == expectedWorkers)
        #expect(plan.threads == [Int](repeating: expectedThreads, count: 5))
    }

    /// What only another fold learns from gives a fold no threads.
    @Test func threadsOfAFoldGoByWhatItLearnsFrom() {
        #expect(plan([false, true, true], nil, nil).threads == [1, 4, 4])
        #expect(plan([false, true, true], 2, nil).threads == [1, 2, 2])
        #expect(plan([false, true, true], nil, nil).workers == 1)
    }

    @Test func mappedFeaturesTrainAsThoseInMemory() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("training-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        var cohort = try Cohort.simulated(
            SimulationParameters(patients: 40, patches: 5, features: 8, sets: 6, genes: 4, seed: 1),
            folder: folder.path)
        cohort.folds = try Samples.cohort().folds
        let streamed = try Samples.crossValidated(cohort)
        let cached = try cohort.withCachedFeatures(writing: true)
        #expect(cached.notes.count == 1)
        #expect(try Samples.crossValidated(cached.cohort).predictions == streamed.predictions)
        var memory = cohort
        guard case .patches(let bags) = cohort.modalities[0].content else {
            Issue.record("patches come first")
            return
        }
        memory.modalities[0].content = .patches(
            PatchBags(width: bags.width, features: try (0..<40).map { try bags.features(of: $0) }))
        #expect(try Samples.crossValidated(memory).predictions == streamed.predictions)
    }

    /// A patient with one patch beside one with 200,000.
    @Test func bagsOfAllSizesTrain() throws {
        var cohort = try Samples.cohort(patients: 8)
        guard case .patches(let bags) = cohort.modalities[0].content else {
            Issue.record("patches come first")
            return
        }
        var generator = SeededGenerator(seed: 3)
        var features = try (0..<8).map { try bags.features(of: $0) }
        features[0] = Array(features[0].prefix(8))
        features[1] = (0..<200_000 * 8).map { _ in Float(generator.normal()) }
        cohort.modalities[0].content = .patches(PatchBags(width: 8, features: features))
        for batch in [TrainingOptions.BatchSize.patients(1), .patients(4)] {
            let result = try Samples.crossValidated(
                cohort, Samples.model(), Samples.options(epochs: 2) { $0.batch = batch })
            #expect(result.predictions.risk.count == 8 && result.predictions.risk.allSatisfy { $0.isFinite })
        }
    }
}
