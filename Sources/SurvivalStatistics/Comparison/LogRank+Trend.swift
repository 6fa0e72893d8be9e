import Results

extension LogRank {
    /// A test of groups in order: one degree of freedom, so more power than the test of any difference.
    public struct Trend: Sendable, Equatable {
        /// Positive when groups of higher score have more events than expected.
        public var z: Double
        public var chiSquare: Double
        /// Two-sided.
        public var p: Double
    }

    /// The log-rank test for trend,
    ///
    ///     z = Σ s_g (O_g − E_g) / √(Σ s_g s_h V_gh)
    ///
    /// for scores s, the ranks 1, 2, 3 … of the groups unless given. Weights and strata are those of the test itself.
    ///
    /// Source: Tarone 1975, Biometrika 62:679.
    ///
    /// - Throws: `StatisticsError.lengthsDiffer` unless there is one score per group; `.noVariance` when the scores
    ///   of all groups that were compared are equal.
    public func trend(scores: [Double]? = nil) throws -> Trend {
        let scores = scores ?? groups.indices.map { Double($0 + 1) }
        guard scores.count == groups.count else {
            throw StatisticsError.lengthsDiffer(what: "scores", count: scores.count, patients: groups.count)
        }
        var (difference, square, size) = (0.0, 0.0, 0.0)
        for (row, group) in groups.enumerated() {
            difference += scores[row] * (group.observed - group.expected)
            for column in groups.indices {
                square += scores[row] * scores[column] * variance[row, column]
                size += abs(scores[row] * scores[column] * variance[row, column])
            }
        }
        guard square > 1e-13 * size else { throw StatisticsError.noVariance }
        let z = difference / square.squareRoot()
        return Trend(z: z, chiSquare: z * z, p: Distributions.chiSquareUpperTail(z * z, degreesOfFreedom: 1))
    }
}
