import Foundation
import SurvivalNetworks
import Torch

/// The transport plans of a batch of bags, as tensors.
struct TransportPlan {
    /// [patients, tokens, K]; rows of padding are 0.
    let plan: Tensor
    /// The mean over patients of the transport's optimal value. Its gradient with respect to the cost is the plan
    /// (envelope theorem); nothing is differentiated through the iterations.
    let loss: Tensor
    let unconverged: Int

    /// - Parameters:
    ///   - cost: [patients, tokens, K]
    ///   - tokenCounts: tokens of each patient; those beyond are padding.
    ///   - differentiable: lets gradients through the plan itself.
    init(_ transport: UnbalancedTransport, cost: Tensor, tokenCounts: [Int], differentiable: Bool) throws {
        let (patients, tokens, prototypes) = (cost.shape[0], cost.shape[1], cost.shape[2])
        let values = try cost.doubles()
        let bags = (0..<patients).map { patient in
            Array(values[patient * tokens * prototypes..<(patient * tokens + tokenCounts[patient]) * prototypes])
        }
        let solutions = transport.solve(costs: bags, prototypes: prototypes)
        var flat: [Float] = []
        flat.reserveCapacity(values.count)
        for (solution, count) in zip(solutions, tokenCounts) {
            flat += solution.plan.lazy.map(Float.init)
            flat += repeatElement(0, count: (tokens - count) * prototypes)
        }
        let constant = try Tensor(flat, shape: cost.shape).converted(like: cost)
        let transported = try (constant * cost).sum() / Double(patients)
        let value = solutions.reduce(0) { $0 + $1.value } / Double(patients)
        loss = try transported + (value - transported.item())
        unconverged = solutions.count { !$0.converged }
        plan =
            differentiable
            ? try TransportPlan.unrolled(transport, cost, tokenCounts, from: solutions.map(\.prototypePotential))
            : constant
    }

    /// The plan after further iterations that are recorded for the gradient. They start at the solution, so the value
    /// is exact and the gradient's error shrinks with every iteration by ρ_t/(ρ_t + ε) · ρ_p/(ρ_p + ε).
    private static func unrolled(
        _ transport: UnbalancedTransport, _ cost: Tensor, _ tokenCounts: [Int], from potentials: [[Double]]
    ) throws -> Tensor {
        let (patients, tokens, prototypes) = (cost.shape[0], cost.shape[1], cost.shape[2])
        let epsilon = transport.epsilon
        func damping(_ rho: Double) -> Double { rho.isInfinite ? 1 : rho / (rho + epsilon) }
        let logShares = try Tensor(
            tokenCounts.flatMap { count in
                (0..<tokens).map { $0 < count ? -log(Double(count)) : -1e9 }
            }, shape: [patients, tokens, 1]
        ).converted(like: cost)
        let logK = log(Double(prototypes))
        let scaled = try cost / -epsilon
        // f/ε [patients, tokens, 1] and g/ε [patients, 1, K].
        var g = try Tensor(potentials.flatMap { $0.map { $0 / epsilon } }, shape: [patients, 1, prototypes])
            .converted(like: cost)
        var f = try Tensor.zeros([patients, tokens, 1]).converted(like: cost)
        for _ in 0..<15 {
            f = try ((scaled + g).logSumExp(2, keeping: true) - logK) * -damping(transport.rhoToken)
            g = try (scaled + f + logShares).logSumExp(1, keeping: true) * -damping(transport.rhoPrototype)
        }
        return try (scaled + f + g + logShares - logK).exp()
    }
}
