import Results

/// Follow-up times in order, nearly equal ones taken as one.
///
/// Times that are the same in theory may differ in their last bits (0.1 + 0.2 and 0.3), and a tie lost that way
/// changes every estimator. The rule is that of R's `survival::aeqSurv`, which `survfit`, `survdiff`, `coxph` and
/// `concordance` all apply: of the distinct times in ascending order, one that exceeds the time before it by at most
/// √ε (ε = 2⁻⁵²), or by at most √ε times the mean of the distinct times, is merged into it, and takes the value of
/// the first of its chain. Entry times take part in the rule as the others do. Apply it to a whole cohort before taking
/// groups or strata apart, as R does. O(n).
struct DistinctTimes: Sendable {
    static let tolerance = Double.ulpOfOne.squareRoot()

    /// Increasing.
    let time: [Double]
    /// The patients in ascending order of time; those of one time in the order of their rows.
    let order: [Int]
    /// `order[start[k]..<start[k + 1]]` are the patients of `time[k]`; one entry more than `time`.
    let start: [Int]
    /// For each patient the index of the first of the times at which they are at risk: how many are not after their
    /// entry. Nil when all are at risk from the start.
    let entryIndex: [Int]?

    var count: Int { time.count }

    /// - Precondition: the times are finite.
    init(_ times: [Double]) {
        order = ascendingOrder(times)
        let chains = Chains(times, order: order)
        time = chains.value
        start = chains.start
        entryIndex = nil
    }

    /// - Throws: `DelayedEntryError.noLengthLeft` when a patient's entry and time count as one.
    init(_ outcome: Outcome) throws {
        guard let entry = outcome.entry else {
            self.init(outcome.time)
            return
        }
        let patients = outcome.count
        let all = outcome.time + entry
        let sorted = ascendingOrder(all)
        let chains = Chains(all, order: sorted)
        var chainOfEntry = [Int](repeating: 0, count: patients)
        var chainOfTime = chainOfEntry
        // How many chains with a time in them there are before each chain.
        var passed = [0]
        var (time, start, order): ([Double], [Int], [Int]) = ([], [], [])
        order.reserveCapacity(patients)
        for chain in chains.value.indices {
            let first = order.count
            for item in sorted[chains.start[chain]..<chains.start[chain + 1]] {
                if item < patients {
                    order.append(item)
                    chainOfTime[item] = chain
                } else {
                    chainOfEntry[item - patients] = chain
                }
            }
            if order.count > first {
                time.append(chains.value[chain])
                start.append(first)
            }
            passed.append(time.count)
        }
        if let row = chainOfTime.indices.first(where: { chainOfTime[$0] == chainOfEntry[$0] }) {
            throw DelayedEntryError.noLengthLeft(entry: entry[row], time: outcome.time[row], row: row)
        }
        self.init(
            time: time, order: order, start: start + [patients], entryIndex: chainOfEntry.map { passed[$0 + 1] })
    }

    private init(time: [Double], order: [Int], start: [Int], entryIndex: [Int]?) {
        self.time = time
        self.order = order
        self.start = start
        self.entryIndex = entryIndex
    }

    /// The positions in `order` of the patients of `time[index]`.
    func block(_ index: Int) -> Range<Int> { start[index]..<start[index + 1] }

    /// Runs of nearly equal values.
    private struct Chains {
        let value: [Double]
        /// Where in the order each begins; one entry more than `value`.
        let start: [Int]

        init(_ values: [Double], order: [Int]) {
            var distinct: [Double] = []
            var first: [Int] = []
            for (position, row) in order.enumerated() where distinct.last != values[row] {
                distinct.append(values[row])
                first.append(position)
            }
            let mean = distinct.reduce(0) { $0 + abs($1) } / Double(max(distinct.count, 1))
            let threshold = max(DistinctTimes.tolerance, DistinctTimes.tolerance * mean)
            let kept = distinct.indices.filter { $0 == 0 || distinct[$0] - distinct[$0 - 1] > threshold }
            value = kept.map { distinct[$0] }
            start = kept.map { first[$0] } + [order.count]
        }
    }
}
