import Results

/// One thing measured of some patients, to be compared between two groups.
public struct GroupMeasurement: Sendable, Equatable {
    /// The patients, as positions in the groups; distinct.
    public var rows: [Int]
    /// One finite value for each of `rows`.
    public var values: [Double]

    public init(rows: [Int], values: [Double]) {
        precondition(rows.count == values.count, "\(rows.count) patients for \(values.count) values")
        self.rows = rows
        self.values = values
    }
}

/// How two groups of patients differ in one measurement.
public struct GroupDifference: Sendable, Equatable {
    /// Means of the patients outside the group and within; NaN where there are none.
    public var outside: Double
    public var inside: Double
    /// `inside` less `outside`, in standard deviations of all; 0 where all values are equal, NaN where a side is empty.
    public var standardised: Double
    /// How often a random division of the patients differs as much, for this measurement alone.
    public var p: Double
    /// How often the largest difference over all measurements is as large as this one.
    public var adjustedP: Double
}

/// Permutation tests of many measurements at once.
///
///     t = (mean inside − mean outside) / sd of all,   p = (1 + #{|t*| ≥ |t|}) / (1 + B)
///
/// over B random reassignments of the groups to the patients of a stratum. The adjusted p compares with the largest |t*|
/// over the measurements, which holds the chance of any false finding however they depend on each other (Westfall & Young
/// 1993, single-step maxT). A measurement whose difference is not defined has p NaN and no part in the largest.
///
/// - Parameters:
///   - inside: whether each patient is in the group.
///   - strata: patients change groups only with patients of the same stratum.
/// - Precondition: `inside` and `strata` are of one length, and measurements lie within.
/// - Throws: only what `progress` throws.
///
/// O(B · size of the measurements) time.
public func groupDifferences(
    _ measurements: [GroupMeasurement], inside: [Bool], strata: [Int], permutations: Int,
    using generator: inout SeededGenerator, progress: (Double) throws -> Void = { _ in }
) throws -> [GroupDifference] {
    precondition(inside.count == strata.count, "\(inside.count) groups for \(strata.count) strata")
    let deviations = measurements.map { Moments($0.values).populationVariance.squareRoot() }
    func differences(_ inside: [Bool]) -> [(outside: Double, inside: Double, standardised: Double)] {
        zip(measurements, deviations).map { measurement, deviation in
            var (sums, counts) = ((0.0, 0.0), (0.0, 0.0))
            for (row, value) in zip(measurement.rows, measurement.values) {
                if inside[row] {
                    sums.1 += value
                    counts.1 += 1
                } else {
                    sums.0 += value
                    counts.0 += 1
                }
            }
            let (out, within) = (sums.0 / counts.0, sums.1 / counts.1)
            return (out, within, deviation > 0 ? (within - out) / deviation : (within - out).isNaN ? .nan : 0)
        }
    }
    let observed = differences(inside)
    let members = Dictionary(grouping: inside.indices) { strata[$0] }.sorted { $0.key < $1.key }.map(\.value)
    var shuffled = inside
    var single = [Int](repeating: 0, count: measurements.count)
    var largest = single
    for permutation in 0..<permutations {
        for rows in members {
            for (row, label) in zip(rows, rows.map({ inside[$0] }).shuffled(using: &generator)) {
                shuffled[row] = label
            }
        }
        let drawn = differences(shuffled)
        let top = drawn.reduce(0) { $1.standardised.isNaN ? $0 : max($0, abs($1.standardised)) }
        for (index, difference) in observed.enumerated() {
            // Sums in another order may differ in the last digits.
            let least = abs(difference.standardised) * (1 - 1e-9)
            if abs(drawn[index].standardised) >= least { single[index] += 1 }
            if top >= least { largest[index] += 1 }
        }
        try progress(Double(permutation + 1) / Double(permutations))
    }
    func share(_ count: Int) -> Double { Double(1 + count) / Double(1 + permutations) }
    return observed.enumerated().map { index, difference in
        let isDefined = !difference.standardised.isNaN
        return GroupDifference(
            outside: difference.outside, inside: difference.inside, standardised: difference.standardised,
            p: isDefined ? share(single[index]) : .nan, adjustedP: isDefined ? share(largest[index]) : .nan)
    }
}
