import Results
import Testing

@testable import SurvivalNetworks

@Suite struct FeatureScalingTests {
    private func table() -> Table {
        var table = Table(rowCount: 6)
        table["x"] = .numbers([1, 2, 3, 4, 1000, -50])
        table["holes"] = .numbers([.nan, 2, 4, 6, .nan, 8])
        table["stage"] = .labels(["I", "II", "I", nil, "IV", "II"])
        table["flat"] = .numbers([7, 7, 7, 7, 9, 7])
        table["empty"] = .numbers([.nan, .nan, .nan, .nan, 1, 1])
        return table
    }

    @Test func learnsFromTrainingRowsOnly() {
        let scaling = FeatureScaling(fitting: table(), training: [0, 1, 2, 3])
        #expect(scaling.columnNames == ["x", "holes", "stage", "flat"])
        #expect(scaling.emptyColumns == ["empty"])
        // x; holes and its flag; I, II, other; flat.
        #expect(scaling.columnOfFeature == [0, 1, 1, 2, 2, 2, 3])
        let features = scaling.features(of: table())
        func row(_ index: Int) -> [Float] { Array(features[index * 7..<(index + 1) * 7]) }
        // x: mean 2.5, sd 1.2909944; holes: median and mean 4, sd 2.
        #expect(row(0) == [-1.1618950, 0, 1, 1, 0, 0, 0])
        #expect(row(1) == [-0.38729835, -1, 0, 0, 1, 0, 0])
        #expect(row(3) == [1.1618950, 1, 0, 0, 0, 1, 0])
        // Beyond 5 sd is cut; a level not seen in training is "other"; of a flat column nothing is learned.
        #expect(row(4) == [5, 0, 1, 0, 0, 1, 0])
        #expect(row(5)[0] == -5)
    }

    /// What every training patient shares says nothing of who differs, and rounding does not make it vary.
    @Test(arguments: [0.1, 1.1, -9.9658, 46.4, 1]) func whatTrainingNeverSawVaryIsZero(_ constant: Double) {
        for count in [3, 7, 60, 289] {
            var table = Table(rowCount: count + 2)
            table["flat"] = .numbers([Double](repeating: constant, count: count) + [constant + 1e-7, constant + 1])
            let scaling = FeatureScaling(fitting: table, training: Array(0..<count))
            #expect(scaling.features(of: table).allSatisfy { $0 == 0 })
        }
    }

    /// Where every training patient has a level, one without counts as the average of them.
    @Test func aLevelThatNobodyLackedInTraining() {
        var table = Table(rowCount: 6)
        table["stage"] = .labels(["I", "II", "I", "I", nil, "IV"])
        let scaling = FeatureScaling(fitting: table, training: [0, 1, 2, 3])
        #expect(
            scaling.features(of: table) == [1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0.75, 0.25, 0, 0.75, 0.25, 0])
        // A file in which nobody has one is read as numbers.
        var unknown = Table(rowCount: 2)
        unknown["stage"] = .numbers([.nan, .nan])
        #expect(scaling.accepts(.numbers([.nan, .nan]), as: "stage") && !scaling.accepts(.numbers([1]), as: "stage"))
        #expect(scaling.features(of: unknown) == [0.75, 0.25, 0, 0.75, 0.25, 0])
        var generator = SeededGenerator(seed: 1)
        let noisy = scaling.perturbed(unknown, by: 1, present: [true, true], using: &generator)
        #expect(scaling.features(of: noisy) == [0.75, 0.25, 0, 0.75, 0.25, 0])
    }

    /// One wild value of training must not squeeze all others together.
    @Test func wildValuesDoNotSetTheScale() {
        var table = Table(rowCount: 101)
        table["gene"] = .numbers((0..<100).map { Double($0 % 10) } + [36_893])
        let features = FeatureScaling(fitting: table, training: Array(0...100)).features(of: table)
        let ordinary = features.prefix(100)
        #expect((ordinary.max() ?? 0) - (ordinary.min() ?? 0) > 2)
        #expect(features[100] <= 5)
    }

    /// Numbers and labels keep a correlation of 1/√(1 + noise²) with what they were.
    @Test(arguments: [0.5, 1, 3]) func noiseIsOfTheSizeAskedFor(_ noise: Double) throws {
        let count = 40_000
        var table = Table(rowCount: count)
        table["x"] = .numbers((0..<count).map { Double($0 % 101) * 3 + 7 })
        table["holes"] = .numbers((0..<count).map { $0 % 4 == 0 ? .nan : Double($0 % 101) })
        table["stage"] = .labels((0..<count).map { $0 % 5 == 0 ? nil : ["I", "II", "III"][$0 % 3] })
        table["unknown"] = .numbers([Double](repeating: .nan, count: count))
        let scaling = FeatureScaling(fitting: table, training: Array(0..<count))
        let present = [Bool](repeating: true, count: count)
        var generator = SeededGenerator(seed: 4)
        let noisy = scaling.perturbed(table, by: noise, present: present, using: &generator)
        let kept = 1 / (1 + noise * noise).squareRoot()
        guard case .numbers(let x)? = table["x"], case .numbers(let y)? = noisy["x"],
            case .numbers(let holes)? = noisy["holes"], case .labels(let before)? = table["stage"],
            case .labels(let after)? = noisy["stage"]
        else {
            Issue.record("the columns changed their type")
            return
        }
        #expect(abs(correlation(x, y) - kept) <= 0.015)
        #expect(holes.indices.allSatisfy { holes[$0].isNaN == ($0 % 4 == 0) })
        #expect(after.indices.allSatisfy { (after[$0] == nil) == (before[$0] == nil) })
        let known = before.indices.filter { before[$0] != nil }
        let (was, now) = (known.map { before[$0] == "II" ? 1.0 : 0 }, known.map { after[$0] == "II" ? 1.0 : 0 })
        #expect(abs(correlation(was, now) - kept) <= 0.015)
        #expect(noisy["unknown"].map { "\($0)" } == table["unknown"].map { "\($0)" })
        // The same deviates, twice as large.
        var again = SeededGenerator(seed: 4)
        guard case .numbers(let twice)? = scaling.perturbed(table, by: 2 * noise, present: present, using: &again)["x"]
        else {
            Issue.record("the column changed its type")
            return
        }
        #expect(x.indices.allSatisfy { abs((twice[$0] - x[$0]) - 2 * (y[$0] - x[$0])) <= 1e-9 })
    }

    private func correlation(_ x: [Double], _ y: [Double]) -> Double {
        let (a, b) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
        let products = zip(x, y).reduce((0.0, 0.0, 0.0)) { sums, pair in
            let (u, v) = (pair.0 - a, pair.1 - b)
            return (sums.0 + u * v, sums.1 + u * u, sums.2 + v * v)
        }
        return products.0 / (products.1 * products.2).squareRoot()
    }
}
