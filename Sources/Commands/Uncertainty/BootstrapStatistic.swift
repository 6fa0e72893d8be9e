import CommandLanguage
import Results
import SurvivalStatistics

/// A statistic of patients that can be resampled.
struct BootstrapStatistic {
    enum Kind: String, CaseIterable {
        case cindex, uno, antolini, auc, ibs, brier, median, rmst, survival

        /// Of a risk, of predicted survival, or of the patients alone.
        var isOfRisk: Bool { self == .cindex || self == .uno || self == .auc }
        var isOfPrediction: Bool { self == .antolini || self == .ibs || self == .brier }
        var needsHorizon: Bool { [.auc, .ibs, .brier, .rmst, .survival].contains(self) }
        var takesHorizon: Bool { needsHorizon || self == .uno || self == .antolini }
    }

    let kind: Kind
    let outcome: Outcome
    /// The fold, from 1, in which each was held out; nil unless cross-validated and the statistic is of the model.
    let fold: [Int]?
    let columns: TableColumns
    /// Rows that have what the statistic needs.
    let usable: [Int]
    private let risk: [Double]
    private let survival: Matrix?
    private let grid: [Double]
    private let horizon: Double?

    init(_ arguments: Arguments, in context: Context) throws {
        guard let kind = Kind(rawValue: arguments.word("statistic")) else {
            preconditionFailure("the parameter allows the statistics' names only")
        }
        self.kind = kind
        let subjects = try Subjects(arguments, "x")
        outcome = subjects.outcome
        columns = subjects.columns
        fold = kind.isOfRisk || kind.isOfPrediction ? subjects.fold : nil
        horizon = arguments.optionalNumber("horizon")
        if arguments.has("horizon") && !kind.takesHorizon {
            throw arguments.error(at: "horizon", "statistic=\(kind.rawValue) has no horizon", help: "leave it out")
        }
        if kind.needsHorizon && horizon == nil {
            throw arguments.error(
                "statistic=\(kind.rawValue) needs horizon=", help: "a time in the cohort's unit, such as horizon=1825")
        }
        if arguments.has("risk") && !kind.isOfRisk {
            throw arguments.error(at: "risk", "statistic=\(kind.rawValue) is not of a risk", help: "leave it out")
        }
        if kind.isOfRisk {
            guard let all = try arguments.formula("risk")?.numbers(over: subjects.columns) ?? subjects.risk else {
                throw arguments.error(
                    "a cohort has no risk of its own", help: "say which column orders the patients: risk=age")
            }
            let known = all.indices.filter { !all[$0].isNaN }
            if known.count < all.count {
                context.note("\(counted(all.count - known.count, "patient")) left out: no risk")
            }
            (risk, usable) = (all, known)
        } else {
            risk = []
            usable = Array(0..<outcome.count)
        }
        guard kind.isOfPrediction else {
            (survival, grid) = (nil, [])
            return
        }
        let predicted = try PredictedSurvival(arguments)
        let end = horizon ?? 0
        switch kind {
        case .antolini: (survival, grid) = (predicted.predictions.survival, predicted.predictions.grid)
        case .ibs:
            let times = hundredths(of: end)
            (survival, grid) = (try predicted.survival(at: times), times)
        default: (survival, grid) = (try predicted.survival(at: [0, end]), [0, end])
        }
    }

    /// "C-index", "survival at 1825"
    var title: String {
        let time = horizon.map { formatNumber($0, digits: 6) } ?? ""
        return switch kind {
        case .cindex: "C-index" + (fold == nil ? "" : " within folds")
        case .uno: "Uno's C" + (horizon == nil ? "" : " to \(time)")
        case .antolini: "Antolini's C" + (fold == nil ? "" : " within folds")
        case .auc: "AUC at \(time)"
        case .ibs: "integrated Brier score to \(time)"
        case .brier: "Brier score at \(time)"
        case .median: "median survival"
        case .rmst: "restricted mean survival to \(time)"
        case .survival: "survival at \(time)"
        }
    }

    /// Of the patients at some rows, which may repeat; infinite for a median that is not reached.
    func value(_ rows: [Int]) throws -> Double {
        let part = outcome[rows]
        func risks() -> [Double] { rows.map { risk[$0] } }
        func strata() -> [Int]? { fold.map { fold in rows.map { fold[$0] } } }
        switch kind {
        case .cindex: return try concordance(part, risk: risks(), strata: strata()).concordance
        case .uno: return try unoConcordance(part, risk: risks(), horizon: horizon).concordance
        case .auc: return try dynamicAUC(part, risk: risks(), times: [horizon ?? 0]).auc[0]
        case .antolini:
            return try antoliniConcordance(
                part, survival: predicted(rows), grid: grid, horizon: horizon, strata: strata()
            ).concordance
        case .ibs: return try brierScore(part, survival: predicted(rows), times: grid).integrated
        case .brier: return try brierScore(part, survival: predicted(rows), times: grid).score[1]
        case .median: return try kaplanMeier(part).median ?? .infinity
        case .rmst: return try restrictedMean(part, horizon: horizon ?? 0).mean
        case .survival:
            let curve = try kaplanMeier(part)
            let last = curve.time.count - 1
            guard let horizon, horizon <= curve.time[last] || curve.survival[last] == 0 else {
                throw StatisticsError.horizon(self.horizon ?? 0, last: curve.time[last], group: nil)
            }
            return curve.survival(at: horizon)
        }
    }

    private func predicted(_ rows: [Int]) -> Matrix {
        guard let survival else { preconditionFailure("no survival was predicted") }
        return survival[rows: rows]
    }

    /// How much each of the patients moves the statistic: exactly, where influences are known, else by leaving each out.
    func influence(_ rows: [Int], progress: (Double) throws -> Void) throws -> [Double] {
        let part = outcome[rows]
        let strata = fold.map { fold in rows.map { fold[$0] } }
        switch kind {
        case .cindex:
            return centred(try concordanceInfluence(part, risk: rows.map { risk[$0] }, strata: strata).influence)
        case .antolini:
            return centred(
                try antoliniConcordance(
                    part, survival: predicted(rows), grid: grid, horizon: horizon, strata: strata
                ).influence)
        default:
            return try jackknifeInfluence(patients: rows.count, strata: strata, progress: progress) { left in
                try definedOrNaN(count: 1) { [try value(left.map { rows[$0] })] }[0]
            }
        }

        /// Patients are drawn within folds, whose sizes do not vary.
        func centred(_ influence: [Double]) -> [Double] {
            guard let strata else { return influence }
            var sums: [Int: (sum: Double, count: Double)] = [:]
            for (value, stratum) in zip(influence, strata) {
                let before = sums[stratum] ?? (0, 0)
                sums[stratum] = (before.sum + value, before.count + 1)
            }
            return zip(influence, strata).map { value, stratum in
                sums[stratum].map { value - $0.sum / $0.count } ?? value
            }
        }
    }
}
