import Results

/// The slope of a risk in a Cox regression (Breslow's ties) on it alone, never below 0; 0 where the risk does not vary. A
/// penalty too small to be seen keeps it finite where the risk orders the events perfectly.
///
/// - Throws: what `CoxPath.fit` throws of outcomes and values.
public func riskSlope(_ outcome: Outcome, _ risk: [Double]) throws -> Double {
    do {
        let path = try CoxPath.fit(
            outcome, covariates: Matrix(rows: risk.count, columns: 1, values: risk), names: ["risk"],
            penalty: ElasticNet(alpha: 0), lambdas: [1e-4])
        return max(0, path.points[0].coefficients[0])
    } catch PenalisedCoxError.nothingToPenalise {
        return 0
    }
}
