import Cohorts
import Results
import SurvivalNetworks
import Torch

/// Trains one model on some patients of a cohort.
struct Trainer {
    let model: any SurvivalModel
    let options: TrainingOptions
    /// From 1 in cross-validation, else 0; part of the seed.
    let fold: Int
    /// Called after every batch with the epoch (from 0, those of earlier members counted), the share of it that is done and
    /// the survival loss. What it throws ends the training.
    let observe: (_ epoch: Int, _ share: Double, _ loss: Double) throws -> Void

    /// - Parameters:
    ///   - cohort: with features kept in the precision to be trained in.
    ///   - training: rows of the cohort.
    /// - Returns: the model after the last epoch. When the loss stops being a number, the model as it was before that
    ///   batch, with the error in `TrainedModel.stopped`; members that were to come are not trained. The history is the
    ///   first member's.
    func train(on cohort: Cohort, training: [Int]) throws -> TrainedModel {
        guard !cohort.modalities.isEmpty else { throw PreparationError.noModalities }
        let outcome = cohort.outcome[training]
        guard outcome.eventCount > 0 else { throw PreparationError.noTrainingEvents }
        let preparations = try cohort.modalities.map { try ModalityPreparation(fitting: $0, training: training) }
        let data = TrainingData(
            inputs: try preparations.map { try $0.input(from: cohort) }, patients: training, outcome: outcome)
        // One stream per fold, so that no fold depends on how many draws another made.
        let seed = options.seed &* 1_000_003 &+ UInt64(fold)
        // Before the network, which may take hours: a model that cannot be fused is refused at once.
        let partner = try options.with.map {
            try LateFusion.Partner($0, data, seed: seed) { _ in try observe(0, 0, .nan) }
        }
        var fitted: any FittedSurvival
        var learned = Learned(history: TrainingHistory(fold: fold), warnings: preparations.flatMap(\.warnings))
        var memberCount = 1
        switch model.learning {
        case .fit(let fit): fitted = try fit(data, seed) { try observe(0, $0, .nan) }
        case .steps(let kind, let make):
            if kind == .cox, options.batch == .patients(1) { throw TrainingError.coxBatchOfOne }
            let loss = try kind.fitted(to: outcome)
            var members: [any FittedSurvival] = []
            for member in 0..<options.members where learned.stopped == nil {
                let generator = try TensorGenerator(seed: seed &+ UInt64(member) &* 10_007)
                let network = try make(data, loss.outputCount, generator)
                let one = try descend(
                    Run(network, loss, data, cohort, generator, options, fold: fold), after: member * options.epochs)
                if member == 0 { learned.history = one.history }
                learned.warnings += one.warnings.filter { !learned.warnings.contains($0) }
                learned.stopped = one.stopped
                members.append(try TrainedNetwork(network, loss: loss, data: data))
            }
            memberCount = members.count
            fitted = members.count == 1 ? members[0] : Ensemble(members)
        }
        if let partner { fitted = try LateFusion(fitted, with: partner, data) }
        let reference = try TrainedModel.Reference(trainingRisk: fitted.trainingRisk)
        if Double(reference.alike) > 0.8 * Double(training.count) {
            learned.warnings.append(
                "the model gives \(reference.alike) of \(training.count) training patients the same risk"
                    + model.learning.adviceOnEqualRisks)
        }
        return TrainedModel(
            model: model, options: options, precision: cohort.featurePrecision, fitted: fitted,
            members: memberCount,
            preparations: preparations, history: learned.history,
            warnings: learned.warnings, stopped: learned.stopped, reference: reference,
            outcome: outcome)
    }

    /// What a training leaves besides the model.
    private struct Learned {
        var history: TrainingHistory
        var warnings: [String] = []
        var stopped: TrainingError?
    }

    /// All epochs of a network, which come after so many of others.
    private func descend(_ run: Run, after before: Int) throws -> Learned {
        var stopped: TrainingError?
        do {
            let average = WeightAverage(of: run.network.parameters.tensors)
            for epoch in 0..<options.epochs {
                try runEpoch(epoch, run, after: before)
                if epoch >= options.epochs - options.average { try average.add() }
            }
            try average.install()
        } catch let error as TrainingError {
            guard case .notFinite = error else { throw error }
            stopped = error
        }
        return Learned(history: run.history, warnings: run.network.takeWarnings(), stopped: stopped)
    }

    /// What changes while a training goes on.
    private final class Run {
        let network: any SurvivalNetwork
        /// Rows of the cohort.
        let training: [Int]
        let outcome: Outcome
        let patients: [String]
        let inputs: [ModalityInput]
        let generator: TensorGenerator
        var history: TrainingHistory
        let descent: Descent

        init(
            _ network: any SurvivalNetwork, _ loss: SurvivalLoss, _ data: TrainingData, _ cohort: Cohort,
            _ generator: TensorGenerator, _ options: TrainingOptions, fold: Int
        ) {
            self.network = network
            descent = Descent(
                network, loss: loss, learningRate: options.learningRate, weightDecay: options.weightDecay)
            training = data.patients
            outcome = cohort.outcome
            patients = cohort.patients
            inputs = data.inputs.map { $0.readingAhead() }
            self.generator = generator
            history = TrainingHistory(fold: fold)
        }
    }

    private func runEpoch(_ epoch: Int, _ run: Run, after before: Int) throws {
        let updates = run.network.updates(epoch: epoch, of: options.epochs)
        let batches = try self.batches(of: run.training, run.generator)
        for input in run.inputs { input.expect(batches.flatMap { $0 }) }
        var survival = Mean()
        var terms: [(name: String, mean: Mean)] = []
        for (number, rows) in batches.enumerated() {
            let batch = try Batch(rows, of: run.inputs)
            for update in updates {
                let losses: Descent.Losses
                do {
                    losses = try run.descent.step(batch, run.outcome[rows], update, training: run.generator)
                } catch is Descent.NotFinite {
                    throw TrainingError.notFinite(epoch: epoch + 1, patients: rows.map { run.patients[$0] })
                }
                if let loss = losses.survival { survival.add(loss) }
                for (name, value) in losses.terms {
                    if let index = terms.firstIndex(where: { $0.name == name }) {
                        terms[index].mean.add(value)
                    } else {
                        terms.append((name, Mean(value)))
                    }
                }
            }
            try observe(before + epoch, Double(number + 1) / Double(batches.count), survival.last)
        }
        guard survival.count > 0 else { throw TrainingError.noEventSeen }
        run.history.survival.append(survival.value)
        for term in terms {
            if let index = run.history.terms.firstIndex(where: { $0.name == term.name }) {
                run.history.terms[index].values.append(term.mean.value)
            } else {
                // A term may begin later than the first epoch.
                let before = [Double](repeating: .nan, count: epoch)
                run.history.terms.append((term.name, before + [term.mean.value]))
            }
        }
        for index in run.history.terms.indices where run.history.terms[index].values.count <= epoch {
            run.history.terms[index].values.append(.nan)
        }
    }

    /// The training patients in random order, cut into batches whose sizes differ by one at most.
    private func batches(of training: [Int], _ generator: TensorGenerator) throws -> [[Int]] {
        let order = try generator.permutation(training.count).map { training[$0] }
        guard case .patients(let size) = options.batch, size < order.count else { return [order] }
        let count = (order.count + size - 1) / size
        return (0..<count).map { Array(order[$0 * order.count / count..<($0 + 1) * order.count / count]) }
    }
}

/// A running mean.
private struct Mean {
    private var sum = 0.0
    private(set) var count = 0
    private(set) var last = Double.nan

    init() {}

    init(_ first: Double) { add(first) }

    mutating func add(_ value: Double) {
        sum += value
        count += 1
        last = value
    }

    var value: Double { count > 0 ? sum / Double(count) : .nan }
}

extension Learning {
    /// What may help when the model tells hardly anybody apart.
    fileprivate var adviceOnEqualRisks: String {
        switch self {
        case .steps: "; a lower lr may help"
        case .fit: ": it found next to nothing to tell them apart by"
        }
    }
}
