import Results

/// The log-rank test of one pair among several groups.
public struct PairwiseLogRank: Sendable, Equatable {
    public var first: String
    public var second: String
    /// Why the pair cannot be compared, when it cannot; its p values are then nil and count in no adjustment.
    public var obstacle: StatisticsError?
    public var chiSquare: Double?
    public var p: Double?
    /// Made up for the number of pairs that could be compared.
    public var adjustedP: Double?
}

/// The log-rank test of every pair of groups, on the patients of the two, with p values adjusted for their number.
///
/// O(k n log n) at most for k groups.
///
/// - Parameters: as for `logRank(_:groups:weights:strata:)`.
/// - Throws: as `logRank`, but a pair that cannot be compared is reported in its entry.
public func pairwiseLogRank(
    _ outcome: Outcome, groups: [String], weights: LogRankWeights = .logRank, strata: [Int]? = nil,
    adjustment: Adjustment = .holm
) throws -> [PairwiseLogRank] {
    try StatisticsError.check(groups.count, "group labels", patients: outcome.count)
    if let strata { try StatisticsError.check(strata.count, "strata", patients: outcome.count) }
    try weights.check()
    let labels = GroupLabels(groups)
    guard labels.names.count > 1 else { throw StatisticsError.singleGroup(labels.names[0]) }
    var members = [[Int]](repeating: [], count: labels.names.count)
    for (row, code) in labels.codes.enumerated() { members[code].append(row) }
    var pairs: [PairwiseLogRank] = []
    for second in members.indices {
        for first in 0..<second {
            var pair = PairwiseLogRank(first: labels.names[first], second: labels.names[second])
            let rows = members[first] + members[second]
            do {
                let test = try logRank(
                    outcome[rows], groups: rows.map { groups[$0] }, weights: weights,
                    strata: strata.map { strata in rows.map { strata[$0] } })
                pair.chiSquare = test.chiSquare
                pair.p = test.p
            } catch let obstacle as StatisticsError {
                pair.obstacle = obstacle
            }
            pairs.append(pair)
        }
    }
    let compared = pairs.indices.filter { pairs[$0].p != nil }
    for (index, p) in zip(compared, adjustment.adjust(pairs.compactMap(\.p))) { pairs[index].adjustedP = p }
    return pairs
}
