import Foundation
import Results

/// How well vectors tell numbers by a linear rule, on patients whom the rule has not seen.
///
///     minimise Σ (y − a − xᵀβ)² + α ‖β‖²
///
/// Patients are divided into `folds`. For each of them the others are standardised and divided into five in turn (every
/// fifth patient); the penalty α out of 10⁻³, 10⁻²·⁵, …, 10⁵ with the least mean squared error there is taken, the rule
/// fitted again on all of them, and those held out are predicted. Agrees with scikit-learn's RidgeCV after
/// StandardScaler.
///
/// O(n·d² + d³) time for each fold and each of its inner ones.
struct RidgeProbe {
    static let penalties: [Double] = (-6...10).map { pow(10, Double($0) / 2) }
    static let innerFolds = 5

    /// Patients × targets: out-of-fold predictions.
    let predictions: Matrix
    /// By fold and target, the penalty taken.
    let penalties: [[Double]]

    /// - Parameters:
    ///   - vectors: patients × d.
    ///   - targets: patients × targets.
    ///   - folds: the fold of each patient, from 0; each has a patient, and all others together ten.
    init(_ vectors: Matrix, targets: Matrix, folds: [Int]) {
        var predictions = Matrix(
            rows: targets.rows, columns: targets.columns, values: [Double](repeating: .nan, count: targets.values.count)
        )
        var penalties: [[Double]] = []
        for fold in 0...(folds.max() ?? 0) {
            let training = folds.indices.filter { folds[$0] != fold }
            let heldOut = folds.indices.filter { folds[$0] == fold }
            let scale = Standardisation(of: vectors[rows: training])
            let x = scale.applied(to: vectors[rows: training])
            let y = targets[rows: training]
            let taken = Self.bestPenalties(x, y)
            penalties.append(taken)
            let fit = RidgePath(x, y)
            let unseen = scale.applied(to: vectors[rows: heldOut])
            for target in 0..<targets.columns {
                let values = fit.predictions(for: unseen, target: target, penalty: taken[target])
                for (row, value) in zip(heldOut, values) { predictions[row, target] = value }
            }
        }
        self.predictions = predictions
        self.penalties = penalties
    }

    /// For each target the penalty of least mean squared error over the inner folds; the smallest of equals.
    private static func bestPenalties(_ x: Matrix, _ y: Matrix) -> [Double] {
        var errors = [[Double]](
            repeating: [Double](repeating: 0, count: penalties.count), count: y.columns)
        for fold in 0..<innerFolds {
            let training = (0..<x.rows).filter { $0 % innerFolds != fold }
            let heldOut = (0..<x.rows).filter { $0 % innerFolds == fold }
            let fit = RidgePath(x[rows: training], y[rows: training])
            let unseen = x[rows: heldOut]
            for target in 0..<y.columns {
                for (index, penalty) in penalties.enumerated() {
                    let predicted = fit.predictions(for: unseen, target: target, penalty: penalty)
                    let squares = zip(heldOut, predicted).reduce(0) { sum, pair in
                        let error = y[pair.0, target] - pair.1
                        return sum + error * error
                    }
                    errors[target][index] += squares / Double(heldOut.count)
                }
            }
        }
        return errors.map { row in
            penalties[row.indices.min { row[$0] < row[$1] } ?? 0]
        }
    }
}

/// Columns less their mean, divided by their standard deviation (divisor n); a constant one is only centred.
private struct Standardisation {
    let means: [Double]
    let deviations: [Double]

    init(of matrix: Matrix) {
        let columns = (0..<matrix.columns).map { column in Moments((0..<matrix.rows).map { matrix[$0, column] }) }
        means = columns.map(\.mean)
        deviations = columns.map { column in
            let variance = column.populationVariance
            return variance > 1e-24 * max(1, column.mean * column.mean) ? variance.squareRoot() : 1
        }
    }

    func applied(to matrix: Matrix) -> Matrix {
        var result = matrix
        for row in 0..<matrix.rows {
            for column in 0..<matrix.columns {
                result[row, column] = (matrix[row, column] - means[column]) / deviations[column]
            }
        }
        return result
    }
}
