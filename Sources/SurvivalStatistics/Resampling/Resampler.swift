import Results

/// Draws as many patients as there are, with replacement, within strata where there are any.
public struct Resampler: Sendable {
    /// The rows of each stratum, in ascending order of stratum.
    private let members: [[Int]]

    public init(patients: Int, strata: [Int]? = nil) {
        guard let strata else {
            members = [Array(0..<patients)]
            return
        }
        precondition(strata.count == patients, "\(strata.count) strata for \(patients) patients")
        let rows = Dictionary(grouping: strata.indices) { strata[$0] }
        members = rows.keys.sorted().compactMap { rows[$0] }
    }

    /// Rows of the patients drawn, stratum by stratum. O(n).
    public func draw(using generator: inout SeededGenerator) -> [Int] {
        var rows: [Int] = []
        for stratum in members {
            let count = UInt64(stratum.count)
            for _ in stratum { rows.append(stratum[Int(generator.next().multipliedFullWidth(by: count).high)]) }
        }
        return rows
    }

    /// The statistics of many resamples, a row each; NaN where a statistic is not defined.
    ///
    /// The same generator gives the same resamples.
    ///
    /// - Parameters:
    ///   - progress: called with a number from 0 to 1 before each resample; may throw to interrupt.
    ///   - statistics: of the patients at some rows, which may repeat.
    /// - Throws: what `progress` and `statistics` throw.
    public func resample(
        _ resamples: Int, using generator: inout SeededGenerator, progress: (Double) throws -> Void = { _ in },
        statistics: ([Int]) throws -> [Double]
    ) throws -> [[Double]] {
        var values: [[Double]] = []
        values.reserveCapacity(resamples)
        for index in 0..<resamples {
            try progress(Double(index) / Double(resamples))
            values.append(try statistics(draw(using: &generator)))
        }
        return values
    }
}

/// How much each patient, or block of patients, moves a statistic, by leaving it out: the mean of the values without
/// one less the value without this one, within strata.
///
/// Up to `blocks` patients are left out one at a time; more are dealt to that many blocks in turn, stratum by stratum,
/// in their order (Efron & Narasimhan 2020, J Comput Graph Stat 29:608, use blocks as well). The statistic is computed
/// once per patient or block.
///
/// - Parameter progress: called with a number from 0 to 1 before each; may throw to interrupt.
/// - Returns: NaN where the statistic is not defined without a patient.
public func jackknifeInfluence(
    patients: Int, strata: [Int]? = nil, blocks: Int = 2000, progress: (Double) throws -> Void = { _ in },
    statistic: ([Int]) throws -> Double
) throws -> [Double] {
    var order = Array(0..<patients)
    if let strata { order.sort { (strata[$0], $0) < (strata[$1], $1) } }
    let count = min(blocks, patients)
    var values: [Double] = []
    for block in 0..<count {
        try progress(Double(block) / Double(count))
        values.append(try statistic(order.indices.filter { $0 % count != block }.map { order[$0] }))
    }
    // Blocks mix the strata; single patients have one.
    let stratum = strata == nil || count < patients ? [Int](repeating: 0, count: count) : order.map { strata![$0] }
    let groups = Dictionary(grouping: 0..<count) { stratum[$0] }
    var influence = [Double](repeating: 0, count: count)
    for members in groups.values {
        let mean = members.reduce(0) { $0 + values[$1] } / Double(members.count)
        for block in members { influence[block] = mean - values[block] }
    }
    guard count == patients else { return influence }
    var byRow = influence
    for (position, row) in order.enumerated() { byRow[row] = influence[position] }
    return byRow
}
