import Results

/// A log likelihood with its gradient and information (minus the second derivatives) at one point.
struct LikelihoodPoint {
    var value: Double
    var gradient: [Double]
    var information: Matrix

    var isFinite: Bool {
        value.isFinite && gradient.allSatisfy(\.isFinite) && information.values.allSatisfy(\.isFinite)
    }
}

/// The maximum of a log likelihood, by Newton's method with step halving.
///
/// Where the information is not positive definite its diagonal is raised until it is, so that every step goes uphill. The
/// search ends when a step promises a gain of at most 1e-11 (1 + |value|); that step is still taken, and leaves an error
/// of its square. Parameters should be of order one: scale covariates first.
struct NewtonSearch {
    private enum Limit {
        static let gain = 1e-11
        static let halvings = 40
        /// A step that is still larger than this share of its parameter when the likelihood rests shows a likelihood
        /// without a maximum.
        static let unsettled = 1e-4
    }

    private(set) var parameters: [Double]
    private(set) var point: LikelihoodPoint
    private(set) var iterations = 0
    private(set) var converged = false

    /// - Parameters:
    ///   - stop: looks at the parameters before each step, and throws where to go on is of no use.
    ///   - progress: called with a number from 0 to 1 before each step; may throw to interrupt.
    /// - Precondition: the likelihood is finite at the start.
    init(
        from start: [Double], iterations limit: Int = 60, stop: ([Double]) throws -> Void = { _ in },
        progress: (Double) throws -> Void, evaluate: ([Double]) -> LikelihoodPoint
    ) throws {
        parameters = start
        point = evaluate(start)
        precondition(point.isFinite, "the likelihood is not finite where the search begins")
        while iterations < limit {
            try progress(Double(iterations) / Double(limit))
            try stop(parameters)
            iterations += 1
            var step = Self.ascent(point)
            let gain = zip(step, point.gradient).reduce(0) { $0 + $1.0 * $1.1 } / 2
            let isLast = gain <= Limit.gain * (1 + abs(point.value))
            var halvings = 0
            while true {
                let candidate = zip(parameters, step).map(+)
                let next = evaluate(candidate)
                // The last step may lose what rounding loses.
                let slack = isLast ? Limit.gain * (1 + abs(point.value)) : 0
                if next.isFinite && next.value >= point.value - slack {
                    (parameters, point) = (candidate, next)
                    break
                }
                halvings += 1
                guard halvings < Limit.halvings else {
                    // Nothing higher along the direction of ascent: this is the top as far as rounding tells.
                    converged = isLast
                    return
                }
                step = step.map { $0 / 2 }
            }
            if isLast {
                converged = true
                return
            }
        }
    }

    private static func ascent(_ point: LikelihoodPoint) -> [Double] {
        var information = point.information
        var factors = Factorization(information, tolerance: Factorization.coxTolerance)
        let size = information.rows
        var raised = 1e-6
        while !factors.dependentColumns.isEmpty {
            for index in 0..<size {
                let own = point.information[index, index]
                information[index, index] = own + raised * max(abs(own), 1)
            }
            factors = Factorization(information, tolerance: Factorization.coxTolerance)
            raised *= 10
        }
        return factors.solve(point.gradient)
    }

    /// The inverse information at the maximum, zero in rows and columns of parameters on which there is none.
    var covariance: Matrix { Factorization(point.information, tolerance: Factorization.coxTolerance).inverse() }

    /// Parameters that were still moving when the likelihood no longer did, or on which there is no information.
    var unsettled: [Int] {
        let step = Self.ascent(point)
        let dependent = Factorization(point.information, tolerance: Factorization.coxTolerance).dependentColumns
        return step.indices.filter {
            abs(step[$0]) > Limit.unsettled * max(1, abs(parameters[$0])) || dependent.contains($0)
        }
    }
}

/// What a reader of a regression fitted by `NewtonSearch` has to know.
public enum RegressionWarning: Sendable, Equatable, CustomStringConvertible {
    /// The likelihood grows as the coefficient does: its value and error mean nothing.
    case infiniteCoefficient(String)
    case notConverged(iterations: Int)

    public var description: String {
        switch self {
        case .infiniteCoefficient(let name):
            "the likelihood converged before the coefficient of \(name), which may be infinite; its value, standard "
                + "error and interval mean nothing"
        case .notConverged(let iterations):
            "the fit did not converge in \(iterations) iterations"
        }
    }
}

extension Factorization {
    /// The first column of a matrix of scaled sums of products that is a combination of those before it, with them.
    static func dependence(in matrix: Matrix) -> (column: Int, others: [Int])? {
        guard let column = Factorization(matrix, tolerance: 1e-11).dependentColumns.first else { return nil }
        let before = Matrix(
            rows: column, columns: column, values: (0..<column).flatMap { matrix[row: $0].prefix(column) })
        let weights = Factorization(before, tolerance: 1e-11).solve((0..<column).map { matrix[column, $0] })
        return (column, weights.indices.filter { abs(weights[$0]) > 1e-6 })
    }
}
