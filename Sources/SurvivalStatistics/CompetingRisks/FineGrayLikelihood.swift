import Foundation
import Results

/// The log pseudo-likelihood of subdistribution hazards with its gradient and information.
///
/// The risk set of an event at t has the patients followed to t with weight 1, and those who had another event before,
/// at Tⱼ, with weight G(t₋)/G(Tⱼ₋). Its sums are R + G(t₋) C with R over the former and C = Σ e^η/G(Tⱼ₋) (…) over the
/// latter, so one pass back in time has them all: R grows and C shrinks. C takes what R has had with at most 1/G times
/// the weight, so that what its subtractions lose is lost from R too. As for `PartialLikelihood`, the sums Σ x and
/// Σ x xᵀ over all risk sets are one weighted sum over the patients. All is held relative to e^max η. O(n p²).
struct FineGrayLikelihood {
    private let sets: FineGrayRiskSets
    /// Scaled covariates of the patients in the order of the sets.
    private let rows: PackedRows

    init(_ sets: FineGrayRiskSets, covariates: Matrix, scaling: CovariateScaling) {
        self.sets = sets
        rows = PackedRows(covariates, order: sets.order, scaling: scaling)
    }

    func evaluate(_ coefficients: [Double]) -> LikelihoodPoint {
        let predictor = rows.products(with: coefficients)
        let shift = predictor.reduce(-.infinity, max)
        let relative = predictor.map { exp($0 - shift) }
        var value = 0.0
        var score = PackedRows.Sum(rows)
        var means = PackedRows.SymmetricSum(rows)
        var (left, leftRow) = (0.0, PackedRows.Sum(rows))
        for index in 0..<sets.count {
            for position in sets.block(index) where sets.ending[position] == .other {
                let weight = relative[position] / sets.uncensored[index]
                left += weight
                leftRow.add(position, times: weight)
            }
        }
        // What the events add to the cumulative hazard, and what later events weigh for those who had another event.
        var hazards = [Double](repeating: 0, count: sets.count)
        var later = hazards
        var (total, totalRow) = (0.0, PackedRows.Sum(rows))
        var weighted = 0.0
        for index in stride(from: sets.count - 1, through: 0, by: -1) {
            let remaining = sets.uncensored[index]
            for position in sets.block(index) {
                let hazard = relative[position]
                total += hazard
                totalRow.add(position, times: hazard)
                if sets.ending[position] == .other {
                    left -= hazard / remaining
                    leftRow.add(position, times: -hazard / remaining)
                }
            }
            later[index] = weighted
            guard sets.events[index] > 0 else { continue }
            let events = Double(sets.events[index])
            let sum = total + remaining * left
            var row = totalRow
            row.add(leftRow, times: remaining)
            means.addProducts(row, row, events / (sum * sum), 0, 0)
            value -= events * (log(sum) + shift)
            hazards[index] = events / sum
            weighted += remaining * events / sum
            for position in sets.block(index) where sets.ending[position] == .cause {
                value += predictor[position]
                score.add(position, times: 1)
            }
        }
        var weights = relative
        var cumulative = 0.0
        for index in 0..<sets.count {
            cumulative += hazards[index]
            let beyond = later[index] / sets.uncensored[index]
            for position in sets.block(index) {
                weights[position] *= cumulative + (sets.ending[position] == .other ? beyond : 0)
                score.add(position, times: -weights[position])
            }
        }
        var squares = PackedRows.SymmetricSum(rows)
        squares.addSquares(from: 0, weights: weights)
        return LikelihoodPoint(value: value, gradient: score.values, information: squares.less(means))
    }
}
