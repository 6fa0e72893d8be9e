import Results
import Testing

@testable import SurvivalStatistics

@Suite("Sorting and counting of many values")
struct CountingTests {
    @Test("order as a stable sort does", arguments: [2, 100, 511, 512, 5_000])
    func order(count: Int) {
        var random = SeededGenerator(seed: 3)
        let lists: [[Double]] = [
            (0..<count).map { _ in random.normal() },
            (0..<count).map { _ in (100 * random.uniform()).rounded() / 100 },
            // Differences below what the 32 highest bits show, because of one value far away.
            (0..<count).map { $0 == 1 ? -1e300 : 1 + 1e-15 * (1000 * random.uniform()).rounded() },
            (0..<count).map { [0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, -1][$0 % 6] },
            [Double](repeating: 4.25, count: count),
            (0..<count).map { Double(count - $0) },
        ]
        for values in lists {
            let expected = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
            #expect(ascendingOrder(values) == expected)
        }
    }

    /// The risks are nearly all different, often equal, and all equal.
    @Test("concordance counts the pairs that are found by looking at each", arguments: [1e9, 20, 0])
    func concordancePairs(distinctRisks: Double) throws {
        var random = SeededGenerator(seed: 5)
        let count = 3_000
        let time = (0..<count).map { _ in (200 * random.uniform()).rounded() }
        let event = (0..<count).map { _ in random.uniform() < 0.7 }
        let risk = (0..<count).map { _ in (distinctRisks * random.uniform()).rounded() }
        var (concordant, discordant, tied) = (0, 0, 0)
        var influence = [(balance: Int, all: Int)](repeating: (0, 0), count: count)
        for first in 0..<count where event[first] {
            for second in 0..<count
            where time[first] < time[second] || time[first] == time[second] && !event[second] {
                let sign = risk[first] > risk[second] ? 1 : risk[first] < risk[second] ? -1 : 0
                if sign > 0 { concordant += 1 } else if sign < 0 { discordant += 1 } else { tied += 1 }
                for row in [first, second] {
                    influence[row].balance += sign
                    influence[row].all += 1
                }
            }
        }
        let result = try concordance(Outcome(time: time, event: event), risk: risk)
        #expect([result.concordant, result.discordant, result.tiedRisk] == [concordant, discordant, tied])
        let pairs = Double(concordant + discordant + tied)
        let somers = Double(concordant - discordant) / pairs
        let squares = influence.reduce(0) { sum, one in
            let share = (Double(one.balance) - somers * Double(one.all)) / pairs
            return sum + share * share
        }
        #expect(abs(result.standardError - squares.squareRoot() / 2) <= 1e-12)
    }
}
