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
        // Beyond 5 sd is cut; a level not seen in training is "other"; a flat column is not blown up.
        #expect(row(4) == [5, 0, 1, 0, 0, 1, 2])
        #expect(row(5)[0] == -5)
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
}
