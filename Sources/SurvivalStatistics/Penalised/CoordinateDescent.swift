/// Minimises a quadratic with an elastic-net penalty over a few columns, by cyclic coordinate descent,
///
///     −u·δ + ½ δᵀ G δ + λ Σ vⱼ (α |bⱼ + δⱼ| + ½ (1 − α) (bⱼ + δⱼ)²)
///
/// which is the penalised likelihood seen from coefficients b: u its gradient and G = Xᵀ H X/n its curvature, H being
/// what `PredictorLikelihood.Point.curvature` multiplies with. H X is formed once, in O(n) a column. With few columns G
/// is formed from it, and a step costs as many products as there are columns; with many, G δ is kept as the vector
/// H X δ and a step costs n.
struct CoordinateDescent {
    /// The columns of the design that take part.
    let working: [Int]
    private let design: LaneColumns
    private let curved: LaneColumns
    private let diagonal: [Double]
    private let gram: [Double]?
    private let patients: Double

    /// Up to so many columns G is formed.
    private static let mostGramColumns = 256
    private static let mostSweeps = 1000
    /// Sweeps over the columns in the model before the linear system that they solve is tried directly.
    private static let patience = 12

    init(_ working: [Int], design: LaneColumns, point: PredictorLikelihood.Point) {
        let patients = Double(design.rows)
        var curved = LaneColumns(rows: design.rows, capacity: working.count)
        for column in working {
            design.withColumn(column) { x in curved.append { point.curvature(times: x, into: $0) } }
        }
        if working.count <= Self.mostGramColumns {
            let products = design.products(working, with: curved).map { $0 / patients }
            diagonal = working.indices.map { products[$0 * working.count + $0] }
            gram = products
        } else {
            diagonal = working.indices.map { index in
                let column = LaneColumns.packed(Self.column(index, of: curved))
                return design.dot(working[index], column) / patients
            }
            gram = nil
        }
        self.working = working
        self.design = design
        self.curved = curved
        self.patients = patients
    }

    private static func column(_ index: Int, of columns: LaneColumns) -> [Double] {
        var values: [Double] = []
        columns.withColumn(index) { values = Array(UnsafeBufferPointer(start: $0, count: columns.rows)) }
        return values
    }

    /// The penalty of each working column: λ α v and λ (1 − α) v.
    struct Weights {
        var lasso: [Double]
        var ridge: [Double]
    }

    /// The minimum.
    ///
    /// - Parameters:
    ///   - start: b, by working column.
    ///   - score: u.
    ///   - tolerances: how far the gradient of the quadratic may miss its conditions, by working column.
    func minimum(from start: [Double], score: [Double], weights: Weights, tolerances: [Double]) -> [Double] {
        var state = State(coefficients: start, residual: Residual(score: score, patients: design.rows))
        var sweeps = 0
        while sweeps < Self.mostSweeps {
            sweeps += 1
            guard sweep(Array(working.indices), &state, weights, tolerances) > 1 else { break }
            let support = working.indices.filter { state.coefficients[$0] != 0 || weights.lasso[$0] == 0 }
            var inner = 0
            while sweeps < Self.mostSweeps {
                sweeps += 1
                inner += 1
                if sweep(support, &state, weights, tolerances) <= 1 { break }
                if inner % Self.patience == 0, solve(support, &state, weights, start: start, score: score) { break }
            }
        }
        return state.coefficients
    }

    /// u − G δ, of the working columns when G is known, else through u and the vector H X δ.
    private struct Residual {
        var values: [Double]
        var image: LaneColumns.Lanes

        init(score: [Double], patients: Int) {
            values = score
            image = LaneColumns.Lanes(repeating: .zero, count: (patients + 3) / 4)
        }
    }

    private struct State {
        var coefficients: [Double]
        var residual: Residual
    }

    /// One step for each of the columns; the largest change of a gradient, in tolerances.
    private func sweep(_ columns: [Int], _ state: inout State, _ weights: Weights, _ tolerances: [Double]) -> Double {
        var largest = 0.0
        for index in columns {
            let curvature = diagonal[index] + weights.ridge[index]
            // No curvature: what rounding leaves of a gradient would send the coefficient anywhere.
            guard curvature > 1e-14 * tolerances[index] else { continue }
            let old = state.coefficients[index]
            let residual: Double
            if gram != nil {
                residual = state.residual.values[index]
            } else {
                residual =
                    state.residual.values[index] - design.dot(working[index], state.residual.image) / patients
            }
            let target = residual + diagonal[index] * old
            let excess = abs(target) - weights.lasso[index]
            let new = excess <= 0 ? 0 : (target < 0 ? -excess : excess) / curvature
            let change = new - old
            guard change != 0 else { continue }
            state.coefficients[index] = new
            if let gram {
                let size = working.count
                gram.withUnsafeBufferPointer { gram in
                    state.residual.values.withUnsafeMutableBufferPointer { values in
                        for other in 0..<size { values[other] -= change * gram[index * size + other] }
                    }
                }
            } else {
                curved.add(index, times: change, to: &state.residual.image)
            }
            largest = max(largest, abs(change) * curvature / tolerances[index])
        }
        return largest
    }

    /// Solves for the coefficients of the support with the signs they have; false, with nothing changed, when a sign
    /// would not survive or the system is singular.
    private func solve(
        _ support: [Int], _ state: inout State, _ weights: Weights, start: [Double], score: [Double]
    ) -> Bool {
        guard let gram, !support.isEmpty else { return false }
        let size = working.count
        var matrix = [Double](repeating: 0, count: support.count * support.count)
        var right = [Double](repeating: 0, count: support.count)
        for (row, i) in support.enumerated() {
            for (column, j) in support.enumerated() {
                matrix[row * support.count + column] = gram[i * size + j]
            }
            matrix[row * support.count + row] += weights.ridge[i]
            // u + G b on the support, b being 0 elsewhere or part of the sum.
            var sum = score[i]
            for j in 0..<size where start[j] != 0 { sum += gram[i * size + j] * start[j] }
            right[row] = sum - (state.coefficients[i] < 0 ? -weights.lasso[i] : weights.lasso[i])
        }
        let factor = CholeskyFactor(matrix, size: support.count)
        guard factor.isDefinite else { return false }
        let solution = factor.solve(right)
        for (row, i) in support.enumerated() where weights.lasso[i] > 0 {
            guard solution[row] * state.coefficients[i] > 0 else { return false }
        }
        for (row, i) in support.enumerated() { state.coefficients[i] = solution[row] }
        for i in working.indices {
            var sum = score[i]
            for j in working.indices {
                sum -= gram[i * size + j] * (state.coefficients[j] - start[j])
            }
            state.residual.values[i] = sum
        }
        return true
    }
}
