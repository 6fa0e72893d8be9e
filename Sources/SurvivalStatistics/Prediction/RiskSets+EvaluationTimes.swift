extension RiskSets {
    /// How many of the distinct follow-up times each evaluation time has reached.
    ///
    /// - Throws: `StatisticsError.timesNotIncreasing`; `.evaluationTime` for a negative time, or one not below the last
    ///   follow-up time, beyond which nobody is left to judge by.
    func passed(by times: [Double]) throws -> [Int] {
        guard let first = times.first, let end = times.last,
            !zip(times, times.dropFirst()).contains(where: { !($0 < $1) })
        else { throw StatisticsError.timesNotIncreasing }
        let last = time[count - 1]
        for extreme in [first, end] where !(extreme >= 0 && extreme < last) {
            throw StatisticsError.evaluationTime(extreme, last: last)
        }
        return times.map { evaluation in time.partitioningIndex { $0 > evaluation } }
    }
}
