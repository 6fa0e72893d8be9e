import Foundation
import SurvivalNetworks
import Torch

/// The transport plans of a batch of bags, as tensors.
struct TransportPlan {
    /// [tokens, K]
    let plan: Tensor
    /// What each token gives to each prototype, [tokens, K]: the plan's columns, each summing to 1 over a patient's tokens.
    let shares: Tensor
    /// [patients, K], the plan summed over each patient's tokens.
    let masses: Tensor
    /// The mean over patients of the transport's optimal value. Its gradient with respect to the cost is the plan
    /// (envelope theorem); nothing is differentiated through the iterations.
    let loss: Tensor
    /// By patient: the prototypes' potentials, from which another solution may start.
    let potentials: [[Double]]
    let unconverged: Int

    /// - Parameters:
    ///   - cost: [tokens of all patients, K]
    ///   - segments: tokens of each patient.
    ///   - start: potentials of the prototypes to start from, by patient.
    ///   - differentiable: lets gradients through the plan itself.
    init(
        _ transport: UnbalancedTransport, cost: Tensor, segments: Segments, start: [[Double]]? = nil,
        differentiable: Bool
    ) throws {
        let solution = try transport.solve(cost: cost, segments: segments, start: start)
        loss = solution.value
        potentials = solution.segments.map(\.columnPotential)
        unconverged = solution.segments.count { !$0.converged }
        if differentiable {
            let unrolled = try TransportPlan.unrolled(transport, cost, segments, from: potentials)
            masses = try unrolled.sum(1)
            plan = try unrolled.withoutPadding(of: segments)
            shares = try plan / masses.clamped(min: 1e-12).spread(over: segments)
        } else {
            plan = solution.plan
            shares = solution.shares
            masses = solution.masses
        }
    }

    /// The plan [patients, longest, K] after further iterations that are recorded for the gradient. They start at the
    /// solution, so the value is exact and the gradient's error shrinks with every iteration by
    /// ρ_t/(ρ_t + ε) · ρ_p/(ρ_p + ε).
    private static func unrolled(
        _ transport: UnbalancedTransport, _ cost: Tensor, _ segments: Segments, from potentials: [[Double]]
    ) throws -> Tensor {
        let (patients, tokens, prototypes) = (segments.count, segments.longest, cost.shape[1])
        let epsilon = transport.epsilon
        func damping(_ rho: Double) -> Double { rho.isInfinite ? 1 : rho / (rho + epsilon) }
        let logShares = try Tensor(
            segments.counts.flatMap { count in
                (0..<tokens).map { $0 < count ? -log(Double(count)) : -1e9 }
            }, shape: [patients, tokens, 1]
        ).converted(like: cost)
        let logK = log(Double(prototypes))
        let scaled = try cost.padded(to: segments) / -epsilon
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
