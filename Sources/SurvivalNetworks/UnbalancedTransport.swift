import Torch

/// Entropic unbalanced optimal transport between the tokens of a bag and the prototypes.
///
///     T = argmin_{T ≥ 0} ⟨T, C⟩ + ε KL(T ‖ abᵀ) + ρ_t KL(T1 ‖ a) + ρ_p KL(Tᵀ1 ‖ b),   KL(x‖y) = Σ x log(x/y) − x + y
///
/// with a = 1/n over tokens and b = 1/K over prototypes; ρ = ∞ makes that marginal exact. Solved by Sinkhorn iterations
/// (Chizat et al. 2018, doi:10.1090/mcom/3303) for T_ik = a_i b_k exp((f_i + g_k − C_ik)/ε), f and g the potentials, in
/// the precision of the cost. exp(−C/ε) is computed once, so that an iteration is two thin products; potentials go into
/// it where it would vanish or overflow. Where both ρ are finite, the common shift of the potentials takes its best value
/// after each iteration (Séjourné et al. 2022, arXiv:2201.00730).
public struct UnbalancedTransport: Sendable {
    public var epsilon: Double
    public var rhoToken: Double
    public var rhoPrototype: Double
    /// Iterations stop when no entry of the plan is expected to change any more by this share of it.
    public var tolerance = 5e-6
    public var maximumIterations = 1_000

    public init(epsilon: Double, rhoToken: Double, rhoPrototype: Double) {
        self.epsilon = epsilon
        self.rhoToken = rhoToken
        self.rhoPrototype = rhoPrototype
    }

    /// The plans of several bags, whose tokens are the segments of `cost` [tokens of all, K]. The result does not depend on
    /// the number of threads.
    ///
    /// - Parameter start: the prototypes' potentials to start from, one list a bag. Near the solution they save
    ///   iterations.
    public func solve(
        cost: Tensor, segments: Segments, start: [[Double]]? = nil
    ) throws -> TransportSolver.Solution {
        try TransportSolver.solve(
            cost: cost, segments: segments,
            TransportSolver.Parameters(
                epsilon: epsilon, rhoRow: rhoToken, rhoColumn: rhoPrototype, tolerance: tolerance,
                maximumIterations: maximumIterations), start: start)
    }

    public struct Solution: Sendable {
        /// Tokens × prototypes, row-major.
        public var plan: [Double]
        /// The minimum itself. Its gradient with respect to C is the plan (envelope theorem).
        public var value: Double
        public var iterations: Int
        public var converged: Bool
    }

    /// One bag in double precision.
    ///
    /// - Parameter cost: tokens × prototypes, row-major.
    /// - Precondition: at least one token and one prototype, and a finite cost.
    public func solve(cost: [Double], tokens: Int, prototypes: Int) throws -> Solution {
        precondition(tokens > 0 && prototypes > 0 && cost.count == tokens * prototypes, "a cost of another shape")
        precondition(cost.allSatisfy(\.isFinite), "a cost that is not finite")
        let solved = try solve(
            cost: Tensor(double: cost, shape: [tokens, prototypes]), segments: Segments([tokens]))
        let bag = solved.segments[0]
        return Solution(
            plan: try solved.plan.doubles(), value: bag.value, iterations: bag.iterations, converged: bag.converged)
    }
}
