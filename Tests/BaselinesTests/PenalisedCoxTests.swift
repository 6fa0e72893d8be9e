import Baselines
import Cohorts
import Results
import SurvivalNetworks
import SurvivalStatistics
import Testing

@testable import Training

@Suite struct PenalisedCoxTests {
    private func folded(_ forms: [Form]) throws -> Cohort {
        var cohort = try plantedCohort(forms, patients: 90)
        cohort.folds = Folds(folds: [Folds.Fold(training: Array(0..<60), validation: Array(60..<90))])
        return cohort
    }

    @Test(arguments: [0.0, 0.5, 1.0], [[Form.columns], [.sets, .columns], [.patches, .sets], [.patches, .patches]])
    func findsThePlantedRisk(alpha: Double, forms: [Form]) throws {
        var model = PenalisedCox()
        model.alpha = alpha
        let result = try crossValidate(model, on: folded(forms), options: TrainingOptions()) { _ in }
        let predictions = result.predictions
        let found = try concordance(predictions.outcome, risk: predictions.risk).concordance
        #expect(found > 0.8, "\(found)")
        #expect(predictions.run.model == "cox")
        #expect(predictions.run.settings.map(\.name) == ["alpha", "lambda", "inner_folds"])
        #expect(result.histories.allSatisfy { $0.survival.isEmpty })
        for row in predictions.patients.indices {
            let curve = predictions.survival[row: row]
            #expect(curve.first == 1 && zip(curve, curve.dropFirst()).allSatisfy { $0 >= $1 })
        }
    }

    /// One table at a fixed penalty is the regression itself: the risk is its linear predictor, standardised.
    @Test func oneTableIsThePenalisedRegression() throws {
        let cohort = try folded([.columns])
        var model = PenalisedCox()
        model.penalty = .fixed(0.2)
        let predictions = try crossValidate(model, on: cohort, options: TrainingOptions()) { _ in }.predictions
        let training = Array(0..<60)
        let input = try ModalityPreparation(fitting: cohort.modalities[0], training: training).input(from: cohort)
        guard case .columns(let values, let columns) = input.content else {
            Issue.record("a table is columns")
            return
        }
        let width = columns.count
        let all = Matrix(rows: 90, columns: width, values: values.map(Double.init))
        let seen = Matrix(rows: 60, columns: width, values: values.prefix(60 * width).map(Double.init))
        let path = try CoxPath.fit(
            cohort.outcome[training], covariates: seen, names: (0..<width).map(String.init),
            penalty: ElasticNet(alpha: 0), lambdas: [0.2])
        let predictor = path.linearPredictor(all, at: 0)
        let mean = predictor.prefix(60).reduce(0, +) / 60
        let deviation = (predictor.prefix(60).reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 59).squareRoot()
        for (found, row) in zip(predictions.risk, 60..<90) {
            #expect(abs(found - (predictor[row] - mean) / deviation) <= 1e-9)
        }
    }

    /// Overfitted as the linear predictor of the training patients is, the survival of others is not told too low.
    @Test func survivalIsOfTheRightSize() throws {
        var (apart, count) = (0.0, 0.0)
        for seed in 1...4 as ClosedRange<UInt64> {
            var cohort = try plantedCohort([.columns], patients: 240, noise: 1, seed: seed)
            guard case .table(var features) = cohort.modalities[0].content else { preconditionFailure("a table") }
            var generator = SeededGenerator(seed: seed)
            for column in 0..<200 { features.table["n\(column)"] = .numbers((0..<240).map { _ in generator.normal() }) }
            cohort.modalities[0].content = .table(features)
            cohort.folds = Folds(folds: [Folds.Fold(training: Array(0..<120), validation: Array(120..<240))])
            let predictions = try crossValidate(PenalisedCox(), on: cohort, options: TrainingOptions()) { _ in }
                .predictions
            let curve = try kaplanMeier(cohort.outcome[Array(120..<240)])
            for (place, time) in predictions.grid.enumerated() where 0.3...0.7 ~= curve.survival(at: time) {
                apart += (0..<120).reduce(0) { $0 + predictions.survival[$1, place] } / 120 - curve.survival(at: time)
                count += 1
            }
        }
        #expect(abs(apart / count) < 0.02, "\(apart / count)")
    }

    @Test func patientsWhoLackAModalityAreJudgedByTheOther() throws {
        var cohort = try folded([.sets, .columns])
        for patient in stride(from: 0, to: 90, by: 7) { cohort.modalities[0].present[patient] = false }
        for patient in stride(from: 3, to: 90, by: 7) { cohort.modalities[1].present[patient] = false }
        let predictions = try crossValidate(PenalisedCox(), on: cohort, options: TrainingOptions()) { _ in }.predictions
        #expect(predictions.risk.allSatisfy { $0.isFinite })
        let found = try concordance(predictions.outcome, risk: predictions.risk).concordance
        #expect(found > 0.8, "\(found)")
    }

    @Test func tooFewEventsAreRefusedByName() throws {
        var cohort = try folded([.columns])
        cohort.outcome = try Outcome(
            time: cohort.outcome.time, event: cohort.patients.indices.map { $0 == 4 })
        let error = try #require(throws: BaselineError.self) {
            try crossValidate(PenalisedCox(), on: cohort, options: TrainingOptions()) { _ in }
        }
        #expect(
            error.errorDescription
                == "cox cannot take the modality columns1: the training patients who have it include 1 with the event, and "
                + "inner folds, which survival needs as well, need two")
        #expect(error.recoverySuggestion == "leave the modality out, or train on more patients")
    }

    @Test func anInterruptionReachesTheCaller() throws {
        struct Interrupted: Error {}
        #expect(throws: Interrupted.self) {
            try train(PenalisedCox(), on: folded([.sets, .columns]), options: TrainingOptions()) { _ in
                throw Interrupted()
            }
        }
    }

    /// Columns without any relation leave a lasso without covariates: everyone has one risk, and a warning says so.
    @Test func noRelationGivesOneRisk() throws {
        var cohort = try folded([.columns])
        var table = Table(rowCount: 90)
        table["constant"] = .numbers([Double](repeating: 1, count: 90))
        cohort.modalities[0].content = .table(FeatureTable(table: table))
        let result = try crossValidate(PenalisedCox(), on: cohort, options: TrainingOptions()) { _ in }
        #expect(result.predictions.risk.allSatisfy { $0 == 0 })
        #expect(
            result.warnings == [
                "fold 1: the model gives 60 of 60 training patients the same risk: it found next to nothing to tell them "
                    + "apart by"
            ])
    }
}
