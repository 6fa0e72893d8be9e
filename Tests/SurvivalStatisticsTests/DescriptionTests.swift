import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Tests and differences of a table of patients")
struct DescriptionTests {
    private struct Cases: Decodable {
        let numbers: [Numbers]
        let counts: [Counts]
    }

    private struct Numbers: Decodable {
        let data: String
        let column: String
        let by: String
        let kruskal: [Double]
        let welch: [Double]
        let standardized: Double?
        let quartiles: [String: [Double]]
    }

    private struct Counts: Decodable {
        let table: [[Int]]
        let exact: Bool
        let statistic: Double?
        let p: Double
        let standardized: Double?
    }

    @Test("of numbers agree with R")
    func numbers() throws {
        let data = try OracleData()
        for r in try Oracle.cases("description", as: Cases.self).numbers {
            let set = try data.set(r.data, needing: [r.column])
            let place = "\(r.column) of \(r.data):"
            let groups = Dictionary(grouping: zip(try set.labels(r.by), try set.numbers(r.column)), by: \.0)
                .mapValues { $0.map(\.1) }
            let parts = groups.keys.sorted().compactMap { groups[$0] }
            let kruskal = try #require(GroupTest.kruskalWallis(parts))
            expectClose([kruskal.statistic, kruskal.p], r.kruskal, "\(place) Kruskal-Wallis", scale: 1e-3)
            let welch = try #require(GroupTest.welch(parts))
            expectClose([welch.statistic, welch.p], r.welch, "\(place) Welch", scale: 1e-3)
            if let standardized = r.standardized {
                expectClose(standardizedDifference(parts[0], parts[1]), standardized, "\(place) difference")
            }
            for (name, quartiles) in r.quartiles {
                let sorted = try #require(groups[name]).sorted()
                expectClose([0.25, 0.5, 0.75].map { quantile(ofSorted: sorted, $0) }, quartiles, "\(place) quartiles")
            }
        }
    }

    @Test("of counts agree with R")
    func counts() throws {
        for r in try Oracle.cases("description", as: Cases.self).counts {
            let test = try #require(GroupTest.independence(r.table))
            #expect(test.method == (r.exact ? .fisher : .chiSquare))
            expectClose(test.statistic, r.statistic, "statistic of \(r.table)")
            expectClose(test.p, r.p, "p of \(r.table)")
            if let standardized = r.standardized {
                expectClose(
                    standardizedDifference(counts: r.table[0], r.table[1]), standardized, "difference of \(r.table)")
            }
        }
    }

    @Test("are absent where nothing can be compared")
    func absent() {
        #expect(GroupTest.kruskalWallis([[1, 2], []]) == nil)
        #expect(GroupTest.kruskalWallis([[2, 2], [2]]) == nil)
        #expect(GroupTest.welch([[1, 2], [3]]) == nil)
        #expect(GroupTest.welch([[1, 2], [3, 3]]) == nil)
        // Sums of 1.1 are not multiples of it, and yet equal values have no spread.
        let (few, many) = ([Double](repeating: 1.1, count: 36), [Double](repeating: 1.1, count: 161))
        #expect(GroupTest.welch([few, many]) == nil)
        #expect(standardizedDifference(few, many) == nil)
        #expect(few.meanAndDeviation == (1.1, 0) && many.meanAndDeviation == (1.1, 0))
        #expect(GroupTest.independence([[3, 0], [2, 0]]) == nil)
        #expect(GroupTest.independence([[3, 1], [0, 0]]) == nil)
        #expect(GroupTest.independence([[3, 0, 2], [2, 0, 1]])?.method == .fisher)
        #expect(standardizedDifference([1], [2, 3]) == nil)
        #expect(standardizedDifference([2, 2], [2, 2]) == nil)
        #expect(standardizedDifference(counts: [3, 0], [2, 0]) == nil)
        #expect(standardizedDifference(counts: [3, 0], [0, 2]) == nil)
        #expect(standardizedDifference(counts: [3, 1], [0, 0]) == nil)
    }

    /// As R's quantile(c(-Inf, 1, 2, 3, Inf)): -Inf 1 2 3 Inf.
    @Test func quantilesBesideInfinity() {
        let values = [-Double.infinity, 1, 2, 3, .infinity]
        #expect([0, 0.25, 0.5, 0.75, 1].map { quantile(ofSorted: values, $0) } == values)
    }
}
