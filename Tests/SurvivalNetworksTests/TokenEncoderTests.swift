import Testing
import Torch

@testable import SurvivalNetworks

@Suite struct TokenEncoderTests {
    /// Encodes patient 0 as given and patient 1 with one feature moved; the tokens that differ, by name.
    private func moved(_ feature: Int, width: Int, _ content: ([Float]) -> ModalityInput.Content, names: [String])
        throws
        -> [String]
    {
        let values = (0..<width).map { Float($0 + 1) / Float(width) }
        var other = values
        other[feature] += 1
        let input = ModalityInput(
            name: "m", content: content(values + other), present: [true, true], tokenNames: names)
        let store = ParameterStore(generator: try TensorGenerator(seed: 4))
        let encoder = try input.makeEncoder(store, width: 6, dropout: 0.5, inputDropout: 0.5)
        let part = try #require(try Batch([0, 1], of: [input]).modalities[0])
        let tokens = try encoder.tokens(of: part, training: nil)
        #expect(tokens.shape == [2, names.count, 6])
        let all = try tokens.floats()
        let size = names.count * 6
        return names.indices.filter { token in
            (0..<6).contains { all[token * 6 + $0] != all[size + token * 6 + $0] }
        }.map { names[$0] }
    }

    /// Sets of sizes that fall into different products keep their places, and share only the genes they share.
    @Test func aGeneMovesTheSetsItIsIn() throws {
        let sets = [[0, 1, 2, 3, 4], [5], [6, 7], [1, 8, 9]]
        let names = ["five", "one", "two", "three"]
        func moved(_ gene: Int) throws -> [String] {
            try self.moved(gene, width: 10, { .sets(values: $0, width: 10, sets: sets) }, names: names)
        }
        #expect(try moved(0) == ["five"])
        #expect(try moved(5) == ["one"])
        #expect(try moved(7) == ["two"])
        #expect(try moved(9) == ["three"])
        #expect(try moved(1) == ["five", "three"])
    }

    /// A column of several features (a number and its flag, levels) is one token.
    @Test func aFeatureMovesItsColumn() throws {
        let names = ["age", "stage", "size"]
        func moved(_ feature: Int, _ columns: [Int], _ names: [String]) throws -> [String] {
            try self.moved(
                feature, width: columns.count, { .columns(values: $0, columnOfFeature: columns) }, names: names)
        }
        #expect(try moved(0, [0, 0, 1, 1, 1, 2], names) == ["age"])
        #expect(try moved(3, [0, 0, 1, 1, 1, 2], names) == ["stage"])
        #expect(try moved(5, [0, 0, 1, 1, 1, 2], names) == ["size"])
        #expect(try moved(1, [0, 1, 2], names) == ["stage"])
    }

    /// Which features are left out in training: those of columns as their own probability says, if they have one.
    @Test func columnsMayHaveADropoutOfTheirOwn() throws {
        let columns = ModalityInput.Content.columns(
            values: (0..<8).map { Float($0 + 1) }, columnOfFeature: [0, 1, 1, 2])
        let sets = ModalityInput.Content.sets(
            values: (0..<8).map { Float($0 + 1) }, width: 4, sets: [[0, 1], [2, 3], [1, 2]])
        /// Whether a training pass without other dropout shows something else than an evaluation.
        func drops(_ content: ModalityInput.Content, _ dropout: InputDropout) throws -> Bool {
            let input = ModalityInput(
                name: "m", content: content, present: [true, true], tokenNames: ["a", "b", "c"])
            let store = ParameterStore(generator: try TensorGenerator(seed: 4))
            let encoder = try input.makeEncoder(store, width: 6, dropout: 0, inputDropout: dropout)
            let part = try #require(try Batch([0, 1], of: [input]).modalities[0])
            return try encoder.tokens(of: part, training: TensorGenerator(seed: 1)).floats()
                != encoder.tokens(of: part, training: nil).floats()
        }
        #expect(try drops(columns, 0.9))
        #expect(try drops(sets, 0.9))
        #expect(try !drops(columns, InputDropout(0.9, ofColumns: 0)))
        #expect(try drops(sets, InputDropout(0.9, ofColumns: 0)))
        #expect(try drops(columns, InputDropout(0, ofColumns: 0.9)))
        #expect(try !drops(sets, InputDropout(0, ofColumns: 0.9)))
        #expect(InputDropout(0.9, ofColumns: 0).settings.map(\.name) == ["input_dropout", "column_dropout"])
        #expect(InputDropout(0.9).settings.map(\.value) == ["0.9"])
    }
}
