import Dispatch
import Foundation

/// Entropic unbalanced optimal transport between the tokens of a bag and the prototypes.
///
///     T = argmin_{T ≥ 0} ⟨T, C⟩ + ε KL(T ‖ abᵀ) + ρ_t KL(T1 ‖ a) + ρ_p KL(Tᵀ1 ‖ b),   KL(x‖y) = Σ x log(x/y) − x + y
///
/// with a = 1/n over tokens and b = 1/K over prototypes. Solved by Sinkhorn iterations (Chizat et al. 2018,
/// doi:10.1090/mcom/3303) in double precision: T_ik = a_i b_k exp((f_i + g_k − C_ik)/ε), f and g the potentials.
/// ρ = ∞ makes that marginal exact.
public struct UnbalancedTransport: Sendable {
    public var epsilon: Double
    public var rhoToken: Double
    public var rhoPrototype: Double
    /// Iterations stop when no potential moves by more.
    public var tolerance = 1e-6
    public var maximumIterations = 200

    public init(epsilon: Double, rhoToken: Double, rhoPrototype: Double) {
        self.epsilon = epsilon
        self.rhoToken = rhoToken
        self.rhoPrototype = rhoPrototype
    }

    public struct Solution: Sendable {
        /// Tokens × prototypes, row-major.
        public var plan: [Double]
        public var tokenPotential: [Double]
        public var prototypePotential: [Double]
        /// The minimum itself. Its gradient with respect to C is the plan (envelope theorem).
        public var value: Double
        public var iterations: Int
        public var converged: Bool
    }

    /// - Parameter cost: tokens × prototypes, row-major.
    /// - Precondition: at least one token and one prototype, and a finite cost.
    public func solve(cost: [Double], tokens: Int, prototypes: Int) -> Solution {
        precondition(tokens > 0 && prototypes > 0 && cost.count == tokens * prototypes, "a cost of another shape")
        let reach = cost.reduce(0) { max($0, abs($1)) }
        precondition(reach.isFinite, "a cost that is not finite")
        // exp(±reach/ε) and its products stay within double precision up to here.
        var potentials =
            reach / epsilon < 300
            ? scalingIterations(cost, tokens, prototypes) : logDomainIterations(cost, tokens, prototypes)
        let plan = self.plan(cost, potentials)
        let value = objective(plan: plan, cost: cost, tokens: tokens, prototypes: prototypes)
        potentials.converged = potentials.converged && value.isFinite
        return Solution(
            plan: plan, tokenPotential: potentials.token, prototypePotential: potentials.prototype, value: value,
            iterations: potentials.iterations, converged: potentials.converged)
    }

    /// Solves several bags side by side; the result does not depend on the number of threads.
    public func solve(costs: [[Double]], prototypes: Int) -> [Solution] {
        @Sendable func solved(_ bag: Int) -> Solution {
            solve(cost: costs[bag], tokens: costs[bag].count / prototypes, prototypes: prototypes)
        }
        // Below this, handing the work over costs more than it saves.
        guard costs.reduce(0, { $0 + $1.count }) > 200_000 else { return costs.indices.map(solved) }
        let solutions = Slots<Solution>(count: costs.count)
        DispatchQueue.concurrentPerform(iterations: costs.count) { bag in
            solutions[bag] = solved(bag)
        }
        return solutions.values()
    }

    // MARK: Iterations

    struct Potentials {
        var token: [Double]
        var prototype: [Double]
        var iterations = 0
        var converged = false
    }

    /// ρ/(ρ + ε), the damping of a marginal that may be missed at a price; 1 for an exact one.
    private func damping(_ rho: Double) -> Double { rho.isInfinite ? 1 : rho / (rho + epsilon) }

    /// u = exp(f/ε) and v = exp(g/ε) against the kernel exp(−C/ε), which is computed once; an iteration reads it once,
    /// row by row. Rows are padded to a multiple of four.
    private func scalingIterations(_ cost: [Double], _ tokens: Int, _ prototypes: Int) -> Potentials {
        typealias Lane = SIMD4<Double>
        let lanes = (prototypes + 3) / 4
        let (tokenDamping, prototypeDamping) = (damping(rhoToken), damping(rhoPrototype))
        var kernel = [Lane](repeating: .zero, count: tokens * lanes)
        for token in 0..<tokens {
            for k in 0..<prototypes {
                kernel[token * lanes + k / 4][k % 4] = exp(-cost[token * prototypes + k] / epsilon)
            }
        }
        var logU = [Double](repeating: 0, count: tokens)
        var logV = [Double](repeating: 0, count: prototypes)
        // v · b, and Σ_i a u_i K_ik.
        var weighted = [Lane](repeating: .zero, count: lanes)
        for k in 0..<prototypes { weighted[k / 4][k % 4] = 1 / Double(prototypes) }
        var sums = [Lane](repeating: .zero, count: lanes)
        var result = Potentials(token: [], prototype: [])
        while result.iterations < maximumIterations, !result.converged {
            result.iterations += 1
            var moved = 0.0
            for lane in 0..<lanes { sums[lane] = .zero }
            kernel.withUnsafeBufferPointer { kernel in
                for token in 0..<tokens {
                    let row = token * lanes
                    var product = Lane.zero
                    for lane in 0..<lanes { product += kernel[row + lane] * weighted[lane] }
                    let updated = -tokenDamping * log(product.sum())
                    moved = max(moved, abs(updated - logU[token]))
                    logU[token] = updated
                    let u = exp(updated) / Double(tokens)
                    for lane in 0..<lanes { sums[lane] += kernel[row + lane] * u }
                }
            }
            for k in 0..<prototypes {
                let updated = -prototypeDamping * log(sums[k / 4][k % 4])
                moved = max(moved, abs(updated - logV[k]))
                logV[k] = updated
                weighted[k / 4][k % 4] = exp(updated) / Double(prototypes)
            }
            result.converged = moved * epsilon < tolerance
        }
        result.token = logU.map { $0 * epsilon }
        result.prototype = logV.map { $0 * epsilon }
        return result
    }

    /// The same updates as log-sum-exps, for costs so large against ε that the kernel would vanish.
    private func logDomainIterations(_ cost: [Double], _ tokens: Int, _ prototypes: Int) -> Potentials {
        let (tokenDamping, prototypeDamping) = (damping(rhoToken), damping(rhoPrototype))
        var result = Potentials(
            token: [Double](repeating: 0, count: tokens), prototype: [Double](repeating: 0, count: prototypes))
        while result.iterations < maximumIterations, !result.converged {
            result.iterations += 1
            var moved = 0.0
            for i in 0..<tokens {
                let terms = (0..<prototypes).lazy.map { (result.prototype[$0] - cost[i * prototypes + $0]) / epsilon }
                let updated = -tokenDamping * epsilon * (logSumExp(terms) - log(Double(prototypes)))
                moved = max(moved, abs(updated - result.token[i]))
                result.token[i] = updated
            }
            for k in 0..<prototypes {
                let terms = (0..<tokens).lazy.map { (result.token[$0] - cost[$0 * prototypes + k]) / epsilon }
                let updated = -prototypeDamping * epsilon * (logSumExp(terms) - log(Double(tokens)))
                moved = max(moved, abs(updated - result.prototype[k]))
                result.prototype[k] = updated
            }
            result.converged = moved < tolerance
        }
        return result
    }

    private func plan(_ cost: [Double], _ potentials: Potentials) -> [Double] {
        let prototypes = potentials.prototype.count
        let share = 1 / Double(potentials.token.count * prototypes)
        return cost.indices.map { index in
            let (i, k) = index.quotientAndRemainder(dividingBy: prototypes)
            return share * exp((potentials.token[i] + potentials.prototype[k] - cost[index]) / epsilon)
        }
    }

    private func objective(plan: [Double], cost: [Double], tokens: Int, prototypes: Int) -> Double {
        var rows = [Double](repeating: 0, count: tokens)
        var columns = [Double](repeating: 0, count: prototypes)
        var value = 0.0
        let share = 1 / Double(tokens * prototypes)
        for index in plan.indices {
            let (i, k) = index.quotientAndRemainder(dividingBy: prototypes)
            rows[i] += plan[index]
            columns[k] += plan[index]
            value += plan[index] * cost[index] + epsilon * divergence(plan[index], share)
        }
        if rhoToken.isFinite { value += rhoToken * rows.reduce(0) { $0 + divergence($1, 1 / Double(tokens)) } }
        if rhoPrototype.isFinite {
            value += rhoPrototype * columns.reduce(0) { $0 + divergence($1, 1 / Double(prototypes)) }
        }
        return value
    }
}

/// One term of KL(x‖y); 0 log 0 is 0.
private func divergence(_ x: Double, _ y: Double) -> Double { (x > 0 ? x * log(x / y) : 0) - x + y }

private func logSumExp(_ terms: some Collection<Double>) -> Double {
    let largest = terms.max() ?? -.infinity
    return largest + log(terms.reduce(0) { $0 + exp($1 - largest) })
}

/// Places that different threads fill, each its own.
private final class Slots<Element>: @unchecked Sendable {
    private let storage: UnsafeMutablePointer<Element?>
    private let count: Int

    init(count: Int) {
        self.count = count
        storage = .allocate(capacity: count)
        storage.initialize(repeating: nil, count: count)
    }

    deinit {
        storage.deinitialize(count: count)
        storage.deallocate()
    }

    subscript(index: Int) -> Element? {
        get { storage[index] }
        set { storage[index] = newValue }
    }

    func values() -> [Element] { (0..<count).compactMap { storage[$0] } }
}
