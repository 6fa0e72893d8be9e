import Foundation
import Results

/// What each patient contributes to the derivatives of the log partial likelihood, and their martingale residual.
///
/// With f, s = S₀ + f D₀ and the means m = (S₁ + f D₁)/s of `PartialLikelihood`, and φ = f at a patient's own event
/// and 1 at the events before,
///
///     martingale = δ − e^η Σ φ/s,    score = δ (x − mean of m at the event) − e^η Σ φ (x − m)/s
///
/// over the events until the patient's time. O(n p). Agrees with R's `residuals(fit, type = "martingale")` and
/// `"score"`.
struct ScoreResiduals {
    /// One per patient, in the order of the outcome; they sum to 0 over each stratum.
    private(set) var martingale: [Double]
    /// Patients × covariates; the columns sum to the gradient.
    private(set) var score: Matrix

    /// - Parameters:
    ///   - means: subtracted from the covariates; the residuals do not depend on them but their rounding does.
    ///   - predictor: η of each patient, up to a constant.
    init(_ strata: [RiskSets], covariates: Matrix, means: [Double], predictor: [Double], ties: CoxModel.Ties) {
        martingale = [Double](repeating: 0, count: predictor.count)
        score = Matrix(
            rows: covariates.rows, columns: covariates.columns,
            values: [Double](repeating: 0, count: covariates.values.count))
        for sets in strata { add(sets, covariates, means, predictor, ties) }
    }

    /// The sums at one event time, over e^-shift where they are sums of 1/s.
    private struct Step {
        var shift = 0.0
        var sums: TieSums
        /// Σ m/s, Σ f m/s and the mean of m.
        var means: [Double]
        var ownMeans: [Double]
        var average: [Double]
    }

    private mutating func add(
        _ sets: RiskSets, _ covariates: Matrix, _ means: [Double], _ predictor: [Double], _ ties: CoxModel.Ties
    ) {
        let width = means.count
        var steps = [Step?](repeating: nil, count: sets.count)
        // As in the likelihood, sums are held relative to e^shift, which follows the largest η.
        var (shift, total, totalRow) = (-Double.infinity, 0.0, [Double](repeating: 0, count: width))
        for index in stride(from: sets.count - 1, through: 0, by: -1) {
            let block = sets.start[index]..<sets.start[index + 1]
            let largest = block.reduce(-.infinity) { max($0, predictor[sets.order[$1]]) }
            if largest > shift {
                let factor = exp(shift - largest)
                total *= factor
                for column in 0..<width { totalRow[column] *= factor }
                shift = largest
            }
            var (own, ownRow) = (0.0, [Double](repeating: 0, count: width))
            for position in block {
                let row = sets.order[position]
                let hazard = exp(predictor[row] - shift)
                let isEvent = position < block.lowerBound + sets.eventCount[index]
                if isEvent { own += hazard } else { total += hazard }
                for column in 0..<width {
                    let value = hazard * (covariates.values[row * width + column] - means[column])
                    if isEvent { ownRow[column] += value } else { totalRow[column] += value }
                }
            }
            let events = sets.eventCount[index]
            if events > 0 {
                let sums = TieSums(total: total, own: own, events: events, ties: ties)
                func combined(_ p: Double, _ q: Double) -> [Double] {
                    (0..<width).map { p * totalRow[$0] + q * ownRow[$0] }
                }
                steps[index] = Step(
                    shift: shift, sums: sums, means: combined(sums.inverseSquare, sums.stepsSquare),
                    ownMeans: combined(sums.stepsSquare, sums.squaredStepsSquare),
                    average: combined(sums.inverse / Double(events), sums.steps / Double(events)))
            }
            total += own
            for column in 0..<width { totalRow[column] += ownRow[column] }
        }
        goForward(sets, steps, covariates, means, predictor)
    }

    private mutating func goForward(
        _ sets: RiskSets, _ steps: [Step?], _ covariates: Matrix, _ means: [Double], _ predictor: [Double]
    ) {
        let width = means.count
        var (shift, cumulative, cumulativeRow) = (0.0, 0.0, [Double](repeating: 0, count: width))
        for index in 0..<sets.count {
            let step = steps[index]
            if let step {
                let factor = cumulative > 0 ? exp(step.shift - shift) : 0
                for position in sets.events(index) {
                    let row = sets.order[position]
                    let hazard = exp(predictor[row] - step.shift)
                    let exposure = cumulative * factor + step.sums.steps
                    martingale[row] = 1 - hazard * exposure
                    for column in 0..<width {
                        let x = covariates.values[row * width + column] - means[column]
                        let mean = cumulativeRow[column] * factor + step.ownMeans[column]
                        score.values[row * width + column] =
                            x - step.average[column] - hazard * (x * exposure - mean)
                    }
                }
                cumulative = cumulative * factor + step.sums.inverse
                for column in 0..<width {
                    cumulativeRow[column] = cumulativeRow[column] * factor + step.means[column]
                }
                shift = step.shift
            }
            for position in sets.censored(index) where cumulative > 0 {
                let row = sets.order[position]
                let hazard = exp(predictor[row] - shift)
                martingale[row] = -hazard * cumulative
                for column in 0..<width {
                    let x = covariates.values[row * width + column] - means[column]
                    score.values[row * width + column] = -hazard * (x * cumulative - cumulativeRow[column])
                }
            }
        }
    }
}
