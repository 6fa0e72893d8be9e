import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Distinct times")
struct DistinctTimesTests {
    private struct Case: Decodable {
        let time: [Double]
    }

    @Test("are those of R's aeqSurv")
    func agreesWithR() throws {
        let data = try OracleData()
        for (name, r) in try Oracle.cases("times", as: [String: Case].self) {
            let times = try DistinctTimes(data.set(name).outcome.time)
            var merged = [Double](repeating: .nan, count: r.time.count)
            for index in 0..<times.count {
                for row in times.order[times.block(index)] { merged[row] = times.time[index] }
            }
            #expect(merged == r.time, "\(name)")
        }
    }

    @Test("merge sums of tenths, and chains of close neighbours")
    func merging() {
        #expect(DistinctTimes([0.3, 0.1 + 0.2, 0.4]).time == [0.3, 0.4])
        #expect(DistinctTimes([1, 1 + 1e-8, 1 + 2e-8, 1 + 3e-8, 1 + 1e-7]).time == [1, 1 + 1e-7])
        #expect(DistinctTimes([0, 0, 0]).start == [0, 3])
        #expect(DistinctTimes([]).start == [0])
    }

    @Test("come from an order that is right for many values, of either sign, and stable")
    func order() {
        var random = SeededGenerator(seed: 1)
        for count in [0, 1, 100, 2047, 2048, 30_000] {
            let values = (0..<count).map { _ in
                (random.normal() * pow(10, Double(Int.random(in: -3...3, using: &random)))).rounded() / 8
            }
            let expected = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
            #expect(ascendingOrder(values) == expected, "\(count) values")
        }
    }

    @Test("come from an order that is right where only the last bits differ")
    func closeValues() {
        var random = SeededGenerator(seed: 7)
        // A few close neighbours among many values; and many values that are all close neighbours.
        let few = (0..<5000).map { _ in
            Double(Int.random(in: 1...2000, using: &random)) + Double(Int.random(in: 0...3, using: &random)) * 0x1p-40
        }
        let many = (0..<5000).map { _ in 1 + Double(Int.random(in: 0...999, using: &random)) * 0x1p-50 }
        for values in [few, many] {
            let expected = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
            #expect(ascendingOrder(values) == expected)
        }
    }
}
