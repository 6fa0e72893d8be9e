import Foundation
import Results

/// The sums over the risk set at one event time of one stratum, relative to e^shift: with f, s = S₀ + f D₀ and the
/// means m = (S₁ + f D₁)/s of `PartialLikelihood`.
struct RiskSetSums {
    /// Of the time in the stratum's risk sets.
    let index: Int
    let shift: Double
    /// The events of the time counting their mean weight each.
    let sums: TieSums
    /// Of all events of the time.
    private let eventWeight: Double
    private let totalRow: [Double]
    private let ownRow: [Double]

    /// Σ m/s over the events: times e^-shift, what the time adds to ∫ x̄ dH₀.
    var hazardMean: [Double] { combined(sums.inverseSquare, sums.stepsSquare) }

    /// Mean of m over the events.
    var mean: [Double] { combined(sums.inverse / eventWeight, sums.steps / eventWeight) }

    private func combined(_ p: Double, _ q: Double) -> [Double] { zip(totalRow, ownRow).map { p * $0 + q * $1 } }

    /// Calls `visit` for each event time of a stratum, from the last to the first. O(n p), without memory per time.
    ///
    /// - Parameters:
    ///   - covariates: with no columns where no means are wanted.
    ///   - means: subtracted from the covariates.
    ///   - predictor: η of each patient.
    static func visit(
        _ sets: RiskSets, covariates: Matrix, means: [Double], predictor: [Double], ties: CoxModel.Ties,
        weights: [Double]? = nil, _ visit: (RiskSetSums) -> Void
    ) {
        let width = means.count
        let zero = [Double](repeating: 0, count: width)
        let hazards = sets.logHazards(predictor, weights)
        let averages = weights.map(sets.meanEventWeights)
        var (shift, total, totalRow) = (0.0, 0.0, zero)
        func add(_ position: Int, _ sign: Double, _ sum: inout Double, _ row: inout [Double]) {
            let hazard = sign * exp(hazards[position] - shift)
            sum += hazard
            let first = sets.order[position] * width
            for column in 0..<width { row[column] += hazard * (covariates.values[first + column] - means[column]) }
        }
        RiskSegments(sets, predictor: hazards).goBack(
            begin: { (shift, total, totalRow) = ($0, 0, zero) },
            change: { add($0, $1, &total, &totalRow) }
        ) { index in
            for position in sets.censored(index) { add(position, 1, &total, &totalRow) }
            let events = sets.events(index)
            guard !events.isEmpty else { return }
            var (own, ownRow) = (0.0, zero)
            for position in events { add(position, 1, &own, &ownRow) }
            var sums = TieSums(total: total, own: own, events: events.count, ties: ties)
            if let averages { sums.scale(by: averages[index]) }
            visit(
                RiskSetSums(
                    index: index, shift: shift, sums: sums,
                    eventWeight: Double(events.count) * (averages?[index] ?? 1), totalRow: totalRow, ownRow: ownRow))
            total += own
            for column in 0..<width { totalRow[column] += ownRow[column] }
        }
    }
}

/// The steps of the baseline hazard of one stratum, one per event time, in ascending order, each relative to its
/// e^shift.
struct HazardSteps {
    let sets: RiskSets
    /// Of each event time in `sets`.
    let index: [Int]
    let shift: [Double]
    let sums: [TieSums]
    /// Σ m/s, event times × covariates.
    let hazardMeans: [Double]

    /// - Parameter covariates: those whose means are wanted, with what is subtracted from them; nil for none.
    init(
        _ sets: RiskSets, predictor: [Double], ties: CoxModel.Ties, weights: [Double]? = nil,
        covariates: (rows: Matrix, means: [Double])? = nil
    ) {
        var (index, shift, sums, means) = ([Int](), [Double](), [TieSums](), [Double]())
        RiskSetSums.visit(
            sets, covariates: covariates?.rows ?? Matrix(rows: predictor.count, columns: 0, values: []),
            means: covariates?.means ?? [], predictor: predictor, ties: ties, weights: weights
        ) { step in
            index.append(step.index)
            shift.append(step.shift)
            sums.append(step.sums)
            if covariates != nil { means += step.hazardMean.reversed() }
        }
        self.sets = sets
        self.index = index.reversed()
        self.shift = shift.reversed()
        self.sums = sums.reversed()
        hazardMeans = means.reversed()
    }

    /// For each time of the stratum the logarithm of H₀, −∞ before the first event.
    var logCumulativeHazard: [Double] {
        var result = [Double](repeating: -.infinity, count: sets.count)
        var (cumulative, step) = (0.0, 0)
        for time in 0..<sets.count {
            if step < index.count, index[step] == time {
                let factor = step > 0 ? exp(shift[step] - shift[step - 1]) : 0
                cumulative = cumulative * factor + sums[step].inverse
                step += 1
            }
            if step > 0 { result[time] = log(cumulative) - shift[step - 1] }
        }
        return result
    }

    /// For each patient of the stratum, in the order of `sets`, the logarithm of the events expected of them until
    /// their time, e^η Σ φ/s with φ = f at their own event; −∞ before the first event. Of patients observed from the
    /// start.
    func logExpected(predictor: [Double]) -> [Double] {
        var result = [Double](repeating: -.infinity, count: sets.patients)
        var (cumulative, step) = (0.0, 0)
        for time in 0..<sets.count {
            if step < index.count, index[step] == time {
                let factor = step > 0 ? exp(shift[step] - shift[step - 1]) : 0
                let exposure = log(cumulative * factor + sums[step].steps)
                for position in sets.events(time) {
                    result[position] = predictor[sets.order[position]] - shift[step] + exposure
                }
                cumulative = cumulative * factor + sums[step].inverse
                step += 1
            }
            guard step > 0 else { continue }
            for position in sets.censored(time) {
                result[position] = predictor[sets.order[position]] - shift[step - 1] + log(cumulative)
            }
        }
        return result
    }
}
