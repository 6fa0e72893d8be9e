import Foundation
import Results

/// The log likelihood of the logarithms of right-censored times in (intercept, coefficients of scaled covariates, log
/// scales), with its derivatives. O(n p²).
struct AcceleratedLikelihood {
    let distribution: AcceleratedDistribution
    let scaling: CovariateScaling
    let columns: Int
    let scaleCount: Int
    /// Σ log t over the events: what the likelihood of the times is less than that of their logarithms.
    let logTimes: Double

    private let logarithms: [Double]
    private let event: [Bool]
    /// Scaled covariates, row by row.
    private let rows: [Double]
    private let scaleOf: [Int]?

    init(
        _ outcome: Outcome, covariates: Matrix, scaling: CovariateScaling, distribution: AcceleratedDistribution,
        scaleOf: [Int]?, scaleCount: Int
    ) {
        let count = covariates.columns
        self.distribution = distribution
        self.scaling = scaling
        self.scaleOf = scaleOf
        self.scaleCount = scaleCount
        columns = count
        event = outcome.event
        logarithms = outcome.time.map { log($0) }
        logTimes = zip(logarithms, event).reduce(0) { $1.1 ? $0 + $1.0 : $0 }
        var rows = covariates.values
        for row in 0..<covariates.rows {
            for column in 0..<count {
                rows[row * count + column] = (rows[row * count + column] - scaling.mean[column]) * scaling.scale[column]
            }
        }
        self.rows = rows
    }

    private init(without likelihood: AcceleratedLikelihood) {
        distribution = likelihood.distribution
        scaling = likelihood.scaling
        scaleOf = likelihood.scaleOf
        scaleCount = likelihood.scaleCount
        event = likelihood.event
        logarithms = likelihood.logarithms
        logTimes = likelihood.logTimes
        columns = 0
        rows = []
    }

    /// The same patients, intercept and scales alone.
    var withoutCovariates: AcceleratedLikelihood { AcceleratedLikelihood(without: self) }

    /// An intercept and a scale to begin with: mean and deviation of the logarithms of time, the deviation 1 where it
    /// is 0 and never so small that a time is far out; or the best intercept where the scale is fixed, that of events
    /// over total time.
    var start: (intercept: Double, scale: Double) {
        let largest = logarithms.reduce(-.infinity, max)
        guard distribution.hasScale else {
            let total = logarithms.reduce(0) { $0 + exp($1 - largest) }
            let events = event.reduce(0.0) { $0 + ($1 ? 1 : 0) }
            return (largest + log(total) - log(events), 1)
        }
        let moments = Moments(logarithms)
        let deviation = moments.populationVariance.squareRoot()
        return (moments.mean, deviation > 0 ? max(deviation, (largest - moments.mean) / 30) : 1)
    }

    /// Σ x xᵀ of the scaled covariates.
    var products: Matrix {
        var result = Matrix(rows: columns, columns: columns, values: [Double](repeating: 0, count: columns * columns))
        for start in stride(from: 0, to: rows.count, by: max(columns, 1)) {
            for row in 0..<columns {
                for column in 0...row { result[row, column] += rows[start + row] * rows[start + column] }
            }
        }
        for row in 0..<columns {
            for column in 0..<row { result[column, row] = result[row, column] }
        }
        return result
    }

    func evaluate(_ parameters: [Double]) -> LikelihoodPoint {
        let scales = distribution.hasScale ? scaleCount : 0
        let size = 1 + columns + scales
        let sigma = distribution.hasScale ? parameters.suffix(scales).map { exp($0) } : [1]
        var value = 0.0
        var gradient = [Double](repeating: 0, count: size)
        var information = [Double](repeating: 0, count: size * size)
        rows.withUnsafeBufferPointer { rows in
            gradient.withUnsafeMutableBufferPointer { gradient in
                information.withUnsafeMutableBufferPointer { information in
                    for patient in logarithms.indices {
                        let first = patient * columns
                        var predictor = parameters[0]
                        for column in 0..<columns { predictor += parameters[1 + column] * rows[first + column] }
                        let stratum = scaleOf?[patient] ?? 0
                        let inverse = 1 / sigma[stratum]
                        let z = (logarithms[patient] - predictor) * inverse
                        let part = distribution.logarithm(z, isEvent: event[patient])
                        value += part.value
                        // Derivatives by the linear predictor and by log σ.
                        let slope = -part.first * inverse
                        let curvature = -part.second * inverse * inverse
                        gradient[0] += slope
                        information[0] += curvature
                        for row in 0..<columns {
                            let x = rows[first + row]
                            gradient[1 + row] += slope * x
                            let scaled = curvature * x
                            let start = (1 + row) * size
                            information[start] += scaled
                            for column in 0...row { information[start + 1 + column] += scaled * rows[first + column] }
                        }
                        guard scales > 0 else { continue }
                        if event[patient] { value += log(inverse) }
                        let index = 1 + columns + stratum
                        gradient[index] -= z * part.first + (event[patient] ? 1 : 0)
                        information[index * size + index] -= z * z * part.second + z * part.first
                        let cross = -(z * part.second + part.first) * inverse
                        information[index * size] += cross
                        for column in 0..<columns {
                            information[index * size + 1 + column] += cross * rows[first + column]
                        }
                    }
                }
            }
        }
        for row in 0..<size {
            for column in 0..<row { information[column * size + row] = information[row * size + column] }
        }
        return LikelihoodPoint(
            value: value, gradient: gradient, information: Matrix(rows: size, columns: size, values: information))
    }
}
