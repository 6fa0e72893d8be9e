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
            let solution = transport(problem)
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
        let solution = UnbalancedTransport(epsilon: problem.epsilon, rhoToken: 0.3, rhoPrototype: 0.3)
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
                func value(_ change: Double) -> Double {
                    var cost = problem.cost
                    cost[index] += change
                    return transport.solve(cost: cost, tokens: problem.tokens, prototypes: problem.prototypes).value
                }
                let difference = (value(step) - value(-step)) / (2 * step)
                let scale = problem.plan.max() ?? 0
                #expect(abs(difference - problem.plan[index]) <= 1e-6 * scale)
            }
        }
    }

    @Test func sideBySideIsTheSameAsOneByOne() throws {
        let problems = try MethodOracle.load().transport.filter { $0.prototypes == 4 }
        let transport = UnbalancedTransport(epsilon: 0.1, rhoToken: 0.3, rhoPrototype: 0.3)
        let together = transport.solve(costs: problems.map(\.cost), prototypes: 4)
        for (solution, problem) in zip(together, problems) {
            let alone = transport.solve(cost: problem.cost, tokens: problem.tokens, prototypes: 4)
            #expect(solution.plan == alone.plan && solution.value == alone.value)
        }
    }

    @Test func tensorPlanLeavesPaddingEmptyAndHasTheEnvelopeGradient() throws {
        let problem = try #require(try MethodOracle.load().transport.first)
        let (n, k) = (problem.tokens, problem.prototypes)
        let padded = problem.cost + [Double](repeating: 0.5, count: 3 * k)
        let cost = try Tensor(double: padded, shape: [1, n + 3, k]).requiringGradient()
        let transport = UnbalancedTransport(epsilon: problem.epsilon, rhoToken: 0.3, rhoPrototype: 0.3)
        let solved = try TransportPlan(transport, cost: cost, tokenCounts: [n], differentiable: false)
        let expected = problem.plan + [Double](repeating: 0, count: 3 * k)
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
        func weighted(_ cost: [Double]) -> Double {
            zip(transport.solve(cost: cost, tokens: n, prototypes: k).plan, weights).reduce(0) { $0 + $1.0 * $1.1 }
        }
        // Padding must have no part in it.
        let padded = problem.cost + [Double](repeating: 1, count: 2 * k)
        let cost = try Tensor(double: padded, shape: [1, n + 2, k]).requiringGradient()
        let solved = try TransportPlan(transport, cost: cost, tokenCounts: [n], differentiable: true)
        let paddedWeights = weights + [Double](repeating: 3, count: 2 * k)
        try (solved.plan * Tensor(double: paddedWeights, shape: [1, n + 2, k])).sum().backward()
        let found = try #require(try cost.gradient()).doubles()
        let step = 1e-5
        let differences = problem.cost.indices.map { index in
            var (above, below) = (problem.cost, problem.cost)
            above[index] += step
            below[index] -= step
            return (weighted(above) - weighted(below)) / (2 * step)
        }
        expectClose(found, differences + [Double](repeating: 0, count: 2 * k), tolerance: 2e-3)
    }
}
