internal import CTorch
import Foundation

/// A tensor that `torch.save` wrote to a `.pt` file.
public struct PickledTensor: Sendable {
    public let shape: [Int]
    /// Row-major, converted to single precision.
    public let values: [Float]

    /// - Throws: `TorchError` when the file is missing, cut short, or holds something other than one tensor.
    public static func read(path: String) throws -> PickledTensor {
        var result: OpaquePointer?
        try check(ct_tensor_unpickle(path, &result))
        guard let result else { throw TorchError(message: "\(path) holds no tensor") }
        let tensor = Tensor(owning: result)
        return PickledTensor(shape: tensor.shape, values: try tensor.floats())
    }
}
