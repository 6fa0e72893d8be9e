/// What a Cox fit maximises.
protocol CoxLikelihood {
    /// The likelihood with its derivatives at some coefficients of scaled covariates.
    ///
    /// - Parameter progress: may be called with the share of the work that is done; may throw to interrupt.
    func evaluate(_ coefficients: [Double], progress: (Double) throws -> Void) throws -> PartialLikelihood.Point
}

extension ExactLikelihood: CoxLikelihood {}

extension PartialLikelihood: CoxLikelihood {
    func evaluate(_ coefficients: [Double], progress: (Double) throws -> Void) -> Point { evaluate(coefficients) }
}
