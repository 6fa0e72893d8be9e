import Foundation
import Results
import Testing

@testable import Projection

@Suite struct TSNETests {
    private func layout(_ x: Matrix, _ perplexity: Double, seed: UInt64 = 1) throws -> TSNE.Layout {
        var generator = SeededGenerator(seed: seed)
        let names = (0..<x.rows).map { "patient \($0)" }
        return try TSNE(perplexity: perplexity).layout(x, names: names, using: &generator) { _ in }
    }

    @Test func affinitiesAreThoseOfScikitLearnAndOfRootFinding() throws {
        let oracle = try Oracle.load()
        let x = Matrix(Array(oracle.maps[0].x.prefix(oracle.affinities.points)))
        let ours = Affinities(x, perplexity: oracle.affinities.perplexity) { _ in }
        try #require(ours.upper.count == oracle.affinities.rootFinding.count)
        for k in ours.upper.indices {
            expectClose(ours.upper[k], oracle.affinities.rootFinding[k], relative: 1e-8, absolute: 1e-14, "p")
            // scikit-learn rounds distances to single precision and stops at an entropy error of 1e-5.
            expectClose(ours.upper[k], oracle.affinities.scikitLearn[k], relative: 1e-3, absolute: 1e-6, "p")
        }
        expectClose(2 * ours.upper.reduce(0, +), 1, relative: 1e-12, "the sum of P")
    }

    @Test func gradientAgreesWithFiniteDifferences() {
        var stream = Stream(7)
        let affinities = Affinities(stream.matrix(23, 5), perplexity: 6) { _ in }
        let start = stream.matrix(23, 2)
        var plane = PlaneForces(start: start)
        let gradient = plane.gradient(affinities, exaggeration: 1)
        let step = 1e-5
        for i in 0..<23 {
            for axis in 0..<2 {
                let sides = [step, -step].map { shift in
                    var moved = start
                    moved[i, axis] += shift
                    return PlaneForces(start: moved).divergence(from: affinities)
                }
                let expected = (sides[0] - sides[1]) / (2 * step)
                expectClose(gradient[axis * 23 + i], expected, relative: 1e-6, absolute: 1e-9, "the gradient")
            }
        }
    }

    /// The divergence is checked against the definition, from the points alone.
    @Test func layoutsAreAsGoodAsThoseOfPeers() throws {
        for map in try Oracle.load().maps {
            let x = Matrix(map.x)
            let result = try layout(x, map.perplexity)
            let affinities = Affinities(x, perplexity: map.perplexity) { _ in }
            expectClose(
                result.klDivergence, definedDivergence(affinities, result.points), relative: 1e-10,
                "the divergence of \(map.name)")
            let best = try #require(map.klDivergence.values.min())
            #expect(
                result.klDivergence <= 1.03 * best && result.klDivergence > 0.9 * best,
                "\(map.name): \(result.klDivergence), peers \(map.klDivergence)")
            expectClose(result.points.values.reduce(0, +), 0, absolute: 1e-8, "the centre")
        }
    }

    private func definedDivergence(_ affinities: Affinities, _ points: Matrix) -> Double {
        let n = points.rows
        func weight(_ i: Int, _ j: Int) -> Double {
            1 / (1 + pow(points[i, 0] - points[j, 0], 2) + pow(points[i, 1] - points[j, 1], 2))
        }
        var normaliser = 0.0
        for i in 0..<n { for j in 0..<n where j != i { normaliser += weight(i, j) } }
        var sum = 0.0
        var k = 0
        for i in 0..<n {
            for j in i + 1..<max(n, i + 1) {
                let p = affinities.upper[k]
                if p > 0 { sum += 2 * p * log(p / (weight(i, j) / normaliser)) }
                k += 1
            }
        }
        return sum
    }

    @Test func neitherSeedNorScaleNorPositionMatters() throws {
        var stream = Stream(3)
        let x = stream.matrix(60, 4)
        let reference = try layout(x, 10)
        #expect(try layout(x, 10, seed: 99) == reference)
        for scale in [0x1p-600, 0x1p600] {
            var scaled = x
            for k in scaled.values.indices { scaled.values[k] *= scale }
            #expect(try layout(scaled, 10) == reference, "scale \(scale)")
        }
    }

    @Test func vectorsOnALineFillThePlaneByTheSeed() throws {
        let line = Matrix(rows: 40, columns: 3, values: (0..<120).map { Double($0 / 3) })
        let first = try layout(line, 5)
        #expect(try layout(line, 5) == first)
        #expect(try layout(line, 5, seed: 2) != first)
        #expect(first.points.values.allSatisfy { $0.isFinite })
        // Neighbours on the line are neighbours in the plane.
        let steps = (1..<40).map { i in
            hypot(first.points[i, 0] - first.points[i - 1, 0], first.points[i, 1] - first.points[i - 1, 1])
        }
        let ends = hypot(first.points[0, 0] - first.points[39, 0], first.points[0, 1] - first.points[39, 1])
        #expect(try #require(steps.max()) < ends)
    }

    @Test func equalVectorsAreNeighbours() throws {
        var stream = Stream(5)
        var x = stream.matrix(50, 4)
        // Twelve duplicates, more than the perplexity.
        for i in 1..<12 { for j in 0..<4 { x[i, j] = x[0, j] } }
        let points = try layout(x, 5).points
        for i in 0..<12 {
            let nearest = (0..<50).filter { $0 != i }.min {
                hypot(points[$0, 0] - points[i, 0], points[$0, 1] - points[i, 1])
                    < hypot(points[$1, 0] - points[i, 0], points[$1, 1] - points[i, 1])
            }
            #expect(try #require(nearest) < 12)
        }
    }

    /// A collapsed embedding has no neighbourhoods: its map is one place, not noise.
    @Test func vectorsThatAreAllEqualLieAtOnePlace() throws {
        let constant = Matrix(rows: 30, columns: 2, values: [Double](repeating: 0.1, count: 60))
        var rounded = constant
        for k in rounded.values.indices { rounded.values[k] += Double(k % 3) * 1e-9 }
        let zero = Matrix(rows: 30, columns: 2, values: [Double](repeating: 0, count: 60))
        for vectors in [constant, rounded, zero] {
            let collapsed = try layout(vectors, 5)
            #expect(collapsed.points.values.allSatisfy { $0 == 0 } && collapsed.klDivergence == 0)
        }
    }

    @Test func tooFewPointsAreRefusedWithTheLargestPerplexity() throws {
        var stream = Stream(1)
        let x = stream.matrix(40, 3)
        let error = try #require(throws: ProjectionError.self) { try layout(x, 30) }
        #expect(error == .tooFewPoints(40, perplexity: 30))
        #expect(error.errorDescription == "40 points are too few for perplexity 30, which needs at least 91")
        #expect(error.recoverySuggestion == "use perplexity=13 or less")
        #expect(try layout(x, 13).points.rows == 40)
        #expect(throws: ProjectionError.tooFewPoints(3, perplexity: 1)) {
            try layout(Matrix(rows: 3, columns: 1, values: [1, 2, 4]), 1)
        }
        #expect(throws: ProjectionError.invalidPerplexity(0.5)) { try TSNE(perplexity: 0.5) }
        #expect(throws: ProjectionError.invalidPerplexity(.infinity)) { try TSNE(perplexity: .infinity) }
    }

    @Test func progressRisesToOneAndCanInterrupt() throws {
        struct Interrupted: Error {}
        var stream = Stream(2)
        let x = stream.matrix(100, 3)
        var generator = SeededGenerator(seed: 1)
        var seen: [Double] = []
        let names = (0..<100).map(String.init)
        let tsne = try TSNE(perplexity: 5)
        _ = try tsne.layout(x, names: names, using: &generator) { seen.append($0) }
        #expect(seen == seen.sorted() && seen.count > 50)
        expectClose(try #require(seen.last), 1, relative: 1e-12, "the last progress")
        #expect(throws: Interrupted.self) {
            try tsne.layout(x, names: names, using: &generator) { if $0 > 0.5 { throw Interrupted() } }
        }
    }
}
