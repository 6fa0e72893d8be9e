import Results

/// The covariates in the order of a likelihood, each less its mean and, on request, over its standard deviation.
struct StandardisedDesign {
    let columns: LaneColumns
    let mean: [Double]
    /// With denominator n; 0 for a covariate that is the same for all patients.
    let deviation: [Double]
    /// What a centred covariate was multiplied by: 0 for a constant one, whose coefficient stays 0.
    let scale: [Double]

    /// - Throws: `StatisticsError.notANumber`, `.infinite`, naming column and row.
    init(_ covariates: Matrix, names: [String], order: [Int], standardizes: Bool) throws {
        let (rows, count) = (covariates.rows, covariates.columns)
        if let bad = covariates.values.firstIndex(where: { !$0.isFinite }) {
            let (row, column, value) = (bad / count, bad % count, covariates.values[bad])
            throw value.isNaN
                ? StatisticsError.notANumber(what: names[column], row: row)
                : StatisticsError.infinite(what: names[column], value: value, row: row)
        }
        var columns = LaneColumns(rows: rows, capacity: count)
        var (mean, deviation, scale) = ([Double](), [Double](), [Double]())
        covariates.values.withUnsafeBufferPointer { values in
            for column in 0..<count {
                var (sum, lowest, highest) = (0.0, Double.infinity, -Double.infinity)
                for row in 0..<rows {
                    let value = values[row * count + column]
                    sum += value
                    lowest = min(lowest, value)
                    highest = max(highest, value)
                }
                let centre = sum / Double(rows)
                var squares = 0.0
                for row in 0..<rows {
                    let value = values[row * count + column] - centre
                    squares += value * value
                }
                let spread = lowest == highest ? 0 : (squares / Double(rows)).squareRoot()
                let factor = spread == 0 ? 0 : standardizes ? 1 / spread : 1
                mean.append(centre)
                deviation.append(spread)
                scale.append(factor)
                columns.append { target in
                    for (position, row) in order.enumerated() {
                        target[position] = (values[row * count + column] - centre) * factor
                    }
                }
            }
        }
        self.columns = columns
        self.mean = mean
        self.deviation = deviation
        self.scale = scale
    }

    var varying: [Int] { scale.indices.filter { scale[$0] != 0 } }

    /// The linear predictors of coefficients of these columns.
    func predictor(_ coefficients: [Double]) -> [Double] {
        var lanes = LaneColumns.packed([Double](repeating: 0, count: columns.rows))
        for (column, value) in coefficients.enumerated() where value != 0 {
            columns.add(column, times: value, to: &lanes)
        }
        return lanes.unpacked(columns.rows)
    }
}

/// When a penalised fit has arrived.
///
/// The gradient may miss a condition of the optimum by at most a billionth of what it is by chance alone, the square
/// root of the number of events over n times the standard deviation of the covariate.
struct OptimumTolerance {
    static let relative = 1e-9
    static let iterations = 100

    /// For a covariate whose standard deviation, as the design has it, is 1.
    let unit: Double

    init(patients: Int, events: Int) {
        unit = Self.relative * Double(max(events, 1)).squareRoot() / Double(patients)
    }
}
