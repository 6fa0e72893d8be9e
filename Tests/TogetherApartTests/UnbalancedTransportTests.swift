import Foundation
import SurvivalNetworks
import Testing
import Torch

@testable import TogetherApart

@Suite struct UnbalancedTransportTests {
    private func transport(_ problem: MethodOracle.Transport) -> UnbalancedTransport {
        var transport = UnbalancedTransport(
            epsilon: problem.epsilon, rhoToken: problem.rhoToken ?? .infinity,
            rhoPrototype: problem.rhoPrototype ?? .infinity)
        transport.tolerance = 1e-13
        transport.maximumIterations = 100_000
        return transport
    }

    @Test func planAndMarginalsAgreeWithPOT() throws {
        for problem in try MethodOracle.load().transport {
            let solution = try transport(problem)
                .solve(cost: problem.cost, tokens: problem.tokens, prototypes: problem.prototypes)
            #expect(solution.converged)
            expectClose(solution.plan, problem.plan, tolerance: 1e-8)
            let rows = (0..<problem.tokens).map { row in
                solution.plan[row * problem.prototypes..<(row + 1) * problem.prototypes].reduce(0, +)
            }
            let columns = (0..<problem.prototypes).map { column in
                stride(from: column, to: solution.plan.count, by: problem.prototypes)
                    .reduce(0) { $0 + solution.plan[$1] }
            }
            expectClose(rows, problem.rows, tolerance: 1e-8)
            expectClose(columns, problem.columns, tolerance: 1e-8)
        }
    }

    @Test func defaultToleranceIsCloseToTheLimit() throws {
        let problem = try #require(try MethodOracle.load().transport.first)
        let solution = try UnbalancedTransport(epsilon: problem.epsilon, rhoToken: 0.3, rhoPrototype: 0.3)
            .solve(cost: problem.cost, tokens: problem.tokens, prototypes: problem.prototypes)
        #expect(solution.converged && solution.iterations < 100)
        expectClose(solution.plan, problem.plan, tolerance: 1e-4)
    }

    /// ∂ value/∂C is the plan: the envelope theorem, against central differences.
    @Test func gradientOfTheValueIsThePlan() throws {
        for problem in try MethodOracle.load().transport where problem.epsilon >= 0.05 {
            let transport = transport(problem)
            let step = 1e-5
            for index in stride(from: 0, to: problem.cost.count, by: 7) {
                func value(_ change: Double) throws -> Double {
                    var cost = problem.cost
                    cost[index] += change
                    return try transport.solve(cost: cost, tokens: problem.tokens, prototypes: problem.prototypes).value
                }
                let difference = try (value(step) - value(-step)) / (2 * step)
                let scale = problem.plan.max() ?? 0
                #expect(abs(difference - problem.plan[index]) <= 1e-6 * scale)
            }
        }
    }

    /// Single precision, from small to huge ε: the plan is that of double precision to 1e-4 of every entry that counts.
    @Test(arguments: [0.005, 0.05, 0.3, 2]) func singlePrecisionAgreesEntryByEntry(epsilon: Double) throws {
        let generator = try TensorGenerator(seed: 11)
        for (tokens, prototypes) in [(1, 3), (51, 16), (700, 16), (300, 45)] {
            let cost = try generator.uniform([tokens, prototypes]) * 2
            let transport = UnbalancedTransport(epsilon: epsilon, rhoToken: 0.3, rhoPrototype: 0.3)
            let found = try transport.solve(cost: cost, segments: Segments([tokens]))
            let expected = logDomain(
                try cost.doubles(), tokens, prototypes, epsilon: epsilon, rhoToken: 0.3, rhoPrototype: 0.3)
            #expect(found.segments[0].converged && found.segments[0].iterations <= (epsilon < 0.05 ? 600 : 60))
            let largest = expected.plan.max() ?? 0
            var worst = 0.0
            for (a, b) in zip(try found.plan.doubles(), expected.plan) {
                worst = max(worst, a.isFinite ? abs(a - b) / max(b, 1e-6 * largest) : .infinity)
            }
            #expect(worst <= 1e-4, "\(tokens) × \(prototypes): off by \(worst)")
            #expect(abs(found.segments[0].value - expected.value) <= 1e-5 * abs(expected.value))
            let masses = (0..<prototypes).map { k in
                stride(from: k, to: expected.plan.count, by: prototypes).reduce(0) { $0 + expected.plan[$1] }
            }
            expectClose(try found.masses.doubles(), masses, tolerance: 1e-4)
        }
    }

    /// However little a prototype gets, the shares of it are shares of all that it gets, bag by bag.
    @Test func sharesAreColumnsThatSumToOne() throws {
        let far = try Tensor([0, 0, 2.5, 0] as [Float], shape: [1, 4])
        let cost = try TensorGenerator(seed: 5).uniform([47, 4]) + far
        let transport = UnbalancedTransport(epsilon: 0.1, rhoToken: 0.3, rhoPrototype: 0.3)
        let found = try transport.solve(cost: cost, segments: Segments([20, 27]))
        let (plan, shares) = (try found.plan.doubles(), try found.shares.doubles())
        for rows in [0..<20, 20..<47] {
            for k in 0..<4 {
                let mass = rows.reduce(0) { $0 + plan[$1 * 4 + k] }
                #expect((mass < 1e-2) == (k == 2))
                for row in rows { #expect(abs(shares[row * 4 + k] - plan[row * 4 + k] / mass) <= 1e-6) }
            }
        }
    }

    /// 200,000 tokens, and the same from the solution of another: the plan is the same, found in fewer iterations.
    @Test func largeBagsAndWarmStarts() throws {
        let generator = try TensorGenerator(seed: 2)
        let cost = try generator.uniform([200_000, 16]) * 1.5
        let segments = Segments([200_000])
        let transport = UnbalancedTransport(epsilon: 0.05, rhoToken: 0.3, rhoPrototype: 0.3)
        let cold = try transport.solve(cost: cost, segments: segments)
        let warm = try transport.solve(cost: cost, segments: segments, start: cold.segments.map(\.columnPotential))
        #expect(cold.segments[0].converged && warm.segments[0].converged)
        #expect(warm.segments[0].iterations < cold.segments[0].iterations)
        expectClose(try warm.plan.doubles(), try cold.plan.doubles(), tolerance: 1e-4)
        let reference = logDomain(
            try cost.doubles(), 200_000, 16, epsilon: 0.05, rhoToken: 0.3, rhoPrototype: 0.3, iterations: 40)
        expectClose(try cold.plan.doubles(), reference.plan, tolerance: 1e-4)
    }

    /// Bags of different sizes beside each other, on one thread and on two, are solved as if alone.
    @Test func sideBySideIsTheSameAsOneByOne() throws {
        let generator = try TensorGenerator(seed: 4)
        let bags = try [5, 300, 2_500].map { try generator.uniform([$0, 4]) }
        let transport = UnbalancedTransport(epsilon: 0.1, rhoToken: 0.3, rhoPrototype: 0.3)
        let threads = TorchRuntime.threads
        defer { TorchRuntime.setThreads(threads) }
        for count in [1, 2] {
            TorchRuntime.setThreads(count)
            let together = try transport.solve(cost: .concatenated(bags), segments: Segments([5, 300, 2_500]))
            let alone = try bags.map { try transport.solve(cost: $0, segments: Segments([$0.shape[0]])) }
            #expect(try together.plan.floats() == alone.flatMap { try $0.plan.floats() })
            #expect(together.segments.map(\.value) == alone.map { $0.segments[0].value })
        }
    }

    /// Where the iterations run out, value and plan are those of the potentials that were reached, however many these are.
    @Test func withoutConvergenceTheValueIsStillOne() throws {
        let cost = try TensorGenerator(seed: 3).uniform([20, 3]) * 2
        let costs = try cost.doubles()
        let best = try UnbalancedTransport(epsilon: 0.005, rhoToken: 0.3, rhoPrototype: 0.3)
            .solve(cost: cost, segments: Segments([20])).segments[0].value
        for (precision, tolerance) in [(Tensor.ScalarType.float, 0.05), (.double, 1e-6)] {
            let cost = try cost.converted(to: precision)
            for iterations in 1...600 {
                var transport = UnbalancedTransport(epsilon: 0.0001, rhoToken: 0.3, rhoPrototype: 0.3)
                transport.maximumIterations = iterations
                let solution = try transport.solve(cost: cost, segments: Segments([20]))
                let found = solution.segments[0]
                #expect(!found.converged && abs(found.value - best) <= 1, "\(iterations): \(found.value), \(best)")
                for (place, mass) in try solution.plan.doubles().enumerated() {
                    let potentials = solution.rowPotential[place / 3] + found.columnPotential[place % 3]
                    let expected = exp((potentials - costs[place]) / 0.0001) / 60
                    #expect(abs(mass - expected) <= tolerance * expected + 1e-6, "\(iterations): \(mass), \(expected)")
                }
            }
        }
    }

    /// A cost that is no number gives a value that is none, and no convergence.
    @Test func aCostThatIsNoNumberIsNotHidden() throws {
        let cost = try Tensor([0.5, .nan, 1, 0.2] as [Float], shape: [2, 2])
        let solved = try UnbalancedTransport(epsilon: 0.1, rhoToken: 0.3, rhoPrototype: 0.3)
            .solve(cost: cost, segments: Segments([2]))
        #expect(!solved.segments[0].converged && solved.segments[0].value.isNaN)
    }

    @Test func theGradientOfTheLossIsThePlan() throws {
        let problem = try #require(try MethodOracle.load().transport.first)
        let (n, k) = (problem.tokens, problem.prototypes)
        let cost = try Tensor(double: problem.cost, shape: [n, k]).requiringGradient()
        let transport = UnbalancedTransport(epsilon: problem.epsilon, rhoToken: 0.3, rhoPrototype: 0.3)
        let solved = try TransportPlan(transport, cost: cost, segments: Segments([n]), differentiable: false)
        let expected = problem.plan
        expectClose(try solved.plan.doubles(), expected, tolerance: 1e-4)
        try solved.loss.backward()
        expectClose(try #require(try cost.gradient()).doubles(), expected, tolerance: 1e-4)
    }

    /// With `planGradient` a function of the plan has the gradient that differences of solved plans show.
    @Test func differentiablePlanHasTheGradientOfTheSolution() throws {
        let problem = try MethodOracle.load().transport[1]
        let (n, k) = (problem.tokens, problem.prototypes)
        let transport = transport(problem)
        let weights = (0..<n * k).map { Double(($0 * 37) % 11) - 5 }
        func weighted(_ cost: [Double]) throws -> Double {
            zip(try transport.solve(cost: cost, tokens: n, prototypes: k).plan, weights).reduce(0) { $0 + $1.0 * $1.1 }
        }
        // A second, longer bag pads the first; neither has part in the other.
        let other = (0..<(n + 2) * k).map { Double(($0 * 29) % 13) / 13 }
        let cost = try Tensor(double: problem.cost + other, shape: [2 * n + 2, k]).requiringGradient()
        let solved = try TransportPlan(transport, cost: cost, segments: Segments([n, n + 2]), differentiable: true)
        let paddedWeights = weights + [Double](repeating: 0, count: (n + 2) * k)
        try (solved.plan * Tensor(double: paddedWeights, shape: [2 * n + 2, k])).sum().backward()
        let found = try #require(try cost.gradient()).doubles()
        let step = 1e-5
        let differences = try problem.cost.indices.map { index in
            var (above, below) = (problem.cost, problem.cost)
            above[index] += step
            below[index] -= step
            return try (weighted(above) - weighted(below)) / (2 * step)
        }
        expectClose(found, differences + [Double](repeating: 0, count: (n + 2) * k), tolerance: 2e-3)
    }
}

/// The definition, in double precision: log-sum-exp updates until nothing moves, or that many.
private func logDomain(
    _ cost: [Double], _ tokens: Int, _ prototypes: Int, epsilon: Double, rhoToken: Double, rhoPrototype: Double,
    iterations: Int = 5_000
) -> (plan: [Double], value: Double) {
    func damping(_ rho: Double) -> Double { rho / (rho + epsilon) }
    func logSumExp(_ count: Int, _ term: (Int) -> Double) -> Double {
        var largest = -Double.infinity
        for i in 0..<count { largest = max(largest, term(i)) }
        var sum = 0.0
        for i in 0..<count { sum += exp(term(i) - largest) }
        return largest + log(sum)
    }
    var f = [Double](repeating: 0, count: tokens)
    var g = [Double](repeating: 0, count: prototypes)
    for _ in 0..<iterations {
        var moved = 0.0
        for i in 0..<tokens {
            f[i] =
                -damping(rhoToken) * epsilon
                * (logSumExp(prototypes) { (g[$0] - cost[i * prototypes + $0]) / epsilon } - log(Double(prototypes)))
        }
        for k in 0..<prototypes {
            let updated =
                -damping(rhoPrototype) * epsilon
                * (logSumExp(tokens) { (f[$0] - cost[$0 * prototypes + k]) / epsilon } - log(Double(tokens)))
            moved = max(moved, abs(updated - g[k]))
            g[k] = updated
        }
        if moved < 1e-12 { break }
    }
    let share = 1 / Double(tokens * prototypes)
    let plan = cost.indices.map { share * exp((f[$0 / prototypes] + g[$0 % prototypes] - cost[$0]) / epsilon) }
    func divergence(_ x: Double, _ y: Double) -> Double { (x > 0 ? x * log(x / y) : 0) - x + y }
    var value = 0.0
    var rows = [Double](repeating: 0, count: tokens)
    var columns = [Double](repeating: 0, count: prototypes)
    for index in plan.indices {
        value += plan[index] * cost[index] + epsilon * divergence(plan[index], share)
        rows[index / prototypes] += plan[index]
        columns[index % prototypes] += plan[index]
    }
    value += rhoToken * rows.reduce(0) { $0 + divergence($1, 1 / Double(tokens)) }
    value += rhoPrototype * columns.reduce(0) { $0 + divergence($1, 1 / Double(prototypes)) }
    return (plan, value)
}
