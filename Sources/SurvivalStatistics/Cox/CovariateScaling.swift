import Results

/// The centre and spread of each covariate, which keep the sums of a Cox fit well conditioned.
struct CovariateScaling {
    let mean: [Double]
    /// One over the mean absolute deviation.
    let scale: [Double]
    /// The mean, or 0 for a covariate that only has the values −1, 0 and 1: the reference of R's linear predictors.
    let referenceMeans: [Double]

    /// - Parameter weights: of the patients in the means.
    /// - Throws: `CoxError.constantColumns`; `StatisticsError.notANumber`, `.infinite`, naming column and row.
    init(_ covariates: Matrix, names: [String], weights: [Double]? = nil) throws {
        let (rows, columns, values) = (covariates.rows, covariates.columns, covariates.values)
        var sum = [Double](repeating: 0, count: columns)
        var lowest = [Double](repeating: .infinity, count: columns)
        var highest = [Double](repeating: -.infinity, count: columns)
        var isIndicator = [Bool](repeating: true, count: columns)
        for row in 0..<rows {
            for column in 0..<columns {
                let value = values[row * columns + column]
                guard value.isFinite else {
                    throw value.isNaN
                        ? StatisticsError.notANumber(what: names[column], row: row)
                        : StatisticsError.infinite(what: names[column], value: value, row: row)
                }
                sum[column] += (weights?[row] ?? 1) * value
                lowest[column] = min(lowest[column], value)
                highest[column] = max(highest[column], value)
                if value != 0 && value != 1 && value != -1 { isIndicator[column] = false }
            }
        }
        let constant = names.indices.filter { lowest[$0] == highest[$0] }
        guard constant.isEmpty else { throw CoxError.constantColumns(constant.map { names[$0] }) }
        let total = weights?.reduce(0, +) ?? Double(rows)
        let mean = sum.map { $0 / total }
        var deviation = [Double](repeating: 0, count: columns)
        for row in 0..<rows {
            for column in 0..<columns { deviation[column] += abs(values[row * columns + column] - mean[column]) }
        }
        self.mean = mean
        scale = deviation.map { Double(rows) / $0 }
        referenceMeans = zip(mean, isIndicator).map { $1 ? 0 : $0 }
    }
}
