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

    /// By stratum, back in time, with the sums, weights and tie rules of `PartialLikelihood`. O(n p²).
    static func all(
        _ strata: [RiskSets], covariates: Matrix, predictor: [Double], ties: CoxModel.Ties, weights: [Double]? = nil
    ) -> [EventMoments] {
        strata.flatMap { sets in
            let hazards = sets.logHazards(predictor, weights)
            return all(sets, covariates, hazards, ties, weights)
        }
    }

    /// - Parameter predictor: logarithms of the hazards, weights included, in the order of the sets.
    private static func all(
        _ sets: RiskSets, _ covariates: Matrix, _ predictor: [Double], _ ties: CoxModel.Ties, _ weights: [Double]?
    ) -> [EventMoments] {
        let averages = weights.map(sets.meanEventWeights)
        var (shift, result) = (0.0, [EventMoments]())
        var total = WeightedSums(size: covariates.columns)
        func change(_ position: Int, _ sign: Double) {
            total.add(covariates[row: sets.order[position]], weight: sign * exp(predictor[position] - shift))
        }
        RiskSegments(sets, predictor: predictor).goBack(
            begin: { (shift, total) = ($0, WeightedSums(size: covariates.columns)) }, change: change
        ) { index in
            for position in sets.censored(index) { change(position, 1) }
            guard sets.eventCount[index] > 0 else { return }
            var own = WeightedSums(size: covariates.columns)
            var observed = [Double](repeating: 0, count: covariates.columns)
            for position in sets.events(index) {
                let row = sets.order[position]
                own.add(covariates[row: row], weight: exp(predictor[position] - shift))
                for (column, value) in covariates[row: row].enumerated() {
                    observed[column] += value * (weights?[row] ?? 1)
                }
            }
            var sums = TieSums(total: total.zeroth, own: own.zeroth, events: sets.eventCount[index], ties: ties)
            if let averages { sums.scale(by: averages[index]) }
            result.append(
                EventMoments(
                    time: sets.time[index], events: sets.eventCount[index], observed: observed, total: total, own: own,
                    sums: sums))
            total.add(own)
        }
        return result
    }

    private init(
        time: Double, events: Int, observed: [Double], total: WeightedSums, own: WeightedSums, sums: TieSums
    ) {
        let size = observed.count
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

extension RiskSets {
    /// In the order of the sets the logarithms of the patients' hazards, weights included.
    func logHazards(_ predictor: [Double], _ weights: [Double]?) -> [Double] {
        guard let weights else { return order.map { predictor[$0] } }
        return order.map { predictor[$0] + log(weights[$0]) }
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
}
