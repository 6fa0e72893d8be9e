/// Follow-up times in order, nearly equal ones taken as one.
///
/// Times that are the same in theory may differ in their last bits (0.1 + 0.2 and 0.3), and a tie lost that way
/// changes every estimator. The rule is that of R's `survival::aeqSurv`, which `survfit`, `survdiff`, `coxph` and
/// `concordance` all apply: of the distinct times in ascending order, one that exceeds the time before it by at most
/// √ε (ε = 2⁻⁵²), or by at most √ε times the mean of the distinct times, is merged into it, and takes the value of
/// the first of its chain. Apply the rule to a whole cohort before taking groups or strata apart, as R does. O(n).
struct DistinctTimes: Sendable {
    static let tolerance = Double.ulpOfOne.squareRoot()

    /// Increasing.
    let time: [Double]
    /// The patients in ascending order of time; those of one time in the order of their rows.
    let order: [Int]
    /// `order[start[k]..<start[k + 1]]` are the patients of `time[k]`; one entry more than `time`.
    let start: [Int]

    var count: Int { time.count }

    /// - Precondition: the times are finite and not negative, as those of an `Outcome`.
    init(_ times: [Double]) {
        order = ascendingOrder(times)
        var distinct: [Double] = []
        var first: [Int] = []
        for (position, row) in order.enumerated() where distinct.last != times[row] {
            distinct.append(times[row])
            first.append(position)
        }
        let mean = distinct.reduce(0, +) / Double(max(distinct.count, 1))
        let threshold = max(Self.tolerance, Self.tolerance * mean)
        let kept = distinct.indices.filter { $0 == 0 || distinct[$0] - distinct[$0 - 1] > threshold }
        time = kept.map { distinct[$0] }
        start = kept.map { first[$0] } + [order.count]
    }

    /// The positions in `order` of the patients of `time[index]`.
    func block(_ index: Int) -> Range<Int> { start[index]..<start[index + 1] }
}
