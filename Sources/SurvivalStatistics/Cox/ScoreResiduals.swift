import Foundation
import Results

/// What each patient contributes to the derivatives of the log partial likelihood, and their martingale residual.
///
/// With f, s = S₀ + f D₀ and the means m = (S₁ + f D₁)/s of `PartialLikelihood`, and φ = f at a patient's own event
/// and 1 at the events before,
///
///     martingale = δ − e^η Σ φ/s,    score = δ (x − mean of m at the event) − e^η Σ φ (x − m)/s
///
/// over the events from the patient's entry until their time. With weights, the sums and the shared terms are those of
/// `PartialLikelihood`, and the residuals are those of one patient, not yet times their weight. O(n p). Agrees with R's `residuals(fit, type = "martingale")` and
/// `"score"`.
struct ScoreResiduals {
    /// One per patient, in the order of the outcome; times the weights they sum to 0 over each stratum.
    private(set) var martingale: [Double]
    /// Patients × covariates; times the weights the columns sum to the gradient.
    private(set) var score: Matrix

    /// - Parameters:
    ///   - means: subtracted from the covariates; the residuals do not depend on them but their rounding does.
    ///   - predictor: η of each patient, up to a constant.
    init(
        _ strata: [RiskSets], covariates: Matrix, means: [Double], predictor: [Double], ties: CoxModel.Ties,
        weights: [Double]? = nil
    ) {
        martingale = [Double](repeating: 0, count: predictor.count)
        score = Matrix(
            rows: covariates.rows, columns: covariates.columns,
            values: [Double](repeating: 0, count: covariates.values.count))
        for sets in strata {
            let segments = RiskSegments(sets, predictor: sets.logHazards(predictor, weights))
            let x = CentredRows(covariates: covariates, means: means, order: sets.order)
            let steps = Self.steps(sets, segments, x, predictor, ties, weights)
            add(sets, segments, steps, x, predictor)
        }
    }

    /// The sums at one event time, over e^-shift where they are sums of 1/s.
    private struct Step {
        var sums: TieSums
        /// Σ m/s, Σ f m/s and the mean of m.
        var means: [Double]
        var ownMeans: [Double]
        var average: [Double]
    }

    /// Covariates less their means, by position in the sets.
    private struct CentredRows {
        let covariates: Matrix
        let means: [Double]
        let order: [Int]

        subscript(position: Int, column: Int) -> Double {
            covariates.values[order[position] * means.count + column] - means[column]
        }
    }

    private static func steps(
        _ sets: RiskSets, _ segments: RiskSegments, _ x: CentredRows, _ predictor: [Double], _ ties: CoxModel.Ties,
        _ weights: [Double]?
    ) -> [Step?] {
        let width = x.means.count
        let averages = weights.map(sets.meanEventWeights)
        let zero = [Double](repeating: 0, count: width)
        var steps = [Step?](repeating: nil, count: sets.count)
        var (shift, total, totalRow) = (0.0, 0.0, zero)
        func hazard(_ position: Int) -> Double {
            let row = sets.order[position]
            return exp(predictor[row] - shift) * (weights?[row] ?? 1)
        }
        func change(_ position: Int, _ sign: Double) {
            let hazard = sign * hazard(position)
            total += hazard
            for column in 0..<width { totalRow[column] += hazard * x[position, column] }
        }
        segments.goBack(begin: { (shift, total, totalRow) = ($0, 0, zero) }, change: change) { index in
            for position in sets.censored(index) { change(position, 1) }
            let events = sets.eventCount[index]
            guard events > 0 else { return }
            var (own, ownRow) = (0.0, zero)
            for position in sets.events(index) {
                let hazard = hazard(position)
                own += hazard
                for column in 0..<width { ownRow[column] += hazard * x[position, column] }
            }
            let plain = TieSums(total: total, own: own, events: events, ties: ties)
            var sums = plain
            if let averages { sums.scale(by: averages[index]) }
            func combined(_ p: Double, _ q: Double) -> [Double] {
                (0..<width).map { p * totalRow[$0] + q * ownRow[$0] }
            }
            steps[index] = Step(
                sums: sums, means: combined(sums.inverseSquare, sums.stepsSquare),
                ownMeans: combined(sums.stepsSquare, sums.squaredStepsSquare),
                average: combined(plain.inverse / Double(events), plain.steps / Double(events)))
            total += own
            for column in 0..<width { totalRow[column] += ownRow[column] }
        }
        return steps
    }

    private mutating func add(
        _ sets: RiskSets, _ segments: RiskSegments, _ steps: [Step?], _ x: CentredRows, _ predictor: [Double]
    ) {
        let width = x.means.count
        let zero = [Double](repeating: 0, count: width)
        var (martingale, values) = (self.martingale, score.values)
        // Not held twice while they change.
        (self.martingale, score.values) = ([], [])
        var (shift, cumulative, cumulativeRow) = (0.0, 0.0, zero)
        var atEntry = [Double](repeating: 0, count: sets.patients)
        var atEntryRow = [Double](repeating: 0, count: sets.entries == nil ? 0 : sets.patients * width)
        func expose(_ position: Int, _ own: Double, _ ownRow: [Double]) {
            let row = sets.order[position]
            let hazard = exp(predictor[row] - shift)
            let exposure = cumulative - atEntry[position] + own
            martingale[row] -= hazard * exposure
            for column in 0..<width {
                var mean = cumulativeRow[column] + ownRow[column]
                if !atEntryRow.isEmpty { mean -= atEntryRow[position * width + column] }
                values[row * width + column] -= hazard * (x[position, column] * exposure - mean)
            }
        }
        segments.goForward(
            begin: { (shift, cumulative, cumulativeRow) = ($0, 0, zero) },
            enter: { position in
                atEntry[position] = cumulative
                for column in 0..<width { atEntryRow[position * width + column] = cumulativeRow[column] }
            },
            reach: { index in
                if let step = steps[index] {
                    for position in sets.events(index) {
                        let row = sets.order[position]
                        martingale[row] += 1
                        for column in 0..<width {
                            values[row * width + column] += x[position, column] - step.average[column]
                        }
                        expose(position, step.sums.steps, step.ownMeans)
                    }
                    cumulative += step.sums.inverse
                    for column in 0..<width { cumulativeRow[column] += step.means[column] }
                }
                for position in sets.censored(index) { expose(position, 0, zero) }
            },
            leave: { position in
                expose(position, 0, zero)
                atEntry[position] = 0
                if !atEntryRow.isEmpty {
                    for column in 0..<width { atEntryRow[position * width + column] = 0 }
                }
            })
        self.martingale = martingale
        score.values = values
    }
}
