extension JudgedModel {
    /// The normal interval of the mean, over patients and, where there are several, seeds.
    ///
    /// - Throws: `StatisticsError.invalidLevel`.
    public func interval(level: Double) throws -> ClosedRange<Double> {
        let seeds = seedDeviation.map { $0 * $0 / Double(self.seeds.count) } ?? 0
        let half =
            try Distributions.normalMultiplier(level: level) * (standardError * standardError + seeds).squareRoot()
        return (mean - half)...(mean + half)
    }
}
