import Cohorts
import Dispatch
import Foundation
import Results
import SurvivalNetworks
import Synchronization
import Torch

/// How many folds are trained at once, with how many threads each.
struct FoldPlan: Equatable {
    let workers: Int
    /// By fold. Results depend on them, so each goes by the fold's own training patients; how many run at once is another thing.
    let threads: [Int]

    /// - Parameters:
    ///   - hasLargeBags: by fold, of the patients learned from.
    ///   - workers: as asked for; nil to choose.
    ///   - threads: of each fold, as asked for; nil to choose. When bags are small always 1; when large all processors,
    ///     shared among the workers that were asked for.
    init(hasLargeBags: [Bool], processors: Int, workers: Int?, threads: Int?) {
        let chosen = workers ?? (hasLargeBags.contains(true) ? 1 : max(1, processors / (threads ?? 1)))
        let count = min(chosen, hasLargeBags.count)
        self.workers = count
        self.threads = hasLargeBags.map { threads ?? ($0 ? max(1, processors / count) : 1) }
    }
}

/// Trains the folds of a cross-validation as a `FoldPlan` says.
///
/// Every fold has random numbers of its own and threads of its own, so the results do not depend on how many run at a
/// time. The caller's thread does none of the work: it waits, tells the progress and, when `observe` throws, calls the
/// workers off.
final class FoldWorkers: Sendable {
    /// What one fold's model says of all patients.
    struct FoldResult: Sendable {
        var risk: [Double]
        var survival: Matrix
        var parts: [Embeddings.Part]
        /// Of those held out only.
        var saliency: [Saliency.Part]
        var prototypes: [PrototypeUse.Part]
        var history: TrainingHistory
        var warnings: [String]
        var precision: FeaturePrecision
    }

    private struct State {
        var next = 0
        var results: [FoldResult?]
        var progress: [Double]
        var latest: TrainingProgress
        var failure: (fold: Int, error: any Error)?
        var isCalledOff = false
    }

    private struct CalledOff: Error {}

    private let model: any SurvivalModel
    private let cohort: Cohort
    private let options: TrainingOptions
    private let folds: [Folds.Fold]
    private let times: [Double]
    private let state: Mutex<State>

    init(model: any SurvivalModel, cohort: Cohort, options: TrainingOptions, folds: [Folds.Fold], times: [Double]) {
        self.model = model
        self.cohort = cohort
        self.options = options
        self.folds = folds
        self.times = times
        state = Mutex(
            State(
                results: [FoldResult?](repeating: nil, count: folds.count),
                progress: [Double](repeating: 0, count: folds.count),
                latest: TrainingProgress(
                    fold: 1, folds: folds.count, epoch: 0, epochs: options.epochs(of: model), fraction: 0, loss: .nan)))
    }

    /// The folds' results in their order.
    ///
    /// - Throws: what the first failing fold throws, with the fold's number where another might do, or what `observe` throws.
    func run(observe: (TrainingProgress) throws -> Void) throws -> [FoldResult] {
        let plan = FoldPlan(
            hasLargeBags: folds.map { cohort.hasLargeBags(among: $0.training) }, processors: TorchRuntime.processors,
            workers: options.workers, threads: options.threads)
        let group = DispatchGroup()
        for _ in 0..<plan.workers {
            group.enter()
            let thread = Thread {
                while let fold = self.take() {
                    TorchRuntime.setThreads(plan.threads[fold])
                    self.work(on: fold)
                }
                group.leave()
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
        var interruption: (any Error)?
        while group.wait(timeout: .now() + .milliseconds(50)) == .timedOut {
            guard interruption == nil else { continue }
            do {
                try observe(state.withLock { $0.latest })
            } catch {
                interruption = error
                state.withLock { $0.isCalledOff = true }
            }
        }
        if let interruption { throw interruption }
        return try state.withLock { state in
            if let failure = state.failure {
                throw FoldFailure(fold: failure.fold + 1, failure.error) ?? failure.error
            }
            return state.results.compactMap { $0 }
        }
    }

    private func take() -> Int? {
        state.withLock { state in
            guard state.next < folds.count, !state.isCalledOff, state.failure == nil else { return nil }
            state.next += 1
            return state.next - 1
        }
    }

    private func work(on index: Int) {
        do {
            let result = try train(index)
            state.withLock { $0.results[index] = result }
        } catch is CalledOff {
            return
        } catch {
            state.withLock { state in
                // The first fold in order is the one to report, whichever failed first.
                if (state.failure?.fold ?? Int.max) > index { state.failure = (index, error) }
            }
        }
    }

    private func train(_ index: Int) throws -> FoldResult {
        let trainer = Trainer(model: model, options: options, fold: index + 1) { epoch, share, loss in
            try self.tell(index, epoch, share, loss)
        }
        let training = folds[index].training
        let precision = try options.precision.resolved(for: model, on: cohort, learningFrom: training)
        let cohort = cohort.keepingFeatures(in: precision)
        let trained = try trainer.train(on: cohort, training: training)
        if let stopped = trained.stopped { throw stopped }
        // All patients are embedded, so that the folds' coordinates can be compared.
        let forecast = try trained.forecast(cohort, patients: Array(cohort.patients.indices), times: times)
        let heldOut = Set(folds[index].validation)
        return FoldResult(
            risk: forecast.risk, survival: forecast.survival, parts: forecast.parts,
            saliency: forecast.saliency.map { $0.keeping(heldOut) },
            prototypes: forecast.prototypes.map { $0.keeping(heldOut, fold: index + 1) },
            history: trained.history, warnings: trained.warnings, precision: precision)
    }

    private func tell(_ index: Int, _ epoch: Int, _ share: Double, _ loss: Double) throws {
        try state.withLock { state in
            if state.isCalledOff { throw CalledOff() }
            let epochs = options.epochs(of: model)
            state.progress[index] = (Double(epoch) + share) / Double(epochs)
            state.latest = TrainingProgress(
                fold: index + 1, folds: folds.count, epoch: epoch, epochs: epochs,
                fraction: state.progress.reduce(0, +) / Double(folds.count), loss: loss)
        }
    }
}

extension Saliency.Part {
    fileprivate func keeping(_ patients: Set<Int>) -> Saliency.Part {
        let kept = rows.indices.filter { patients.contains(rows[$0]) }
        return Saliency.Part(
            modality: modality, role: role, rows: kept.map { rows[$0] }, tokenNames: tokenNames,
            weights: kept.map { weights[$0] })
    }
}

extension PrototypeUse.Part {
    /// The mean cosine stays that over all patients.
    fileprivate func keeping(_ patients: Set<Int>, fold: Int) -> PrototypeUse.Part {
        let kept = rows.indices.filter { patients.contains(rows[$0]) }
        return PrototypeUse.Part(
            modality: modality, fold: fold, rows: kept.map { rows[$0] },
            occupancy: occupancy[rows: kept], tokenNames: tokenNames,
            given: given.isEmpty ? [] : kept.map { given[$0] }, cosine: cosine)
    }
}
