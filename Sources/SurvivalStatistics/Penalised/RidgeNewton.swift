/// Follows the minimum of a Cox regression with a ridge penalty from one penalty to the next.
///
/// Newton steps whose linear systems are solved by conjugate gradients: a product with the curvature costs O(n) per
/// column, so that nothing of the size columns² is formed at every step. The preconditioner is the Cholesky factor of
/// an earlier step's curvature, renewed when it no longer helps.
///
/// With more penalised columns than patients the problem is first turned into one in as many columns as the patients
/// have dimensions (`PatientBasis`; no β outside their span can be optimal), so that 1,550 genes of 360 patients cost
/// what 360 columns do.
struct RidgeNewton {
    private let design: StandardisedDesign
    private let likelihood: PredictorLikelihood
    private let patients: Double
    /// Columns of the design that are fitted as they are.
    private let direct: [Int]
    /// Columns of the design that `basis` stands for.
    private let reduced: [Int]
    private let basis: PatientBasis?
    /// What is fitted: the direct columns, then those of the basis.
    private let columns: LaneColumns
    /// 1 where the penalty applies, 0 elsewhere.
    private let weights: [Double]
    private let tolerances: [Double]
    private var preconditioner: Preconditioner?
    private var values: [Double]
    private var predictor: LaneColumns.Lanes
    private(set) var point: PredictorLikelihood.Point

    /// A basis is worth its O(n³) up to so many patients.
    private static let mostReducedPatients = 2048
    /// Up to so many columns the curvature is factored; beyond, its diagonal has to do.
    private static let mostFactoredColumns = 1024
    /// Steps of conjugate gradients after which a factor counts as outdated.
    private static let patience = 12
    private static let mostSteps = 2000
    /// By how much conjugate gradients reduce the residual.
    private static let reduction = 1e-4

    private enum Preconditioner {
        case factor(CholeskyFactor)
        case diagonal([Double])
    }

    init(
        _ design: StandardisedDesign, likelihood: PredictorLikelihood, penalty: ElasticNet,
        tolerance: OptimumTolerance
    ) {
        let rows = design.columns.rows
        let varying = design.varying
        let shrunk = varying.filter { !penalty.unpenalised.contains($0) }
        let unit = zip(design.deviation, design.scale).map { max(tolerance.unit * $0 * $1, .leastNormalMagnitude) }
        let reduces = shrunk.count > rows && rows <= Self.mostReducedPatients
        direct = reduces ? varying.filter { penalty.unpenalised.contains($0) } : varying
        reduced = reduces ? shrunk : []
        basis = reduces ? PatientBasis(design.columns, columns: shrunk) : nil
        let rank = basis?.rank ?? 0
        var columns = LaneColumns(rows: rows, capacity: direct.count + rank)
        for column in direct {
            design.columns.withColumn(column) { x in columns.append { $0.update(from: x, count: rows) } }
        }
        if let basis { for column in 0..<rank { columns.append { basis.write(column, to: $0) } } }
        // The gradient by θ is a rotation of that by β, whose entries may each miss by their own tolerance.
        let squares = reduced.reduce(0) { $0 + unit[$1] * unit[$1] }
        let each = (squares / Double(max(reduced.count, 1)) / Double(max(rank, 1))).squareRoot()
        weights =
            direct.map { penalty.unpenalised.contains($0) ? 0 : 1 } + [Double](repeating: 1, count: rank)
        tolerances = direct.map { unit[$0] } + [Double](repeating: each, count: rank)
        self.columns = columns
        self.design = design
        self.likelihood = likelihood
        patients = Double(rows)
        values = [Double](repeating: 0, count: columns.count)
        let zeros = [Double](repeating: 0, count: rows)
        predictor = LaneColumns.packed(zeros)
        point = likelihood.evaluate(zeros)
    }

    /// Of the design's columns.
    var coefficients: [Double] {
        var result = [Double](repeating: 0, count: design.mean.count)
        for (index, column) in direct.enumerated() { result[column] = values[index] }
        if let basis {
            let theta = Array(values.dropFirst(direct.count))
            for (column, value) in zip(reduced, basis.coefficients(theta, design: design.columns)) {
                result[column] = value
            }
        }
        return result
    }

    /// Goes to the minimum for a penalty.
    mutating func minimise(lambda: Double, progress: () throws -> Void) throws -> NewtonEnd {
        var iterations = 0
        while true {
            try progress()
            let gradient = self.gradient(lambda)
            if zip(gradient, tolerances).allSatisfy({ abs($0) <= $1 }) {
                return NewtonEnd(iterations: iterations, converged: true)
            }
            guard iterations < OptimumTolerance.iterations, step(gradient, lambda: lambda) else {
                return NewtonEnd(iterations: iterations, converged: false)
            }
            iterations += 1
        }
    }

    /// Minus the gradient of the objective.
    private func gradient(_ lambda: Double) -> [Double] {
        let residual = LaneColumns.packed(point.residual)
        return values.indices.map {
            columns.dot($0, residual) / patients - lambda * weights[$0] * values[$0]
        }
    }

    private mutating func step(_ gradient: [Double], lambda: Double) -> Bool {
        let direction = newtonDirection(gradient, lambda: lambda)
        var change = LaneColumns.Lanes(repeating: .zero, count: predictor.count)
        for (column, value) in direction.enumerated() { columns.add(column, times: value, to: &change) }
        func cost(_ values: [Double]) -> Double {
            0.5 * lambda * values.indices.reduce(0) { $0 + weights[$1] * values[$1] * values[$1] }
        }
        let before = cost(values)
        let slope = -zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
        let rounding = 1e-14 * (abs(point.logLikelihood) / patients + before)
        var share = 1.0
        for _ in 0..<50 {
            let next = zip(values, direction).map { $0 + share * $1 }
            let moved = zip(predictor, change).map { $0 + share * $1 }
            let found = likelihood.evaluate(moved.unpacked(columns.rows))
            let rise = (point.logLikelihood - found.logLikelihood) / patients + cost(next) - before
            if rise <= 1e-4 * share * slope + rounding {
                values = next
                predictor = moved
                point = found
                return true
            }
            share /= 2
        }
        return false
    }

    // MARK: The linear system

    /// (Zᵀ H Z/n + λ V) times a vector.
    private func curvature(times vector: [Double], lambda: Double) -> [Double] {
        var image = LaneColumns.Lanes(repeating: .zero, count: predictor.count)
        for (column, value) in vector.enumerated() { columns.add(column, times: value, to: &image) }
        let before = image.unpacked(columns.rows)
        var after = before
        before.withUnsafeBufferPointer { before in
            after.withUnsafeMutableBufferPointer { after in
                if let v = before.baseAddress, let result = after.baseAddress {
                    point.curvature(times: v, into: result)
                }
            }
        }
        let lanes = LaneColumns.packed(after)
        return vector.indices.map {
            columns.dot($0, lanes) / patients + lambda * weights[$0] * vector[$0]
        }
    }

    private func freshPreconditioner(_ lambda: Double) -> Preconditioner {
        let all = Array(0..<columns.count)
        if columns.count <= Self.mostFactoredColumns {
            var curved = LaneColumns(rows: columns.rows, capacity: columns.count)
            for column in all {
                columns.withColumn(column) { x in curved.append { point.curvature(times: x, into: $0) } }
            }
            var matrix = columns.products(all, with: curved)
            for index in matrix.indices { matrix[index] /= patients }
            for column in all { matrix[column * columns.count + column] += lambda * weights[column] }
            return .factor(CholeskyFactor(matrix, size: columns.count))
        }
        var image = [Double](repeating: 0, count: columns.rows)
        return .diagonal(
            all.map { column in
                columns.withColumn(column) { x in
                    image.withUnsafeMutableBufferPointer { image in
                        if let result = image.baseAddress { point.curvature(times: x, into: result) }
                    }
                }
                let entry = columns.dot(column, LaneColumns.packed(image)) / patients + lambda * weights[column]
                return entry > 0 ? entry : 1
            })
    }

    /// The solution of (Zᵀ H Z/n + λ V) δ = `gradient`, by preconditioned conjugate gradients.
    private mutating func newtonDirection(_ gradient: [Double], lambda: Double) -> [Double] {
        var isFresh = false
        if case .factor? = preconditioner {
        } else {
            preconditioner = freshPreconditioner(lambda)
            isFresh = true
        }
        while true {
            let limit = isFresh ? Self.mostSteps : Self.patience
            let (solution, arrived) = conjugateGradients(gradient, lambda: lambda, limit: limit)
            if arrived || isFresh { return solution }
            preconditioner = freshPreconditioner(lambda)
            isFresh = true
        }
    }

    /// - Returns: the solution, and whether the residual fell as it should within the limit of steps. Short of that
    ///   the solution still leads downhill.
    private func conjugateGradients(
        _ gradient: [Double], lambda: Double, limit: Int
    ) -> (solution: [Double], arrived: Bool) {
        func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        var solution = [Double](repeating: 0, count: gradient.count)
        var residual = gradient
        var preconditioned = precondition(residual)
        var direction = preconditioned
        var size = product(residual, preconditioned)
        let goal = size * Self.reduction * Self.reduction
        for _ in 0..<limit {
            let image = curvature(times: direction, lambda: lambda)
            let curvature = product(direction, image)
            guard curvature > 0 else { return (solution, true) }
            let length = size / curvature
            for index in solution.indices {
                solution[index] += length * direction[index]
                residual[index] -= length * image[index]
            }
            preconditioned = precondition(residual)
            let next = product(residual, preconditioned)
            if next <= goal { return (solution, true) }
            for index in direction.indices {
                direction[index] = preconditioned[index] + next / size * direction[index]
            }
            size = next
        }
        return (solution, false)
    }

    private func precondition(_ vector: [Double]) -> [Double] {
        switch preconditioner {
        case .factor(let factor): factor.solve(vector)
        case .diagonal(let diagonal): zip(vector, diagonal).map(/)
        case nil: vector
        }
    }
}
