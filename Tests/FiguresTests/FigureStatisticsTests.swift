import Foundation
import Projection
import Results
import SurvivalStatistics
import Testing

/// The numbers behind box plots, histograms, trees and scatter plots are R's.
@Suite struct FigureStatisticsTests {
    private struct Recorded: Decodable {
        struct Box: Decodable {
            var values: [Double]
            var count: Int
            var lowerQuartile: Double
            var median: Double
            var upperQuartile: Double
            var lowerWhisker: Double
            var upperWhisker: Double
            var outliers: [Double]
        }
        struct Histogram: Decodable {
            var values: [Double]
            /// Nil by Freedman and Diaconis' rule.
            var count: Int?
            var edges: [Double]
            var counts: [Int]
        }
        struct Tree: Decodable {
            var linkage: String
            var rows: [[Double]]
            /// Per join two rows (negative, from 1) or earlier joins (from 1).
            var merge: [[Int]]
            var height: [Double]
            var order: [Int]
        }
        struct Correlated: Decodable {
            var x: [Double]
            var y: [Double]
            var pearson: Double
            var spearman: Double
        }

        var version: String
        var boxes: [Box]
        var histograms: [Histogram]
        var trees: [Tree]
        var correlations: [Correlated]
    }

    private let recorded: Recorded

    init() throws {
        let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Fixtures/figures/figures.json")
        var text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        // R writes a vector of one element without brackets.
        text = text.replacing(#/"(values|counts)":(-?[\d.e+]+)/#) { "\"\($0.1)\":[\($0.2)]" }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        recorded = try decoder.decode(Recorded.self, from: Data(text.utf8))
    }

    private func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-10 * max(1, abs(b)) }

    @Test func boxesAreThoseOfR() throws {
        #expect(recorded.boxes.count == 10)
        for expected in recorded.boxes {
            let found = try #require(BoxSummary(expected.values))
            #expect(found.count == expected.count)
            #expect(close(found.lowerQuartile, expected.lowerQuartile) && close(found.median, expected.median))
            #expect(close(found.upperQuartile, expected.upperQuartile))
            #expect(close(found.lowerWhisker, expected.lowerWhisker), "\(found)")
            #expect(close(found.upperWhisker, expected.upperWhisker), "\(found)")
            #expect(found.outliers == expected.outliers)
        }
        #expect(BoxSummary([]) == nil)
    }

    @Test func histogramsAreThoseOfR() throws {
        #expect(recorded.histograms.count == 26)
        for expected in recorded.histograms {
            let found = HistogramBins(expected.values, count: expected.count)
            #expect(found.edges.count == expected.edges.count, "\(found.edges) \(expected.edges)")
            #expect(zip(found.edges, expected.edges).allSatisfy(close), "\(found.edges) \(expected.edges)")
            #expect(found.counts(expected.values) == expected.counts)
        }
        // One value, or all alike: an interval around it.
        for values in [[4.0], [0, 0, 0], [1e9, 1e9], [-3e-12]] {
            let bins = HistogramBins(values)
            #expect(bins.counts(values).reduce(0, +) == values.count)
            #expect(bins.edges.first! <= values[0] && values[0] <= bins.edges.last!)
        }
        // A value far out does not ask for a million intervals.
        #expect(HistogramBins((0..<100).map(Double.init) + [1e12]).edges.count < 5000)
    }

    @Test func treesAreThoseOfR() throws {
        #expect(recorded.trees.count == 15)
        for expected in recorded.trees {
            let matrix = Matrix(
                rows: expected.rows.count, columns: expected.rows[0].count, values: expected.rows.flatMap { $0 })
            let linkage = try #require(HierarchicalClustering.Linkage(rawValue: expected.linkage))
            let found = try HierarchicalClustering(
                matrix, names: expected.rows.indices.map(String.init), linkage: linkage)
            #expect(found.order.map { $0 + 1 } == expected.order, "\(linkage), \(matrix.rows) rows")
            #expect(zip(found.joins.map(\.height), expected.height).allSatisfy(close))
            // The rows under each join; of joins at one height either may come first.
            var (ours, theirs) = ([Set<Int>](), [Set<Int>]())
            for join in found.joins {
                ours.append(
                    [join.first, join.second].reduce(into: []) { rows, branch in
                        switch branch {
                        case .row(let row): rows.insert(row + 1)
                        case .join(let number): rows.formUnion(ours[number])
                        }
                    })
            }
            for pair in expected.merge {
                theirs.append(
                    pair.reduce(into: []) { rows, branch in
                        if branch < 0 { rows.insert(-branch) } else { rows.formUnion(theirs[branch - 1]) }
                    })
            }
            #expect(Set(ours) == Set(theirs), "\(linkage), \(matrix.rows) rows")
        }
    }

    @Test func oneRowAndEqualRowsAreClustered() throws {
        let one = try HierarchicalClustering(Matrix(rows: 1, columns: 2, values: [1, 2]), names: ["a"])
        #expect(one.order == [0] && one.joins.isEmpty)
        let equal = try HierarchicalClustering(
            Matrix(rows: 5, columns: 1, values: [2, 2, 2, 2, 2]), names: ["a", "b", "c", "d", "e"])
        #expect(equal.order.sorted() == [0, 1, 2, 3, 4] && equal.joins.allSatisfy { $0.height == 0 })
        let error = #expect(throws: ProjectionError.self) {
            try HierarchicalClustering(Matrix(rows: 2, columns: 1, values: [1, .nan]), names: ["a", "token b"])
        }
        #expect(error?.errorDescription?.contains("token b") == true)
    }

    @Test func correlationsAreThoseOfR() throws {
        for expected in recorded.correlations {
            let pearson = try #require(try Correlation(expected.x, expected.y, method: .pearson, level: 0.95))
            let spearman = try #require(try Correlation(expected.x, expected.y, method: .spearman, level: 0.95))
            #expect(pearson.count == expected.x.count)
            #expect(close(pearson.coefficient, expected.pearson) && close(spearman.coefficient, expected.spearman))
        }
        #expect(try Correlation([1, 2, 3], [5, 5, 5], method: .pearson, level: 0.95) == nil)
        let large = try Correlation([1e200, 2e200, 3e200], [1, 2, 3], method: .pearson, level: 0.95)
        #expect(large?.coefficient == 1)
    }
}
