/// The penalty of a Cox regression, and how it applies to the covariates.
///
/// The coefficients minimise
///
///     −ℓ(β)/n + λ Σⱼ (α |βⱼ| + ½ (1 − α) βⱼ²)
///
/// with ℓ the log partial likelihood of all n patients and the sum over the penalised covariates. α = 1 is the lasso,
/// which sets coefficients to 0; α = 0 is ridge regression, which shrinks them all.
///
/// Source: Zou and Hastie 2005, JRSS B 67:301; Simon et al. 2011, JSS 39(5).
public struct ElasticNet: Sendable, Equatable {
    /// The lasso's share of the penalty, from 0 to 1.
    public var alpha: Double
    /// Whether the penalty is on the coefficients of covariates divided by their standard deviation (with denominator
    /// n) among the patients fitted. Coefficients are reported per unit of the covariates as given either way.
    public var standardizes: Bool
    /// Columns whose coefficients are free of the penalty.
    public var unpenalised: Set<Int>
    public var ties: CoxModel.Ties

    public init(
        alpha: Double = 1, standardizes: Bool = true, unpenalised: Set<Int> = [], ties: CoxModel.Ties = .breslow
    ) {
        self.alpha = alpha
        self.standardizes = standardizes
        self.unpenalised = unpenalised
        self.ties = ties
    }
}
