import Torch

/// Linear layers with ReLU, and dropout, after each.
struct DenseLayers {
    private let layers: [Linear]
    private let dropout: Double

    /// - Parameter widths: of the input and then of each layer's output.
    init(_ store: ParameterStore, _ name: String, widths: [Int], dropout: Double = 0) throws {
        layers = try zip(widths, widths.dropFirst()).enumerated().map { index, sizes in
            try Linear(store, "\(name).\(index)", from: sizes.0, to: sizes.1)
        }
        self.dropout = dropout
    }

    func callAsFunction(_ x: Tensor, training generator: TensorGenerator?) throws -> Tensor {
        try layers.reduce(x) { x, layer in
            let active = try layer(x).relu()
            return try generator.map { try active.dropout(dropout, $0) } ?? active
        }
    }
}
