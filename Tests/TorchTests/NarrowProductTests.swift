import Foundation
import Testing

@testable import Torch

/// Products in bfloat16 against sums in double precision, by what 8 bits of mantissa allow: a number rounded to nearest is
/// off by u = 2⁻⁸ of itself at most.
@Suite struct NarrowProductTests {
    private static let u = 0x1p-8

    /// Odd sizes, single rows, single columns, bags as they are.
    static let shapes = [
        [1, 1, 1], [3, 5, 7], [17, 33, 9], [1, 1024, 256], [97, 1024, 16], [130, 1000, 31], [300, 257, 40],
    ]

    /// To nearest, ties to even; written apart from the code under test.
    private func rounded(_ x: Double) -> Double {
        guard x != 0 else { return 0 }
        let step = pow(2, Foundation.floor(log2(abs(x))) - 7)
        return (x / step).rounded(.toNearestOrEven) * step
    }

    /// [rows, columns] numbers of single precision, as doubles.
    private func drawn(_ rows: Int, _ columns: Int, seed: UInt64, deviation: Double = 1) throws -> [[Double]] {
        let values = try (TensorGenerator(seed: seed).normal([rows, columns]) * deviation).doubles()
        return (0..<rows).map { Array(values[$0 * columns..<($0 + 1) * columns]) }
    }

    private func tensor(_ rows: [[Double]]) throws -> Tensor {
        try Tensor(rows.flatMap { $0 }, shape: [rows.count, rows[0].count])
    }

    private func layer(_ weights: [[Double]], bias: [Double]? = nil) throws -> Linear {
        let store = ParameterStore(generator: try TensorGenerator(seed: 1))
        let layer = try Linear(store, "layer", from: weights[0].count, to: weights.count, bias: bias != nil)
        try layer.weight.assign(tensor(weights))
        if let bias { try layer.bias?.assign(Tensor(bias, shape: [bias.count])) }
        return layer
    }

    /// a bᵀ, and the same of all absolute values.
    private func product(_ a: [[Double]], _ b: [[Double]]) -> (values: [Double], sizes: [Double]) {
        var (values, sizes): ([Double], [Double]) = ([], [])
        for x in a {
            for y in b {
                values.append(zip(x, y).reduce(0) { $0 + $1.0 * $1.1 })
                sizes.append(zip(x, y).reduce(0) { $0 + abs($1.0 * $1.1) })
            }
        }
        return (values, sizes)
    }

    private func transposed(_ a: [[Double]]) -> [[Double]] { a[0].indices.map { j in a.map { $0[j] } } }

    /// That `found` are sums in single precision over `terms` products, rounded once.
    private func expectRounded(
        _ found: [Double], _ exact: (values: [Double], sizes: [Double]), terms: Int, _ what: String
    ) {
        #expect(found.count == exact.values.count, "\(what)")
        for (index, value) in found.enumerated() {
            let sum = Double(terms) * 0x1p-24 * exact.sizes[index]
            let allowed = Self.u * (abs(exact.values[index]) + sum) + sum
            guard abs(value - exact.values[index]) <= allowed else {
                Issue.record("\(what): \(value) at \(index), \(exact.values[index]) within \(allowed) is right")
                return
            }
        }
    }

    @Test func roundingIsToNearestTiesToEven() {
        let values: [Float] =
            [
                0, -0.0, 1, 1.00390625, 1.01171875, -1.0039064, 3.0e38, .greatestFiniteMagnitude, .infinity, 0x1p-133,
                0.1,
            ]
        var bits = [UInt16](repeating: 0, count: values.count)
        values.withUnsafeBufferPointer { source in
            bits.withUnsafeMutableBufferPointer { roundToBFloat(source, into: $0) }
        }
        let found = bits.map { Float(bitPattern: UInt32($0) << 16) }
        // Two ties, one to either side; what is above the largest goes to infinity; a denormal number.
        #expect(
            found.map(\.bitPattern)
                == [
                    0x0000_0000, 0x8000_0000, 0x3f80_0000, 0x3f80_0000, 0x3f82_0000, 0xbf81_0000, 0x7f62_0000,
                    0x7f80_0000, 0x7f80_0000, 0x0001_0000, 0x3dcd_0000,
                ])
        var nan: [UInt16] = [0]
        [Float.nan].withUnsafeBufferPointer { source in
            nan.withUnsafeMutableBufferPointer { roundToBFloat(source, into: $0) }
        }
        #expect(Float(bitPattern: UInt32(nan[0]) << 16).isNaN)
    }

    @Test(arguments: shapes) func productsAreSumsInSinglePrecisionRoundedOnce(shape: [Int]) throws {
        let (rows, inputs, outputs) = (shape[0], shape[1], shape[2])
        let x = try drawn(rows, inputs, seed: 1).map { $0.map(rounded) }
        let w = try drawn(outputs, inputs, seed: 2, deviation: 0.03)
        let layer = try layer(w)
        let narrow = try tensor(x).converted(to: .bfloat)
        let y = try layer.narrowProduct(narrow)
        #expect(y.scalarType == .bfloat && y.shape == [rows, outputs])
        let roundedWeights = w.map { $0.map(rounded) }
        expectRounded(try y.doubles(), product(x, roundedWeights), terms: inputs, "product \(shape)")
        // Against the weights as they are, the errors of many products even out: their root mean square is that of
        // independent errors, and not of sums that are themselves kept in 8 bits. (A number's error is uniform within u of
        // its power of 2, on average 0.42 u of the number.)
        let exact = product(x, w)
        let squares = product(x.map { $0.map { $0 * $0 } }, w.map { $0.map { $0 * $0 } }).values
        let found = try y.doubles()
        let error = zip(found, exact.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let expected = zip(squares, exact.values).reduce(0) { $0 + $1.0 + $1.1 * $1.1 }
        let ratio = (error / expected).squareRoot() / Self.u
        if rows * outputs > 400 { #expect(ratio <= 0.5 && ratio >= 0.3, "\(shape): \(ratio)") }

        // The gradient of the weights: (∂Y)ᵀ X, with ∂Y rounded.
        let given = try drawn(rows, outputs, seed: 3)
        try (y.converted(to: .float) * tensor(given)).sum().backward()
        let gradient = try #require(try layer.weight.gradient())
        #expect(gradient.scalarType == .float)
        expectRounded(
            try gradient.doubles(), product(transposed(given.map { $0.map(rounded) }), transposed(x)), terms: rows,
            "gradient \(shape)")
    }

    @Test func layersTakeFeaturesInEitherPrecision() throws {
        let x = try drawn(6, 20, seed: 4).map { $0.map(rounded) }
        let layer = try layer(drawn(5, 20, seed: 5), bias: [1, 2, 3, 4, 1000.123])
        let narrow = try tensor(x).converted(to: .bfloat)
        let flat = try layer(narrow)
        #expect(flat.scalarType == .float)
        let plain = try layer(tensor(x)).doubles()
        let sizes = product(x, try drawn(5, 20, seed: 5)).sizes
        for (index, value) in try flat.doubles().enumerated() {
            // The weights' rounding and that of the product; the bias has neither.
            #expect(abs(value - plain[index]) <= Self.u * 2 * sizes[index] + 1000 * 0x1p-23)
        }
        let bags = try layer(narrow.reshaped([2, 3, 20]))
        #expect(bags.shape == [2, 3, 5])
        #expect(try bags.floats() == flat.floats())
        try flat.sum().backward()
        #expect(try layer.bias?.gradient()?.floats() == [6, 6, 6, 6, 6])
    }

    @Test(arguments: [[1, 3, 4], [5, 7, 256], [300, 40, 64], [513, 33, 17]])
    func normsOfNarrowProducts(shape: [Int]) throws {
        let (rows, inputs, width) = (shape[0], shape[1], shape[2])
        let store = ParameterStore(generator: try TensorGenerator(seed: 6))
        let layer = try Linear(store, "layer", from: inputs, to: width)
        let norm = try LayerNorm(store, "norm", width: width)
        try norm.scale.assign(TensorGenerator(seed: 7).normal([width]))
        try norm.shift.assign(TensorGenerator(seed: 8).normal([width]))
        let x = try tensor(drawn(rows, inputs, seed: 9)).converted(to: .bfloat)
        let given = try TensorGenerator(seed: 10).normal([rows, width])
        let tokens = try norm.ofRectified(layer, of: [x], dropout: 0, training: nil)
        #expect(tokens.scalarType == .float)
        try (tokens * given).sum().backward()

        // From the same products on everything is as in double precision.
        func double(_ tensor: Tensor) throws -> Tensor { try tensor.detached().converted(to: .double) }
        let product = try double(layer.narrowProduct(x)).requiringGradient()
        let bias = try double(#require(layer.bias)).copied().requiringGradient()
        let (scale, shift) = (
            try double(norm.scale).copied().requiringGradient(), try double(norm.shift).copied().requiringGradient()
        )
        let reference = try (product + bias).relu().standardised() * scale + shift
        try (reference * double(given)).sum().backward()
        func farthest(_ a: Tensor?, _ b: Tensor?) throws -> Double {
            let (a, b) = (try #require(a).doubles(), try #require(b).doubles())
            #expect(a.count == b.count)
            let size = b.map(abs).max() ?? 0
            return zip(a, b).map { abs($0 - $1) }.max()! / max(size, 1e-3)
        }
        #expect(try farthest(tokens, reference) <= 1e-5)
        #expect(try farthest(norm.scale.gradient(), scale.gradient()) <= 1e-5)
        #expect(try farthest(norm.shift.gradient(), shift.gradient()) <= 1e-5)
        #expect(try farthest(layer.bias?.gradient(), bias.gradient()) <= 1e-4)
        // What reaches the product is rounded before it is multiplied.
        let reached = try #require(try product.gradient()).doubles()
        let columns = try x.doubles()
        let dy = (0..<rows).map { Array(reached[$0 * width..<($0 + 1) * width]) }
        let exact = self.product(
            transposed(dy), transposed((0..<rows).map { Array(columns[$0 * inputs..<($0 + 1) * inputs]) }))
        let largest = reached.map(abs).max() ?? 0
        for (index, value) in try #require(try layer.weight.gradient()).doubles().enumerated() {
            let allowed = Self.u * (exact.sizes[index] + abs(exact.values[index])) + 1e-5 * largest * Double(rows)
            #expect(abs(value - exact.values[index]) <= allowed)
        }
    }

    @Test func dropoutOfNarrowProducts() throws {
        let store = ParameterStore(generator: try TensorGenerator(seed: 6))
        let layer = try Linear(store, "layer", from: 12, to: 16)
        let norm = try LayerNorm(store, "norm", width: 16)
        let x = try tensor(drawn(200, 12, seed: 9)).converted(to: .bfloat)
        let whole = try norm.ofRectified(layer, of: [x], dropout: 0.25, training: nil).floats()
        let kept = try norm.ofRectified(layer, of: [x], dropout: 0.25, training: TensorGenerator(seed: 3)).floats()
        let mask = try TensorGenerator(seed: 3).bernoulli([200, 16], probability: 0.75).floats()
        for index in whole.indices { #expect(abs(kept[index] - whole[index] * mask[index] / 0.75) <= 1e-6 * 4) }
    }

    @Test(arguments: [[40, 16, 24], [64, 32, 32], [1000, 64, 64], [2049, 33, 17]])
    func cosinesWithPrototypes(shape: [Int]) throws {
        let (rows, width, outputs) = (shape[0], shape[1], shape[2])
        let values = try drawn(rows, width, seed: 11)
        let weights = try drawn(outputs, width, seed: 12, deviation: 1 / Double(width).squareRoot())
        let vectors = try drawn(5, outputs, seed: 17)
        let given = try TensorGenerator(seed: 13).normal([rows, 5])
        func results(_ type: Tensor.ScalarType, _ precision: Tensor.ScalarType) throws -> [[Double]] {
            let h = try tensor(values).converted(to: type).requiringGradient()
            let p = try tensor(vectors).converted(to: type).requiringGradient()
            let layer = try layer(weights)
            let w = type == .double ? try layer.weight.detached().converted(to: type).requiringGradient() : layer.weight
            let cosines =
                type == .double
                ? try h.matmul(w.transposed()).normalized().matmul(p.normalized().transposed())
                : try Tokens(h, Segments([rows]), precision: precision).cosines(through: layer, with: p)
            try (cosines * given.converted(to: type)).sum().backward()
            return [try cosines.doubles()] + (try [h, w, p].map { try #require(try $0.gradient()).doubles() })
        }
        let exact = try results(.double, .double)
        for (precision, tolerance) in [(Tensor.ScalarType.float, 2e-6), (.bfloat, Self.u)] {
            let found = try results(.float, precision)
            for (what, (a, b)) in zip(["cosines", "tokens", "weights", "prototypes"], zip(found, exact)) {
                let distance =
                    (zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / b.reduce(0) { $0 + $1 * $1 })
                    .squareRoot()
                // As far apart as numbers rounded once are at most, relative to all of them.
                #expect(distance <= tolerance, "\(shape) \(precision) \(what): \(distance)")
            }
            #expect(try results(.float, precision) == found)
        }
    }

    @Test func sameInputsSameBits() throws {
        let x = try tensor(drawn(1500, 300, seed: 14)).converted(to: .bfloat)
        let before = TorchRuntime.threads
        defer { TorchRuntime.setThreads(before) }
        for threads in [1, 2] {
            TorchRuntime.setThreads(threads)
            func pass() throws -> [[Float]] {
                let store = ParameterStore(generator: try TensorGenerator(seed: 15))
                let layer = try Linear(store, "layer", from: 300, to: 64)
                let norm = try LayerNorm(store, "norm", width: 64)
                let tokens = try norm.ofRectified(layer, of: [x], dropout: 0.2, training: TensorGenerator(seed: 16))
                try tokens.square().sum().backward()
                return try [tokens.floats()] + store.tensors.map { try #require(try $0.gradient()).floats() }
            }
            #expect(try pass() == pass())
        }
    }

    @Test func shapesThatDoNotFitAreRefused() throws {
        let layer = try layer(drawn(4, 6, seed: 1))
        let error = #expect(throws: TorchError.self) { _ = try layer(Tensor.zeros([3, 5], .bfloat)) }
        #expect(error?.message == "features and weights of different width")
        let other = #expect(throws: TorchError.self) { _ = try layer.narrowProduct(Tensor.zeros([3, 6])) }
        #expect(other?.message == "features in bfloat16 are wanted here")
    }
}
