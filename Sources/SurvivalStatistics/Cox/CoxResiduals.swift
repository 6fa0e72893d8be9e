import Foundation
import Results

/// Residuals of a Cox model.
public struct CoxResiduals: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        /// Events seen less events expected, m = δ − Ĥ: from 1 down to −∞; above 0 where the event came earlier than
        /// predicted. They sum to 0 over each stratum.
        case martingale
        /// sign(m) √(−2 (m + δ log(δ − m))): the martingale residual made symmetric. Always below 0 for a censored
        /// patient who was at risk at an event.
        case deviance
        /// At each event, the patient's covariates less their mean in the risk set.
        case schoenfeld
        /// Schoenfeld's times the number of events and the covariance of the coefficients, plus the coefficients: their
        /// trend over time is that of the coefficient.
        case scaledSchoenfeld = "scaledschoenfeld"
        /// What each patient adds to the derivative of the log likelihood.
        case score
        /// Score times the covariance of the coefficients, and the patient's weight: about how much each coefficient would fall without the
        /// patient.
        case dfbeta
        /// The same over the coefficient's standard error.
        case dfbetas
    }

    public var kind: Kind
    /// The patient of each row: all in their order; for Schoenfeld's those with the event, by stratum, time and row.
    public var patients: [Int]
    /// Rows × 1 for martingale and deviance, else × covariates.
    public var values: Matrix
}

extension CoxModel {
    /// The residuals of a kind, under the tie rule of the fit. The covariance of the coefficients that scaled Schoenfeld
    /// residuals and dfbetas take is the inverse information, whatever the variance of the fit.
    ///
    /// After an exact fit, martingale and deviance residuals take Breslow's baseline, and there are no others. Nearly
    /// equal times count as one. After a fit with weights the sums are weighted as its own; a residual is that of one
    /// patient all the same, but for dfbeta and dfbetas (R's rule). O(n p) after one sort, O(n p²) where the covariance comes in.
    ///
    /// Source: Therneau, Grambsch and Fleming 1990, Biometrika 77:147; Schoenfeld 1982, Biometrika 69:239; Grambsch and
    /// Therneau 1994, Biometrika 81:515; agrees with R's `residuals.coxph`.
    ///
    /// - Parameters:
    ///   - outcome: that of the fit, as `covariates` and `strata`.
    /// - Throws: `StatisticsError.lengthsDiffer`; `ExactTiesError.noResiduals`.
    public func residuals(
        _ kind: CoxResiduals.Kind, _ outcome: Outcome, covariates: Matrix, strata: [Int]? = nil
    ) throws -> CoxResiduals {
        try StatisticsError.check(covariates.rows, "rows of covariates", patients: outcome.count)
        try StatisticsError.check(linearPredictor.count, "linear predictors", patients: outcome.count)
        let sets = try RiskSets.sets(outcome, strata: strata, takesEntry: true)
        let all = Array(0..<outcome.count)
        switch kind {
        case .martingale, .deviance:
            let values = perPatient(kind, outcome, sets)
            return CoxResiduals(
                kind: kind, patients: all, values: Matrix(rows: values.count, columns: 1, values: values))
        case .schoenfeld, .scaledSchoenfeld, .score, .dfbeta, .dfbetas:
            guard ties != .exact else { throw ExactTiesError.noResiduals(kind.rawValue) }
        }
        let centre = covariates.columnMeans
        if kind == .schoenfeld || kind == .scaledSchoenfeld {
            return schoenfeld(sets, covariates, centre, scaled: kind == .scaledSchoenfeld)
        }
        var values = ScoreResiduals(
            sets, covariates: covariates, means: centre, predictor: linearPredictor, ties: ties, weights: weights
        ).score
        if kind != .score {
            values.multiply(by: modelCovariance)
            if let weights {
                for row in 0..<values.rows {
                    for column in 0..<values.columns { values[row, column] *= weights[row] }
                }
            }
        }
        if kind == .dfbetas {
            let errors = terms.map(\.modelStandardError)
            for row in 0..<values.rows {
                for column in errors.indices { values[row, column] /= errors[column] }
            }
        }
        return CoxResiduals(kind: kind, patients: all, values: values)
    }

    private func perPatient(_ kind: CoxResiduals.Kind, _ outcome: Outcome, _ strata: [RiskSets]) -> [Double] {
        if outcome.entry != nil {
            let martingale = ScoreResiduals(
                strata, covariates: Matrix(rows: outcome.count, columns: 0, values: []), means: [],
                predictor: linearPredictor, ties: ties, weights: weights
            ).martingale
            guard kind == .deviance else { return martingale }
            return martingale.enumerated().map { row, residual in
                let event = outcome.event[row]
                return Self.deviance(event: event, logExpected: log((event ? 1 : 0) - residual))
            }
        }
        var values = [Double](repeating: 0, count: outcome.count)
        for sets in strata {
            let steps = HazardSteps(sets, predictor: linearPredictor, ties: ties, weights: weights)
            for (row, logExpected) in zip(sets.order, steps.logExpected(predictor: linearPredictor)) {
                values[row] =
                    kind == .martingale
                    ? (outcome.event[row] ? 1 : 0) - exp(logExpected)
                    : Self.deviance(event: outcome.event[row], logExpected: logExpected)
            }
        }
        return values
    }

    /// With m = δ − e, −2 (m + δ log(δ − m)) is 2e for censored patients and −2 (m + log(1 − m)) for events, whose
    /// terms cancel near m = 0; there its series 2 Σ mᵏ/k from k = 2 is used.
    private static func deviance(event: Bool, logExpected: Double) -> Double {
        let expected = exp(logExpected)
        guard event else { return -(2 * expected).squareRoot() }
        let m = 1 - expected
        if abs(m) < 0.01 {
            let sum = (2...9).reversed().reduce(0) { ($0 + 1 / Double($1)) * m }
            return m >= 0 ? (2 * sum * m).squareRoot() : -(2 * sum * m).squareRoot()
        }
        let square = -2 * (m + logExpected)
        return m > 0 ? square.squareRoot() : -square.squareRoot()
    }

    private func schoenfeld(
        _ strata: [RiskSets], _ covariates: Matrix, _ centre: [Double], scaled: Bool
    ) -> CoxResiduals {
        let size = terms.count
        var (patients, values) = ([Int](), [Double]())
        for sets in strata {
            // Back in time, so the rows of the stratum are turned round at its end.
            var (rows, entries) = ([Int](), [Double]())
            RiskSetSums.visit(
                sets, covariates: covariates, means: centre, predictor: linearPredictor, ties: ties,
                weights: weights
            ) { step in
                let events = sets.events(step.index)
                let mean = step.mean
                for row in sets.order[events].sorted(by: >) {
                    rows.append(row)
                    for column in (0..<size).reversed() {
                        entries.append(covariates[row, column] - centre[column] - mean[column])
                    }
                }
            }
            patients += rows.reversed()
            values += entries.reversed()
        }
        var matrix = Matrix(rows: patients.count, columns: size, values: values)
        if scaled {
            matrix.multiply(by: modelCovariance)
            for row in 0..<matrix.rows {
                for column in 0..<size {
                    matrix[row, column] = Double(events) * matrix[row, column] + terms[column].coefficient
                }
            }
        }
        return CoxResiduals(kind: scaled ? .scaledSchoenfeld : .schoenfeld, patients: patients, values: matrix)
    }
}

extension Matrix {
    fileprivate var columnMeans: [Double] {
        var sums = [Double](repeating: 0, count: columns)
        for row in 0..<rows {
            for column in 0..<columns { sums[column] += values[row * columns + column] }
        }
        return sums.map { $0 / Double(max(rows, 1)) }
    }

    /// Multiplies each row by a square matrix, from the right.
    fileprivate mutating func multiply(by other: Matrix) {
        var product = [Double](repeating: 0, count: columns)
        for row in 0..<rows {
            for column in 0..<columns {
                product[column] = (0..<columns).reduce(0) { $0 + values[row * columns + $1] * other[$1, column] }
            }
            for column in 0..<columns { values[row * columns + column] = product[column] }
        }
    }
}
