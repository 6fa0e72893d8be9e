import Foundation
import Results

/// Each patient's part in the score of a model of subdistribution hazards, with what the patient does to it through the
/// estimate of the censoring: η + ψ of Fine & Gray's section 4. O(n p).
struct FineGrayScores {
    /// Patients × covariates, in the order of the risk sets; of covariates as given.
    private(set) var values: [Double]
    private let columns: Int

    /// Σ of the outer products of the patients' parts.
    var products: Matrix {
        var result = Matrix(
            rows: columns, columns: columns, values: [Double](repeating: 0, count: columns * columns))
        for start in stride(from: 0, to: values.count, by: columns) {
            for row in 0..<columns {
                for column in 0..<columns {
                    result.values[row * columns + column] += values[start + row] * values[start + column]
                }
            }
        }
        return result
    }

    /// - Parameters:
    ///   - covariates: patients × covariates in the order of the outcome, centred and scaled.
    ///   - predictor: β · x, in the order of the outcome.
    init(_ sets: FineGrayRiskSets, covariates: Matrix, predictor: [Double]) {
        let columns = covariates.columns
        self.columns = columns
        let shift = predictor.reduce(-.infinity, max)
        let relative = sets.order.map { exp(predictor[$0] - shift) }
        let rows = sets.order.flatMap { covariates[row: $0] }
        var scores = [Double](repeating: 0, count: rows.count)
        let zeros = [Double](repeating: 0, count: columns)
        var (left, leftRow) = (0.0, zeros)
        for index in 0..<sets.count {
            for position in sets.block(index) where sets.ending[position] == .other {
                let weight = relative[position] / sets.uncensored[index]
                left += weight
                for column in 0..<columns { leftRow[column] += weight * rows[position * columns + column] }
            }
        }
        // Back in time: the means of the risk sets, and what later events do to those who had another event and, through
        // G, to those who are censored.
        var hazards = [Double](repeating: 0, count: sets.count)
        var means = [Double](repeating: 0, count: sets.count * columns)
        var censorings = means
        var (total, totalRow) = (0.0, zeros)
        var (later, laterRow) = (0.0, zeros)
        for index in stride(from: sets.count - 1, through: 0, by: -1) {
            let remaining = sets.uncensored[index]
            for position in sets.block(index) {
                let hazard = relative[position]
                let isOther = sets.ending[position] == .other
                total += hazard
                if isOther { left -= hazard / remaining }
                for column in 0..<columns {
                    let x = rows[position * columns + column]
                    totalRow[column] += hazard * x
                    guard isOther else { continue }
                    leftRow[column] -= hazard / remaining * x
                    scores[position * columns + column] -= hazard / remaining * (x * later - laterRow[column])
                }
            }
            if sets.events[index] > 0 {
                let sum = total + remaining * left
                let hazard = Double(sets.events[index]) / sum
                hazards[index] = hazard
                later += remaining * hazard
                for column in 0..<columns {
                    let mean = (totalRow[column] + remaining * leftRow[column]) / sum
                    means[index * columns + column] = mean
                    laterRow[column] += remaining * hazard * mean
                }
            }
            guard sets.censored[index] > 0 else { continue }
            // q(u) / π(u), of events at u or later and of patients who had another event before u.
            let atRisk = Double(sets.atRisk(index))
            for column in 0..<columns {
                censorings[index * columns + column] = (leftRow[column] * later - left * laterRow[column]) / atRisk
            }
        }
        // Forward: the compensators.
        var (cumulative, cumulativeRow) = (0.0, zeros)
        var compensator = zeros
        for index in 0..<sets.count {
            cumulative += hazards[index]
            let share = Double(sets.censored[index]) / Double(sets.atRisk(index))
            for column in 0..<columns {
                cumulativeRow[column] += hazards[index] * means[index * columns + column]
                compensator[column] += share * censorings[index * columns + column]
            }
            for position in sets.block(index) {
                for column in 0..<columns {
                    let (x, place) = (rows[position * columns + column], index * columns + column)
                    var part = -relative[position] * (x * cumulative - cumulativeRow[column]) - compensator[column]
                    switch sets.ending[position] {
                    case .cause: part += x - means[place]
                    case .censored: part += censorings[place]
                    case .other: break
                    }
                    scores[position * columns + column] += part
                }
            }
        }
        values = scores
    }
}
