import Testing

@testable import Torch

/// The operators with gradients of their own against chains of libtorch's operators and the gradients that it finds itself.
@Suite struct TokensTests {
    private func drawn(_ shape: [Int], _ seed: UInt64) throws -> Tensor {
        try TensorGenerator(seed: seed).normal(shape)
    }

    /// Values and gradients of both with respect to all inputs, within `tolerance` of the largest.
    ///
    /// - Parameter differentiated: how many of the inputs have a gradient.
    private func expectSame(
        _ inputs: [Tensor], differentiated: Int? = nil, tolerance: Double = 2e-6, _ what: String = "",
        own: ([Tensor]) throws -> [Tensor], chain: ([Tensor]) throws -> [Tensor],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let count = differentiated ?? inputs.count
        func pass(_ operation: ([Tensor]) throws -> [Tensor]) throws -> [[Double]] {
            let leaves = try inputs.enumerated().map { index, input in
                let leaf = try input.copied()
                return index < count ? try leaf.requiringGradient() : leaf
            }
            let results = try operation(leaves)
            var sum: Tensor?
            for (index, result) in results.enumerated() {
                let part = try (result * drawn(result.shape, UInt64(100 + index))).sum()
                sum = try sum.map { try $0 + part } ?? part
            }
            try #require(sum).backward()
            return try results.map { try $0.doubles() }
                + leaves.prefix(count).map { try #require(try $0.gradient(), "no gradient").doubles() }
        }
        for (index, (found, wanted)) in zip(try pass(own), try pass(chain)).enumerated() {
            try #require(found.count == wanted.count, "\(what) \(index)", sourceLocation: sourceLocation)
            let size = wanted.map(abs).max() ?? 0
            let farthest = zip(found, wanted).map { abs($0 - $1) }.max() ?? 0
            #expect(
                farthest <= tolerance * max(size, 1e-3), "\(what) \(index): \(farthest) of \(size)",
                sourceLocation: sourceLocation)
        }
    }

    private func layer(from inputs: Int, to outputs: Int, bias: Bool = true) throws -> Linear {
        try Linear(
            ParameterStore(generator: TensorGenerator(seed: 1)), "layer", from: inputs, to: outputs, bias: bias)
    }

    /// Of sizes that fill the tiles in which they are multiplied, and of sizes that do not.
    @Test(arguments: [1, 5, 16, 27, 35])
    func pseudoinverses(size: Int) throws {
        let a = try drawn([3, 3, size, size], 4).softmax(-1)
        let start = try a.transposed() / Double(size) + drawn(a.shape, 5) * 0.01
        let identity = try Tensor.call("aten::eye", [.integer(size)])
        try expectSame(
            [a, start], tolerance: 1e-5, "size \(size)", own: { [try $0[0].pseudoinverse(from: $0[1], iterations: 3)] },
            chain: {
                var z = $0[1]
                for _ in 0..<3 {
                    let p = try $0[0].matmul(z)
                    let inner = try identity * 15 - p.matmul(identity * 7 - p)
                    z = try z.matmul(identity * 13 - p.matmul(inner)) * 0.25
                }
                return [z]
            })
    }

    /// One patient, whose product is a loop of our own, and several; with a feature that is 0 and one beyond the last.
    @Test(arguments: [1, 3])
    func setsOfFeatures(patients: Int) throws {
        let mask = try Tensor([1, 1, 0, 1, 1, 1] as [Float], shape: [6])
        let values = try drawn([patients, 6], 1) * mask
        let places = [0, 3, 5, 6, 2, 1, 4, 0]
        let features = try Tensor(indices: places)
        try expectSame(
            [drawn([2, 4, 37], 2)], own: { [try values.multiplied(bySets: features, $0[0])] },
            chain: {
                let padded = try Tensor.concatenated([values, .zeros([patients, 1])], dimension: 1)
                return [
                    try padded.selected(1, features).reshaped([patients, 2, 4]).transposed(0, 1).batchMatmul($0[0])
                ]
            })
        #expect(throws: TorchError.self) { try values.multiplied(bySets: features, drawn([2, 3, 5], 3)) }
        #expect(throws: TorchError.self) { try drawn([6], 1).multiplied(bySets: features, drawn([2, 4, 5], 3)) }
    }

    /// Small ones, and those that are large enough for the other library's product.
    @Test(arguments: [[5, 3, 4], [300, 40, 64], [600, 700, 256]])
    func rectifiedLayers(shape: [Int]) throws {
        let (rows, width) = (shape[0], shape[2])
        let norm = try LayerNorm(ParameterStore(generator: TensorGenerator(seed: 2)), "norm", width: width)
        try norm.scale.assign(drawn([width], 3))
        try norm.shift.assign(drawn([width], 4))
        let layer = try layer(from: shape[1], to: width)
        let x = try drawn([rows, shape[1]], 5)
        let given = try drawn([rows, width], 6)
        let leaves = [layer.weight, try #require(layer.bias), norm.scale, norm.shift]
        func gradients(_ tokens: Tensor) throws -> [[Double]] {
            leaves.forEach { $0.clearGradient() }
            try (tokens * given).sum().backward()
            return try [tokens.doubles()] + leaves.map { try #require(try $0.gradient()).doubles() }
        }
        let middle = rows / 2
        let parts = [
            try x.narrowed(0, from: 0, count: middle), try x.narrowed(0, from: middle, count: rows - middle),
        ]
        for (pieces, probability) in [([x], 0), ([x], 0.25), (parts, 0.25)] {
            let own = try gradients(
                norm.ofRectified(layer, of: pieces, dropout: probability, training: TensorGenerator(seed: 7)))
            let mask = try TensorGenerator(seed: 7).bernoulli([rows, width], probability: 1 - probability)
            let chain = try gradients(norm(layer(x).relu()) * mask / (1 - probability))
            for (found, wanted) in zip(own, chain) {
                let size = wanted.map(abs).max() ?? 0
                #expect(zip(found, wanted).allSatisfy { abs($0 - $1) <= 1e-5 * size }, "\(shape) \(pieces.count)")
            }
        }
    }

    /// All readers one after the other, each of which has part in the gradient of the tokens, of bags of one size, of
    /// several, and of a single patient; tokens few and many; anchors that attend to what tokens hold and, in bags of one
    /// size, to which they are. In bfloat16, from numbers that are such already, a product
    /// rounds its other factor and what comes out by 2⁻⁹ of itself at most; two or three of those follow one another, and a
    /// softmax's gradient is the difference of two of them.
    @Test(
        arguments: [[7], [40], [3, 3], [40, 40], [2, 5, 1], [130, 70]],
        [
            (1, Tensor.ScalarType.float, false), (2, .float, false), (1, .bfloat, false), (2, .bfloat, false),
            (1, .float, true), (2, .float, true), (2, .bfloat, true),
        ])
    func readersInTurn(
        counts: [Int], kind: (anchors: Int, precision: Tensor.ScalarType, byIdentity: Bool)
    ) throws {
        let (anchors, precision, byIdentity) = kind
        let segments = Segments(counts)
        guard !byIdentity || segments.commonCount != nil else { return }
        let rows = segments.rowCount
        let width = 8
        let masks = [
            nil, try TensorGenerator(seed: 9).coins([rows], probability: 0.5),
            try TensorGenerator(seed: 9).coins([rows], probability: 0.5).logicalNot(),
        ]
        let layer = try layer(from: width, to: width, bias: false)
        var inputs = [
            try drawn([rows, width], 1), try drawn([6, width], 2), try drawn([rows, 4], 3),
            try byIdentity ? drawn([counts[0], anchors], 5) : drawn([anchors, width], 4),
        ]
        if precision == .bfloat {
            inputs = try inputs.map { try $0.converted(to: .bfloat).converted(to: .float) }
            try layer.weight.assign(layer.weight.detached().converted(to: .bfloat).converted(to: .float))
        }
        try expectSame(inputs, tolerance: precision == .float ? 5e-6 : 0x1p-6, "\(counts)") { inputs in
            let tokens = Tokens(inputs[0], segments, precision: precision)
            let cosines = try tokens.cosines(through: layer, with: inputs[1])
            let pooled = try tokens.pooled(by: inputs[2])
            let (attended, weights) = try tokens.attended(
                by: byIdentity ? .ofIdentity(inputs[3]) : .ofContent(queries: inputs[3]), views: masks)
            return [cosines, pooled, attended, weights]
        } chain: { inputs in
            let h = inputs[0]
            let cosines = try h.matmul(layer.weight.transposed()).normalized()
                .matmul(inputs[1].normalized().transposed())
            var (pooled, attended, allWeights): ([Tensor], [Tensor], [Tensor]) = ([], [], [])
            var start = 0
            for count in counts {
                let tokens = try h.narrowed(0, from: start, count: count)
                pooled.append(
                    try inputs[2].narrowed(0, from: start, count: count).transposed().matmul(tokens))
                let scores = try byIdentity ? inputs[3] : tokens.matmul(inputs[3].transposed())
                var views: [Tensor] = []
                var columns: [Tensor] = []
                for mask in masks {
                    var left = scores
                    var all = false
                    if let mask {
                        let these = try mask.narrowed(0, from: start, count: count).converted(to: .boolean)
                        all = try these.converted(to: .integer).integers().allSatisfy { $0 == 1 }
                        left = try scores.filled(where: these.unsqueezed(1), with: -1e9)
                    }
                    let weights = try left.softmax(0).mean(1, keeping: true) * (all ? 0 : 1)
                    views.append(try weights.transposed().matmul(tokens))
                    columns.append(weights)
                }
                allWeights.append(try .concatenated(columns, dimension: 1))
                attended.append(try .concatenated(views))
                start += count
            }
            return [cosines, try .stacked(pooled), try .stacked(attended), try .concatenated(allWeights)]
        }
    }

    /// What products of many tokens give in bfloat16 are rounded numbers. Attention's weights, and cosines but for the
    /// tokens' lengths, which are a factor of each row, are those of single precision.
    @Test(arguments: [(16, true), (15, false)])
    func manyTokensAreReadRounded(rows: Int, isRounded: Bool) throws {
        func isNarrow(_ values: Tensor) throws -> Bool {
            try values.converted(to: .bfloat).converted(to: .float).floats() == values.floats()
        }
        let h = try drawn([rows, 8], 1)
        let tokens = Tokens(h, Segments([rows]), precision: .bfloat)
        let precise = Tokens(h, Segments([rows]))
        let layer = try layer(from: 8, to: 8, bias: false)
        let prototypes = try drawn([3, 8], 2)
        let found = try tokens.cosines(through: layer, with: prototypes).doubles()
        let wanted = try precise.cosines(through: layer, with: prototypes).doubles()
        for row in stride(from: 0, to: 3 * rows, by: 3) {
            for column in 1...2 {
                let difference = found[row] * wanted[row + column] - found[row + column] * wanted[row]
                #expect(abs(difference) <= 1e-6)
            }
        }
        #expect(try isNarrow(tokens.pooled(by: drawn([rows, 3], 3))) == isRounded)
        let queries = try drawn([2, 8], 4)
        let attended = try tokens.attended(by: .ofContent(queries: queries), views: [nil])
        let exact = try precise.attended(by: .ofContent(queries: queries), views: [nil])
        #expect(try isNarrow(attended.pooled) == isRounded)
        #expect(try attended.weights.floats() == exact.weights.floats())
    }

    /// Features that were kept in bfloat16 are gathered as they are, into single precision.
    @Test(arguments: [[9], [4, 4], [2, 5, 1]])
    func narrowFeaturesGathered(counts: [Int]) throws {
        let segments = Segments(counts)
        let features = try drawn([segments.rowCount, 6], 1).converted(to: .bfloat)
        let weights = try drawn([segments.rowCount, 3], 2)
        try expectSame([weights], tolerance: 0x1p-7) {
            [try Tokens(features, segments).pooled(by: $0[0])]
        } chain: {
            [try Tokens(features.converted(to: .float), segments).pooled(by: $0[0])]
        }
    }

    @Test func attentionSumsToOne() throws {
        let tokens = Tokens(try drawn([7, 4], 1), Segments([3, 4]))
        let attention = try tokens.attended(by: .ofContent(queries: drawn([2, 4], 2)), views: [nil]).weights
            .doubles()
        #expect(abs(attention[..<3].reduce(0, +) - 1) <= 1e-6 && abs(attention[3...].reduce(0, +) - 1) <= 1e-6)
    }

    /// A later reader's gradient is not written over where somebody else holds it, too.
    @Test func gradientsHeldElsewhereStay() throws {
        let leaf = try drawn([5, 4], 1).requiringGradient()
        let other = try drawn([5, 4], 2).requiringGradient()
        let tokens = Tokens(leaf, Segments([5]))
        let pooled = try tokens.pooled(by: drawn([5, 3], 3))
        // The same gradient goes to the tokens and to `other`.
        try ((tokens.matrix + other).sum() + pooled.sum()).backward()
        #expect(try #require(try other.gradient()).floats() == [Float](repeating: 1, count: 20))
    }

    @Test func sharesCountedByKeys() throws {
        // Shares that sum to 1 over tokens, two patients of three tokens.
        let shares = try drawn([2, 3, 4], 1).softmax(1).reshaped([6, 4])
        try expectSame([shares, drawn([3, 5], 2), drawn([4, 5], 3)]) { inputs in
            [try inputs[0].counted(by: inputs[1], of: inputs[2])]
        } chain: { inputs in
            let scores = try inputs[1].matmul(inputs[2].transposed()) / 5.0.squareRoot()
            let weighted = try inputs[0].reshaped([2, 3, 4]) * scores.exp()
            return [try (weighted / weighted.sum(1, keeping: true)).reshaped([6, 4])]
        }
        // So little that it is divided by the bound, whose gradient is 0; all keys count alike.
        let little = try shares * 1e-14
        try expectSame([little, Tensor.zeros([3, 5]), drawn([4, 5], 3)]) { inputs in
            [try inputs[0].counted(by: inputs[1], of: inputs[2])]
        } chain: { inputs in
            let scores = try inputs[1].matmul(inputs[2].transposed()) / 5.0.squareRoot()
            return [try (inputs[0].reshaped([2, 3, 4]) * scores.exp()).reshaped([6, 4]) / 1e-12]
        }
    }

    @Test(arguments: [1, 3]) func gatedMeans(patients: Int) throws {
        let hidden = try layer(from: 6, to: 5)
        let score = try layer(from: 5, to: 1, bias: false)
        try expectSame([drawn([patients, 4, 6], 1)]) {
            let (mean, weights) = try $0[0].gatedMean(hidden: hidden, score: score)
            return [mean, weights]
        } chain: {
            let weights = try score(hidden($0[0]).tanh()).squeezed(2).softmax(1)
            return [try weights.unsqueezed(1).batchMatmul($0[0]).squeezed(1), weights]
        }
        // And with respect to the layers' own.
        let values = try drawn([patients, 4, 6], 1)
        func ofLayers(_ mean: Tensor) throws -> [[Double]] {
            let leaves = [hidden.weight, try #require(hidden.bias), score.weight]
            leaves.forEach { $0.clearGradient() }
            try (mean * drawn([patients, 6], 8)).sum().backward()
            return try leaves.map { try #require(try $0.gradient()).doubles() }
        }
        let found = try ofLayers(values.gatedMean(hidden: hidden, score: score).mean)
        let weights = try score(hidden(values).tanh()).squeezed(2).softmax(1)
        let wanted = try ofLayers(weights.unsqueezed(1).batchMatmul(values).squeezed(1))
        for (a, b) in zip(found, wanted) {
            let size = b.map(abs).max() ?? 0
            #expect(zip(a, b).allSatisfy { abs($0 - $1) <= 2e-6 * max(size, 1e-3) })
        }
    }

    @Test(arguments: [[1, 0], [1, 5], [4, 0], [4, 6]]) func contrasts(sizes: [Int]) throws {
        let (patients, remembered) = (sizes[0], sizes[1])
        guard patients + remembered > 1 else { return }
        let memories = try remembered == 0 ? [] : [3, 4].map { try drawn([remembered, 3], $0).normalized() }
        let mask =
            remembered == 0
            ? nil
            : try Tensor(
                mask: (0..<patients * remembered).map { $0 % (remembered + 1) == 1 }, shape: [patients, remembered])
        try expectSame([drawn([patients, 3], 1), drawn([patients, 3], 2)], tolerance: 5e-6) {
            [
                try $0[0].contrast(
                    with: $0[1], temperature: 0.2, memories: (memories.first, memories.last), own: (mask, nil))
            ]
        } chain: { inputs in
            func direction(_ a: Tensor, _ b: Tensor, _ memory: Tensor?, _ mask: Tensor?) throws -> Tensor {
                let own = try a.normalized().matmul(b.normalized().transposed()) / 0.2
                var all = own
                if let memory {
                    var others = try a.normalized().matmul(memory.transposed()) / 0.2
                    if let mask { others = try others.filled(where: mask, with: -1e9) }
                    all = try .concatenated([own, others], dimension: 1)
                }
                return try (all.logSumExp(1) - own.diagonal()).mean()
            }
            let forth = try direction(inputs[0], inputs[1], memories.last, nil)
            let back = try direction(inputs[1], inputs[0], memories.first, mask)
            return [try (forth + back) * 0.5]
        }
    }

    /// A vector shorter than 1e-3 is divided by 1e-3, and its gradient is that.
    @Test func contrastsOfVeryShortVectors() throws {
        let x = try Tensor([1e-5, -2e-5, 0.3, 0.4], shape: [2, 2] as [Int])
        try expectSame([x, drawn([2, 2], 2)], tolerance: 5e-6) {
            [try $0[0].contrast(with: $0[1], temperature: 0.5)]
        } chain: {
            let likeness = try $0[0].normalized().matmul($0[1].normalized().transposed()) / 0.5
            let forth = try (likeness.logSumExp(1) - likeness.diagonal()).mean()
            let back = try (likeness.transposed().logSumExp(1) - likeness.diagonal()).mean()
            return [try (forth + back) * 0.5]
        }
    }

    @Test(arguments: [[1, 0], [1, 1], [5, 0], [5, 7]]) func variancesAndCovariances(sizes: [Int]) throws {
        let remembered = sizes[1] == 0 ? nil : try drawn([sizes[1], 3], 3)
        try expectSame([drawn([sizes[0], 3], 1), drawn([sizes[0], 3], 2)]) {
            [try $0[0].varianceInvarianceCovariance(with: $0[1], memories: (remembered, remembered))]
        } chain: { inputs in
            var loss = try (inputs[0] - inputs[1]).square().sum(1).mean()
            for embedding in inputs {
                let rows = try remembered.map { try Tensor.concatenated([embedding, $0]) } ?? embedding
                let count = rows.shape[0]
                guard count >= 2 else { continue }
                let centred = try rows - rows.mean(0, keeping: true)
                let covariance = try centred.transposed().matmul(centred) / Double(count - 1)
                let deviations = try (covariance.diagonal() + 1e-4).sqrt()
                let apart = try covariance.square().sum() - covariance.diagonal().square().sum()
                loss = try loss + (1 - deviations).relu().sum() + apart * (0.1 / 3)
            }
            return [loss]
        }
    }

    @Test(arguments: [0, 1, 2]) func marginsToAnchors(own: Int) throws {
        try expectSame([drawn([6, 4], 1), drawn([2, 4], 2), drawn([1, 4], 3), drawn([3, 4], 4)]) {
            [try $0[0].marginLoss(to: Array($0.dropFirst()), own: own, margin: 0.3)]
        } chain: { inputs in
            let cosines = try inputs.dropFirst().map {
                try inputs[0].normalized().matmul($0.normalized().mean(0).normalized())
            }
            let others = cosines.indices.filter { $0 != own }.map { cosines[$0] }
            return [try (Tensor.stacked(others, dimension: 1).maximum(1) - cosines[own] + 0.3).relu().mean()]
        }
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let tokens = Tokens(try drawn([5, 4], 1), Segments([2, 3]))
        #expect(throws: TorchError.self) { _ = try tokens.pooled(by: drawn([4, 2], 2)) }
        #expect(throws: TorchError.self) {
            _ = try tokens.attended(by: .ofContent(queries: drawn([1, 4], 2)), views: [drawn([4], 3)])
        }
        #expect(throws: TorchError.self) {
            _ = try tokens.attended(by: .ofIdentity(drawn([3, 1], 2)), views: [nil])
        }
        // As many scores as rows in all, but bags of other sizes.
        #expect(throws: TorchError.self) {
            _ = try Tokens(drawn([6, 4], 1), Segments([2, 4])).attended(
                by: .ofIdentity(drawn([3, 1], 2)), views: [nil])
        }
        #expect(throws: TorchError.self) {
            _ = try Tokens(drawn([6, 4], 1), Segments([2, 3])).pooled(by: drawn([6, 1], 2))
        }
        #expect(throws: TorchError.self) {
            _ = try drawn([2, 4], 1).marginLoss(to: [drawn([1, 4], 2)], own: 0, margin: 0)
        }
    }
}
