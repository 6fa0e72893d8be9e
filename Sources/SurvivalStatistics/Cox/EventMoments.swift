import Foundation
import Results

/// What the events of one time and stratum contribute to the gradient and information of a Cox model.
struct EventMoments {
    let time: Double
    let events: Int
    /// Sum over the events of x less its mean in the risk set: the Schoenfeld residuals of the time.
    let residual: [Double]
    /// Sum over the events of the covariance of x in the risk set.
    let information: Matrix

    /// By stratum, back in time, with the sums and tie rules of `PartialLikelihood`. O(n p²).
    static func all(
        _ strata: [RiskSets], covariates: Matrix, predictor: [Double], ties: CoxModel.Ties
    ) -> [EventMoments] {
        strata.flatMap { sets in
            var (shift, result) = (-Double.infinity, [EventMoments]())
            var total = WeightedSums(size: covariates.columns)
            for index in stride(from: sets.count - 1, through: 0, by: -1) {
                let block = sets.start[index]..<sets.start[index + 1]
                let largest = block.reduce(-.infinity) { max($0, predictor[sets.order[$1]]) }
                if largest > shift {
                    total.scale(by: exp(shift - largest))
                    shift = largest
                }
                for position in sets.censored(index) {
                    let row = sets.order[position]
                    total.add(covariates[row: row], weight: exp(predictor[row] - shift))
                }
                guard sets.eventCount[index] > 0 else { continue }
                var own = WeightedSums(size: covariates.columns)
                var observed = [Double](repeating: 0, count: covariates.columns)
                for position in sets.events(index) {
                    let row = sets.order[position]
                    own.add(covariates[row: row], weight: exp(predictor[row] - shift))
                    for (column, value) in covariates[row: row].enumerated() { observed[column] += value }
                }
                result.append(
                    EventMoments(
                        time: sets.time[index], events: sets.eventCount[index], observed: observed, total: total,
                        own: own, ties: ties))
                total.add(own)
            }
            return result
        }
    }

    private init(
        time: Double, events: Int, observed: [Double], total: WeightedSums, own: WeightedSums, ties: CoxModel.Ties
    ) {
        let size = observed.count
        let sums = TieSums(total: total.zeroth, own: own.zeroth, events: events, ties: ties)
        var information = Matrix(rows: size, columns: size, values: .init(repeating: 0, count: size * size))
        for row in 0..<size {
            for column in 0..<size {
                let (a, b) = (total.first, own.first)
                let entry = row * size + column
                information[row, column] =
                    sums.inverse * total.second[entry] + sums.steps * own.second[entry]
                    - sums.inverseSquare * a[row] * a[column]
                    - sums.stepsSquare * (a[row] * b[column] + b[row] * a[column])
                    - sums.squaredStepsSquare * b[row] * b[column]
            }
        }
        self.time = time
        self.events = events
        self.information = information
        residual = (0..<size).map { observed[$0] - sums.inverse * total.first[$0] - sums.steps * own.first[$0] }
    }
}

/// Σ w, Σ w x and Σ w x xᵀ.
private struct WeightedSums {
    var zeroth = 0.0
    var first: [Double]
    var second: [Double]

    init(size: Int) {
        first = [Double](repeating: 0, count: size)
        second = [Double](repeating: 0, count: size * size)
    }

    mutating func add(_ x: some Collection<Double>, weight: Double) {
        zeroth += weight
        let size = first.count
        for (row, a) in x.enumerated() {
            first[row] += weight * a
            for (column, b) in x.enumerated() { second[row * size + column] += weight * a * b }
        }
    }

    mutating func add(_ other: WeightedSums) {
        zeroth += other.zeroth
        for index in first.indices { first[index] += other.first[index] }
        for index in second.indices { second[index] += other.second[index] }
    }

    mutating func scale(by factor: Double) {
        zeroth *= factor
        for index in first.indices { first[index] *= factor }
        for index in second.indices { second[index] *= factor }
    }
}
