import Results

extension CoxModel {
    /// The likelihood-ratio test of this regression against a smaller one: twice the difference of the log partial likelihoods,
    /// on as many degrees of freedom as it has more coefficients; R's `anova(smaller, larger)`.
    ///
    /// It means something only for regressions of the same patients, strata and tie rule, the smaller one nested in this one
    /// (`spans`).
    public func likelihoodRatio(over smaller: CoxModel) -> Test {
        let chiSquare = 2 * (logLikelihood - smaller.logLikelihood)
        let freedom = terms.count - smaller.terms.count
        return Test(
            chiSquare: chiSquare, degreesOfFreedom: freedom,
            p: Distributions.chiSquareUpperTail(chiSquare, degreesOfFreedom: freedom))
    }
}

/// Whether every column of `smaller` is a constant plus a weighted sum of the columns of `larger`, as the columns of nested
/// regressions are: to 1e-7 of a column's own length, by Gram and Schmidt with a second pass.
public func spans(_ larger: Matrix, _ smaller: Matrix) -> Bool {
    precondition(larger.rows == smaller.rows, "the patients are not the same")
    func centred(_ matrix: Matrix, _ column: Int) -> [Double] {
        let values = (0..<matrix.rows).map { matrix[$0, column] }
        let mean = values.reduce(0, +) / Double(max(1, values.count))
        return values.map { $0 - mean }
    }
    func length(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    var basis: [[Double]] = []
    func rest(_ x: [Double]) -> [Double] {
        var x = x
        for direction in basis + basis {
            let along = zip(x, direction).reduce(0) { $0 + $1.0 * $1.1 }
            for index in x.indices { x[index] -= along * direction[index] }
        }
        return x
    }
    let tolerance = 1e-7
    for column in 0..<larger.columns {
        let own = centred(larger, column)
        let new = rest(own)
        let size = length(new)
        if size > tolerance * length(own) { basis.append(new.map { $0 / size }) }
    }
    return (0..<smaller.columns).allSatisfy { column in
        let own = centred(smaller, column)
        return length(rest(own)) <= tolerance * length(own)
    }
}
