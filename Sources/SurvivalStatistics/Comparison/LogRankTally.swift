import Results

/// The sums of a log-rank test.
struct LogRankTally {
    private let groups: GroupLabels
    private let weights: LogRankWeights
    private var observed: [Double]
    private var expected: [Double]
    private var variance: Matrix
    /// Whether patients of two groups were at risk at the time of an event.
    private var haveMet = false

    init(groups: GroupLabels, weights: LogRankWeights) {
        self.groups = groups
        self.weights = weights
        let count = groups.names.count
        observed = [Double](repeating: 0, count: count)
        expected = observed
        variance = Matrix(rows: count, columns: count, values: [Double](repeating: 0, count: count * count))
    }

    /// Adds the event times of one stratum, forward in time.
    mutating func add(_ sets: RiskSets) {
        let count = groups.names.count
        var atRisk = [Int](repeating: 0, count: count)
        let codes = sets.order.map { groups.codes[$0] }
        if sets.entries == nil { for code in codes { atRisk[code] += 1 } }
        var survival = 1.0
        for index in 0..<sets.count {
            for position in sets.entering(index) { atRisk[codes[position]] += 1 }
            let deaths = Double(sets.eventCount[index])
            if deaths > 0 {
                let total = Double(sets.atRiskCount(index))
                let weight = weights.weight(atRisk: total, survivalBefore: survival)
                survival *= (total - deaths) / total
                for position in sets.events(index) { observed[codes[position]] += weight }
                addExpected(atRisk, deaths: deaths, total: total, weight: weight)
            }
            for position in sets.start[index]..<sets.start[index + 1] {
                atRisk[codes[position]] -= 1
            }
        }
    }

    private mutating func addExpected(_ atRisk: [Int], deaths: Double, total: Double, weight: Double) {
        let share = weight * deaths / total
        let spread = total > 1 ? weight * share * (total - deaths) / (total - 1) : 0
        let count = atRisk.count
        if !haveMet { haveMet = atRisk.count { $0 > 0 } > 1 }
        for group in 0..<count where atRisk[group] > 0 {
            let size = Double(atRisk[group])
            expected[group] += share * size
            guard spread > 0 else { continue }
            for other in 0..<count {
                variance.values[group * count + other] +=
                    spread * size * ((group == other ? 1 : 0) - Double(atRisk[other]) / total)
            }
        }
    }

    func result() throws -> LogRank {
        guard haveMet else { throw StatisticsError.groupsNeverAtRiskTogether }
        // The rows sum to 0, so one group is left out. So they do within groups that never meet others (in strata of their
        // own, say), each of which takes a degree of freedom: what is left is the rank.
        let used = Array(expected.indices.filter { expected[$0] > 0 }.dropFirst())
        let block = Matrix(
            rows: used.count, columns: used.count, values: used.flatMap { row in used.map { variance[row, $0] } })
        let factorization = Factorization(block, tolerance: Factorization.coxTolerance)
        let degreesOfFreedom = used.count - factorization.dependentColumns.count
        guard degreesOfFreedom > 0 else { throw StatisticsError.noVariance }
        let difference = used.map { observed[$0] - expected[$0] }
        let chiSquare = zip(difference, factorization.solve(difference)).reduce(0) { $0 + $1.0 * $1.1 }
        var patients = [Int](repeating: 0, count: groups.names.count)
        for code in groups.codes { patients[code] += 1 }
        return LogRank(
            groups: groups.names.indices.map {
                LogRank.Group(
                    name: groups.names[$0], patients: patients[$0], observed: observed[$0], expected: expected[$0])
            },
            variance: variance, chiSquare: chiSquare, degreesOfFreedom: degreesOfFreedom,
            p: Distributions.chiSquareUpperTail(chiSquare, degreesOfFreedom: degreesOfFreedom))
    }
}
