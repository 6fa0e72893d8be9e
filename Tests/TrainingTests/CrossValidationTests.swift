import Cohorts
import Results
import SurvivalNetworks
import SurvivalStatistics
import Testing
import TogetherApart

@testable import Training

@Suite struct CrossValidationTests {
    @Test func sameSeedSameBytesAnotherSeedOthers() throws {
        let cohort = try Samples.cohort()
        let first = try Samples.crossValidated(cohort)
        let again = try Samples.crossValidated(cohort)
        #expect(first.predictions == again.predictions)
        #expect(first.embeddings == again.embeddings)
        #expect(first.histories == again.histories)
        let other = try Samples.crossValidated(cohort, Samples.model(), Samples.options { $0.seed = 2 })
        #expect(first.predictions.risk != other.predictions.risk)
    }

    @Test func everyPatientIsPredictedByTheFoldThatHeldThemOut() throws {
        let cohort = try Samples.cohort()
        let result = try Samples.crossValidated(cohort)
        #expect(result.predictions.patients == cohort.patients)
        #expect(result.predictions.fold == (0..<40).map { $0 % 2 == 1 ? 1 : 2 })
        #expect(result.predictions.risk.allSatisfy { $0.isFinite })
        #expect(result.histories.map(\.fold) == [1, 2])
        // A fold does not depend on what else is trained.
        var alone = cohort
        alone.folds = Folds(folds: [try #require(cohort.folds).folds[0]])
        let single = try Samples.crossValidated(alone)
        let held = stride(from: 1, to: 40, by: 2)
        #expect(single.predictions.risk == held.map { result.predictions.risk[$0] })
    }

    /// What became of those held out, and what they look like to each other, must not reach their predictions.
    @Test(arguments: [LossKind.discrete(bins: 4), .cox])
    func nothingOfTheHeldOutReachesTraining(loss: LossKind) throws {
        var cohort = try Samples.cohort()
        cohort.folds = Folds(folds: [try #require(cohort.folds).folds[0]])
        let held = Set(stride(from: 1, to: 40, by: 2))
        let honest = try Samples.crossValidated(cohort, Samples.model(loss: loss))
        var tampered = cohort
        tampered.outcome = try Outcome(
            time: cohort.outcome.time.enumerated().map { held.contains($0) ? 0.001 * Double($0) : $1 },
            event: cohort.outcome.event.enumerated().map { held.contains($0) ? $0 % 4 == 1 : $1 })
        let blind = try Samples.crossValidated(tampered, Samples.model(loss: loss)).predictions
        #expect(blind.risk == honest.predictions.risk)
        // The longest follow-up of those held out is the last time; nothing else of theirs is there.
        let shared = honest.predictions.grid.dropLast()
        #expect(blind.grid.starts(with: shared))
        for row in 0..<20 {
            #expect(blind.survival[row: row].starts(with: honest.predictions.survival[row: row].dropLast()))
        }
        // Another held-out patient's features: only that patient's own prediction may change.
        var changed = cohort
        guard case .sets(var features, let sets) = changed.modalities[1].content,
            let name = features.table.names.first, case .numbers(var values)? = features.table[name]
        else {
            Issue.record("the simulated genomics is a table of gene sets")
            return
        }
        values[1] = 500
        features.table[name] = .numbers(values)
        changed.modalities[1].content = .sets(features, sets)
        let risk = try Samples.crossValidated(changed, Samples.model(loss: loss)).predictions.risk
        #expect(risk[0] != honest.predictions.risk[0])
        for index in risk.indices.dropFirst() {
            #expect(abs(risk[index] - honest.predictions.risk[index]) <= 1e-5)
        }
    }

    /// Survival is kept where it was learned to change, however long anybody else was followed.
    @Test func survivalIsKeptAtTheTrainingEventTimes() throws {
        var cohort = try Samples.cohort()
        let fold = try #require(cohort.folds).folds[0]
        cohort.folds = Folds(folds: [fold])
        var time = cohort.outcome.time
        time[1] = 100 * (time.max() ?? 0)
        cohort.outcome = try Outcome(time: time, event: cohort.outcome.event)
        let events = Set(fold.training.filter { cohort.outcome.event[$0] }.map { time[$0] })
        let longest = fold.training.map { time[$0] }.max() ?? 0
        let predictions = try Samples.crossValidated(cohort, Samples.model(loss: .cox)).predictions
        #expect(predictions.grid == Set(events + [0, longest, time[1]]).sorted())
        // Breslow's baseline steps at each of them.
        let curve = Array(predictions.survival[row: 0])
        let steps = zip(predictions.grid.dropFirst(), zip(curve, curve.dropFirst())).filter { $1.1 < $1.0 }.map(\.0)
        #expect(steps == events.sorted())
    }

    @Test func survivalFallsFromOneAndOrdersAsRiskDoes() throws {
        for loss in [LossKind.discrete(bins: 4), .cox] {
            let predictions = try Samples.crossValidated(Samples.cohort(), Samples.model(loss: loss)).predictions
            for row in predictions.patients.indices {
                let curve = Array(predictions.survival[row: row])
                #expect(curve[0] == 1 && curve.allSatisfy { $0 >= 0 && $0 <= 1 })
                #expect(zip(curve, curve.dropFirst()).allSatisfy { $0 >= $1 })
            }
            guard case .cox = loss else { continue }
            // One baseline per fold: a higher risk has the lower curve.
            let fold = predictions.fold.indices.filter { predictions.fold[$0] == 1 }
            for (a, b) in zip(fold, fold.dropFirst()) where predictions.risk[a] > predictions.risk[b] {
                #expect(predictions.survival[a, 5] <= predictions.survival[b, 5])
            }
        }
    }

    @Test func absentModalitiesAreNeitherNeededNorInvented() throws {
        var cohort = try Samples.cohort()
        for patient in stride(from: 0, to: 40, by: 5) { cohort.modalities[0].present[patient] = false }
        for patient in stride(from: 3, to: 40, by: 7) { cohort.modalities[1].present[patient] = false }
        let absentBoth = cohort.patients.indices.filter { patient in
            cohort.modalities.allSatisfy { !$0.present[patient] }
        }
        #expect(absentBoth == [10])
        for fusion in HyperParameters.Fusion.allCases {
            let result = try Samples.crossValidated(cohort, Samples.model { $0.fusion = fusion })
            #expect(result.predictions.patients.count == 39)
            #expect(result.predictions.risk.allSatisfy { $0.isFinite })
            let histology = try #require(result.embeddings.parts.first { $0.modality == "histology" })
            #expect(histology.rows.count == 32)
        }
    }

    @Test(arguments: HyperParameters.Schedule.allCases) func everyScheduleLearns(schedule: HyperParameters.Schedule)
        throws
    {
        let cohort = try Samples.cohort(patients: 80)
        let result = try Samples.crossValidated(
            cohort, Samples.model { $0.schedule = schedule }, Samples.options(epochs: 12) { $0.learningRate = 5e-3 })
        for history in result.histories {
            #expect(try #require(history.survival.last) < history.survival[0])
            #expect(history.survival.count == 12)
        }
    }

    @Test func anInterruptionReachesTheCaller() throws {
        struct Interrupted: Error {}
        #expect(throws: Interrupted.self) {
            try crossValidate(
                Samples.model(), on: Samples.cohort(patients: 200), options: Samples.options(epochs: 10_000)
            ) { _ in throw Interrupted() }
        }
    }

    /// Patients who all look the same get one risk, and it is said.
    @Test func aModelThatTellsNobodyApartIsWarnedOf() throws {
        var cohort = try Samples.cohort()
        var table = Table(rowCount: 40)
        table["centre"] = .numbers([Double](repeating: 7, count: 40))
        cohort.modalities = [
            Modality(
                name: "clinical", content: .table(FeatureTable(table: table)),
                present: [Bool](repeating: true, count: 40))
        ]
        let result = try Samples.crossValidated(cohort)
        #expect(Set(result.predictions.risk) == [0])
        let warning = "the model gives 20 of 20 training patients the same risk; a lower lr may help"
        #expect(result.warnings == ["every fold: \(warning)"])
        #expect(try Samples.crossValidated(Samples.cohort()).warnings.isEmpty)
    }

    /// A column that the training patients have no value of cannot be learned from, and that is said.
    @Test func columnsWithoutAValueInTrainingAreNamed() throws {
        var cohort = try Samples.cohort()
        var table = Table(rowCount: 40)
        table["age"] = .numbers((0..<40).map { Double(40 + $0) })
        table["stage"] = .labels([String?](repeating: nil, count: 40))
        // The second fold trains on the odd patients.
        table["size"] = .numbers((0..<40).map { $0 % 2 == 0 ? Double($0) : .nan })
        cohort.modalities = [
            Modality(
                name: "clinical", content: .table(FeatureTable(table: table)),
                present: [Bool](repeating: true, count: 40))
        ]
        let result = try Samples.crossValidated(cohort)
        #expect(
            result.warnings == [
                "fold 1: clinical: 1 column left out: without a value among the training patients (stage)",
                "fold 2: clinical: 2 columns left out: without a value among the training patients (stage, size)",
            ])
    }

    @Test func whatCannotBeTrainedIsRefused() throws {
        var cohort = try Samples.cohort()
        #expect(throws: TrainingError.coxBatchOfOne) {
            try Samples.crossValidated(
                cohort, Samples.model(loss: .cox), Samples.options { $0.batch = .patients(1) })
        }
        var eventless = cohort
        eventless.outcome = try Outcome(time: cohort.outcome.time, event: cohort.outcome.event.map { _ in false })
        let failure = #expect(throws: FoldFailure.self) { try Samples.crossValidated(eventless) }
        #expect(failure?.fold == 1 && failure?.error as? PreparationError == .noTrainingEvents)
        cohort.folds = nil
        #expect(throws: TrainingError.noFolds) { try Samples.crossValidated(cohort) }
    }

    /// Nobody whom the second fold learns from has genes.
    @Test func whatOneFoldLacksIsSaidOfThatFold() throws {
        var cohort = try Samples.cohort(patients: 12)
        let learned = try #require(cohort.folds).folds[1].training
        cohort.modalities[1].present = cohort.patients.indices.map { !learned.contains($0) }
        let failure = #expect(throws: FoldFailure.self) { try Samples.crossValidated(cohort) }
        #expect(failure?.errorDescription == "fold 2: no training patient has the modality genomics")
        #expect(failure?.recoverySuggestion == PreparationError.modalityAbsent("genomics").recoverySuggestion)
    }

    /// Features so large that activations overflow: the fold and the batch are named.
    @Test func aLossThatIsNoNumberEndsTheFold() throws {
        let cohort = try overflowing()
        let failure = try #require(throws: FoldFailure.self) { try Samples.crossValidated(cohort) }
        guard case TrainingError.notFinite(let epoch, let patients) = failure.error else {
            Issue.record("\(failure)")
            return
        }
        #expect(epoch == 1 && patients.contains { $0 == cohort.patients[4] || $0 == cohort.patients[5] })
        #expect(
            failure.errorDescription?.hasPrefix(
                "fold \(failure.fold): the loss or its gradient stopped being a number in epoch 1") == true)
    }

    @Test func trainKeepsTheLastGoodState() throws {
        let cohort = try overflowing()
        let trained = try train(Samples.model(), on: cohort, options: Samples.options(epochs: 4)) { _ in }
        guard case .notFinite? = trained.stopped else {
            Issue.record("the training was not stopped")
            return
        }
        let good = try Samples.cohort(seed: 3)
        #expect(try trained.predict(good).predictions.risk.allSatisfy { $0.isFinite })
    }

    /// Patients 4 and 5 have patches of 1e30, whose squares overflow.
    private func overflowing() throws -> Cohort {
        var cohort = try Samples.cohort()
        guard case .patches(let bags) = cohort.modalities[0].content else {
            Issue.record("patches come first")
            return cohort
        }
        let features = try cohort.patients.indices.map { patient in
            let bag = try bags.features(of: patient)
            return patient == 4 || patient == 5 ? bag.map { $0 * 1e30 } : bag
        }
        cohort.modalities[0].content = .patches(PatchBags(width: bags.width, features: features))
        return cohort
    }
}
