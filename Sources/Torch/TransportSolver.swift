internal import CTorch

/// Entropic unbalanced optimal transport from the rows of each segment onto the columns, by Sinkhorn iterations. The weights
/// are even on both sides.
public enum TransportSolver {
    public struct Parameters {
        public var epsilon: Double
        /// ρ of the marginals over rows and over columns; infinity makes one exact.
        public var rhoRow: Double
        public var rhoColumn: Double
        /// Iterations stop when no entry of the plan is expected to change any more by this share of it.
        public var tolerance: Double
        public var maximumIterations: Int

        public init(
            epsilon: Double, rhoRow: Double, rhoColumn: Double, tolerance: Double, maximumIterations: Int
        ) {
            self.epsilon = epsilon
            self.rhoRow = rhoRow
            self.rhoColumn = rhoColumn
            self.tolerance = tolerance
            self.maximumIterations = maximumIterations
        }
    }

    public struct Solution {
        /// [rows, columns], a constant.
        public let plan: Tensor
        /// [rows, columns], the plan's columns, each divided by its sum over the segment's rows; a constant.
        public let shares: Tensor
        /// [segments, columns], the plan summed over each segment's rows; a constant.
        public let masses: Tensor
        /// The mean over segments of the optimal value. Its gradient with respect to the cost is the plan.
        public let value: Tensor
        public let segments: [Segment]
        public let rowPotential: [Double]
    }

    public struct Segment {
        public let value: Double
        public let columnPotential: [Double]
        public let iterations: Int
        public let converged: Bool
    }

    /// - Parameters:
    ///   - cost: [rows, columns] of finite numbers in single or double precision, which the iterations have, too.
    ///   - start: potentials of the columns to start from, one list a segment; zeros when left out.
    public static func solve(
        cost: Tensor, segments: Segments, _ parameters: Parameters, start: [[Double]]? = nil
    ) throws -> Solution {
        let columns = cost.shape[1]
        var potentials = start.map { Array($0.joined()) } ?? [Double](repeating: 0, count: segments.count * columns)
        precondition(potentials.count == segments.count * columns, "potentials of other columns")
        var rowPotential = [Double](repeating: 0, count: segments.rowCount)
        var results = [CTTransportResult](repeating: CTTransportResult(), count: segments.count)
        var raw = CTTransport(
            epsilon: parameters.epsilon, rho_token: parameters.rhoRow, rho_prototype: parameters.rhoColumn,
            tolerance: parameters.tolerance, maximum_iterations: Int64(parameters.maximumIterations))
        var shares: OpaquePointer?
        var masses: OpaquePointer?
        var value: OpaquePointer?
        let plan = try Tensor.made {
            ct_transport(
                cost.handle, segments.counts.map(Int64.init), segments.count, &raw, &potentials, &rowPotential,
                &results, &$0, &shares, &masses, &value)
        }
        guard let shares, let masses, let value else { throw TorchError(message: "the transport gave no value") }
        return Solution(
            plan: plan, shares: Tensor(owning: shares), masses: Tensor(owning: masses), value: Tensor(owning: value),
            segments: results.enumerated().map { index, result in
                Segment(
                    value: result.value,
                    columnPotential: Array(potentials[index * columns..<(index + 1) * columns]),
                    iterations: Int(result.iterations), converged: result.converged)
            }, rowPotential: rowPotential)
    }
}
