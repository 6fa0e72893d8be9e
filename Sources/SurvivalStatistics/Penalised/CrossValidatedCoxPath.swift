import Results

/// A path of penalised Cox regressions with the deviance of each in patients who took no part in its fit.
public struct CrossValidatedCoxPath: Sendable, Equatable {
    /// Which penalty of the path is chosen.
    public enum Rule: String, Sendable, CaseIterable {
        /// The one with the smallest cross-validated deviance.
        case minimum = "min"
        /// The largest whose deviance is within one standard error of the smallest.
        case oneStandardError = "se"
    }

    /// Of all patients.
    public var path: CoxPath
    /// The fold of each patient.
    public var folds: [Int]
    /// By penalty: the deviance per event, averaged over the folds with their events as weights.
    public var mean: [Double]
    /// The standard error of that mean over the folds.
    public var standardError: [Double]
    /// Of the models that were fitted without a fold.
    public var warnings: [PenalisedCoxWarning]

    /// Positions in the path.
    public var minimum: Int { mean.indices.min { mean[$0] < mean[$1] } ?? 0 }

    public var oneStandardError: Int {
        let bound = mean[minimum] + standardError[minimum]
        return mean.firstIndex { $0 <= bound } ?? minimum
    }

    public func index(_ rule: Rule) -> Int {
        switch rule {
        case .minimum: minimum
        case .oneStandardError: oneStandardError
        }
    }

    /// The path of all patients, and for each fold that of the other patients at the same penalties.
    ///
    /// With D(β) = 2 (ℓₛ − ℓ(β)) the deviance of some patients, fold k contributes
    ///
    ///     (D of all patients − D of those outside the fold, both at β₋ₖ) / events in the fold
    ///
    /// which unlike the deviance of the fold alone uses the risk sets of all patients. The mean over folds has the
    /// events as weights, and its error is √(Σ w (x − mean)² / Σ w / (folds − 1)).
    ///
    /// Source: Verweij and van Houwelingen 1993, Stat. Med. 12:2305; Simon et al. 2011, JSS 39(5). Agrees with R's
    /// `cv.glmnet(family = "cox", grouped = TRUE)` at given `lambda` and `foldid`.
    ///
    /// - Parameters: as those of `CoxPath.fit`, and
    ///   - folds: the fold of each patient, any numbers.
    /// - Throws: as `CoxPath.fit`; `PenalisedCoxError.fewFolds`, `.foldWithoutEvents`, `.foldWithAllEvents`;
    ///   `StatisticsError.lengthsDiffer` unless each patient has a fold.
    public static func fit(
        _ outcome: Outcome, covariates: Matrix, names: [String], penalty: ElasticNet = ElasticNet(), folds: [Int],
        lambdas: [Double]? = nil, count: Int = 100, strata: [Int]? = nil,
        progress: (Double) throws -> Void = { _ in }
    ) throws -> CrossValidatedCoxPath {
        try StatisticsError.check(folds.count, "folds", patients: outcome.count)
        let labels = Set(folds).sorted()
        guard labels.count > 1 else { throw PenalisedCoxError.fewFolds(labels.count) }
        for label in labels {
            let inside = folds.indices.reduce(0) { $0 + (folds[$1] == label && outcome.event[$1] ? 1 : 0) }
            guard inside > 0 else { throw PenalisedCoxError.foldWithoutEvents(label) }
            guard inside < outcome.eventCount else { throw PenalisedCoxError.foldWithAllEvents(label) }
        }
        let parts = Double(labels.count + 1)
        let path = try CoxPath.fit(
            outcome, covariates: covariates, names: names, penalty: penalty, lambdas: lambdas, count: count,
            strata: strata
        ) { try progress($0 / parts) }
        let judge = PathDeviance(try RiskSets.sets(outcome, strata: strata), ties: penalty.ties)
        var (deviances, weights, warnings) = ([[Double]](), [Double](), [PenalisedCoxWarning]())
        for (place, label) in labels.enumerated() {
            let rows = folds.indices.filter { folds[$0] != label }
            let (others, stratum) = (outcome[rows], strata.map { all in rows.map { all[$0] } })
            let fitted = try CoxPath.fit(
                others, covariates: covariates[rows: rows], names: names, penalty: penalty, lambdas: path.lambdas,
                strata: stratum
            ) { try progress((Double(place + 1) + $0) / parts) }
            warnings += fitted.warnings
            let without = PathDeviance(try RiskSets.sets(others, strata: stratum), ties: penalty.ties)
            let events = Double(outcome.eventCount - others.eventCount)
            weights.append(events)
            deviances.append(
                path.points.indices.map { index in
                    let predictor = fitted.linearPredictor(covariates, at: index)
                    return (judge(predictor) - without(rows.map { predictor[$0] })) / events
                })
        }
        let total = weights.reduce(0, +)
        let mean = path.points.indices.map { index in
            zip(weights, deviances).reduce(0) { $0 + $1.0 * $1.1[index] } / total
        }
        let standardError = path.points.indices.map { index in
            let squares = zip(weights, deviances).reduce(0.0) { sum, fold in
                let difference = fold.1[index] - mean[index]
                return sum + fold.0 * difference * difference
            }
            return (squares / total / Double(labels.count - 1)).squareRoot()
        }
        return CrossValidatedCoxPath(
            path: path, folds: folds, mean: mean, standardError: standardError, warnings: warnings)
    }

    /// Folds of equal size (to within one) in which events are equally frequent: those with events are shuffled and
    /// dealt out in turn, then the others, going on where the first ended. Numbered from 1.
    ///
    /// - Throws: `PenalisedCoxError.fewFolds`, `.foldCount` unless each fold can have an event;
    ///   `StatisticsError.noPatients`.
    public static func folds(
        _ outcome: Outcome, count: Int, using generator: inout SeededGenerator
    ) throws -> [Int] {
        guard outcome.count > 0 else { throw StatisticsError.noPatients }
        guard count > 1 else { throw PenalisedCoxError.fewFolds(count) }
        guard count <= outcome.eventCount else {
            throw PenalisedCoxError.foldCount(count, events: outcome.eventCount)
        }
        var folds = [Int](repeating: 0, count: outcome.count)
        var next = 0
        for event in [true, false] {
            for row in (0..<outcome.count).filter({ outcome.event[$0] == event }).shuffled(using: &generator) {
                folds[row] = next % count + 1
                next += 1
            }
        }
        return folds
    }
}

/// The deviance of given linear predictors.
private struct PathDeviance {
    private let likelihood: PredictorLikelihood

    init(_ sets: [RiskSets], ties: CoxModel.Ties) { likelihood = PredictorLikelihood(sets, ties: ties) }

    func callAsFunction(_ predictor: [Double]) -> Double {
        let point = likelihood.evaluate(likelihood.order.map { predictor[$0] })
        return 2 * (likelihood.saturated - point.logLikelihood)
    }
}
