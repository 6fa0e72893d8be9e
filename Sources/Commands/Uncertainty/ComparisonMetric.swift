import CommandLanguage
import Results
import SurvivalStatistics

/// What models can be compared by.
enum ComparisonMetric: String, CaseIterable {
    case cindex, uno, antolini, ibs, auc

    var name: String {
        switch self {
        case .cindex: "C-index"
        case .uno: "Uno's C"
        case .antolini: "Antolini's C"
        case .ibs: "integrated Brier score"
        case .auc: "AUC"
        }
    }

    var higherIsBetter: Bool { self != .ibs }
}

/// Judges all runs together in a fold, so that what their values share is kept.
struct ComparisonJudge {
    let metric: ComparisonMetric
    let outcome: Outcome
    /// For each run the risk of each patient, higher being worse.
    private let risk: [[Double]]
    /// For each run, patients × its own grid (`antolini`) or × the times judged (`ibs`).
    private let survival: [Matrix]
    private let grid: [[Double]]
    private let horizon: Double?
    private let times: [Double]
    private let resamples: Int

    init(_ metric: ComparisonMetric, _ runs: [Predictions], _ pairs: PairedPredictions, _ arguments: Arguments) throws {
        self.metric = metric
        outcome = pairs.outcome
        risk = zip(runs, pairs.rows).map { run, rows in rows.map { run.risk[$0] } }
        resamples = arguments.integer("resamples")
        horizon = arguments.optionalNumber("horizon")
        for (name, others) in [
            ("horizon", [ComparisonMetric.uno, .antolini, .ibs]), ("times", [.auc]), ("resamples", [.ibs, .auc]),
        ] where arguments.has(name) && !others.contains(metric) {
            throw arguments.error(
                at: name, "\(name)= is for metric=\(others.map(\.rawValue).joined(separator: ", "))",
                help: "leave it out with metric=\(metric.rawValue)")
        }
        switch metric {
        case .cindex, .uno:
            (survival, grid, times) = ([], [], [])
        case .auc:
            guard arguments.has("times") else {
                throw arguments.error("metric=auc needs times=", help: "such as times=[1825, 3650]")
            }
            (survival, grid, times) = ([], [], try arguments.times())
        case .antolini:
            times = []
            let predicted = try runs.map { try PredictedSurvival($0, at: "predictions", of: arguments).predictions }
            grid = predicted.map(\.grid)
            survival = zip(predicted, pairs.rows).map { run, rows in run.survival[rows: rows] }
        case .ibs:
            guard let horizon else {
                throw arguments.error("metric=ibs needs horizon=", help: "the end of the mean, in the cohort's unit")
            }
            let times = hundredths(of: horizon)
            self.times = times
            grid = []
            survival = try zip(runs, pairs.rows).map { run, rows in
                try PredictedSurvival(run, at: "predictions", of: arguments).survival(at: times, rows: rows)
            }
        }
    }

    /// Every run's value in the patients of a fold, with its variance.
    ///
    /// - Parameter undefined: told how many resamples had no value and were left out.
    /// - Throws: what the metric throws where it is not defined; `Interruption`.
    func folds(
        _ rows: [Int], using generator: inout SeededGenerator, progress: (Double) throws -> Void,
        undefined: (Int) -> Void
    ) throws -> [JudgedFold] {
        switch metric {
        case .cindex:
            return try risk.map { risk in
                JudgedFold(try concordanceInfluence(outcome[rows], risk: rows.map { risk[$0] }))
            }
        case .uno:
            return try risk.map { risk in
                JudgedFold(try unoInfluence(outcome[rows], risk: rows.map { risk[$0] }, horizon: horizon))
            }
        case .antolini:
            return try survival.indices.map { run in
                let judged = try antoliniConcordance(
                    outcome[rows], survival: survival[run][rows: rows], grid: grid[run], horizon: horizon
                ) { try progress((Double(run) + $0) / Double(survival.count)) }
                return JudgedFold(value: judged.concordance, deviations: judged.influence)
            }
        case .ibs, .auc:
            let values = try scores(rows)
            let resampled = try Resampler(patients: rows.count).resample(
                resamples, using: &generator, progress: progress
            ) { drawn in
                try definedOrNaN(count: values.count) { try scores(drawn.map { rows[$0] }) }
            }
            let holes = resampled.count { $0.contains(where: \.isNaN) }
            if holes > 0 { undefined(holes) }
            return try JudgedFold.folds(values, resampled: resampled)
        }
    }

    private func scores(_ rows: [Int]) throws -> [Double] {
        let part = outcome[rows]
        if metric == .auc {
            return try risk.map { risk in try dynamicAUC(part, risk: rows.map { risk[$0] }, times: times).mean }
        }
        return try survival.map { try brierScore(part, survival: $0[rows: rows], times: times).integrated }
    }
}

/// NaN in place of values that resampled patients do not have.
func definedOrNaN(count: Int, _ values: () throws -> [Double]) throws -> [Double] {
    do {
        return try values()
    } catch let error as StatisticsError where error.isForLackOfPatients {
        return [Double](repeating: .nan, count: count)
    }
}

extension StatisticsError {
    /// Whether other patients might have a value where these have none.
    var isForLackOfPatients: Bool {
        switch self {
        case .noComparablePair, .noEvents, .noCases, .evaluationTime, .horizon: true
        default: false
        }
    }
}
