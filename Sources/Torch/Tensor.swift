internal import CTorch
import Foundation

/// An n-dimensional array with a gradient, kept by libtorch.
///
/// Operations throw `TorchError` when shapes or types do not fit; nothing is broadcast beyond libtorch's own rules.
public final class Tensor {
    public enum ScalarType: Sendable {
        case float, double, integer, boolean
        /// The upper half of a float: its range, with 8 bits of precision.
        case bfloat
    }

    let handle: OpaquePointer

    /// Takes the reference over; it is given back when the tensor goes.
    init(owning handle: OpaquePointer) { self.handle = handle }

    deinit { ct_tensor_release(handle) }

    public var shape: [Int] {
        var sizes = [Int64](repeating: 0, count: ct_tensor_dimensions(handle))
        ct_tensor_shape(handle, &sizes)
        return sizes.map(Int.init)
    }

    /// The type of the elements; nil for one that tensors are not made of here.
    public var scalarType: ScalarType? {
        switch ct_tensor_scalar_type(handle) {
        case CT_FLOAT32: .float
        case CT_FLOAT64: .double
        case CT_INT64: .integer
        case CT_BOOL8: .boolean
        case CT_BFLOAT16: .bfloat
        default: nil
        }
    }

    /// Number of elements.
    public var count: Int { shape.reduce(1, *) }

    /// The elements, row-major.
    public func floats() throws -> [Float] { try elements(as: CT_FLOAT32, zero: 0) }

    /// The elements, row-major, widened to double precision.
    public func doubles() throws -> [Double] { try elements(as: CT_FLOAT64, zero: 0) }

    /// The elements of an integer tensor, row-major.
    public func integers() throws -> [Int] { try elements(as: CT_INT64, zero: Int64(0)).map(Int.init) }

    /// The value of a tensor with one element.
    ///
    /// - Precondition: the tensor has one element.
    public func item() throws -> Double {
        let values = try doubles()
        precondition(values.count == 1, "a tensor of shape \(shape) is not one number")
        return values[0]
    }

    private func elements<Element>(as type: CTScalarType, zero: Element) throws -> [Element] {
        var values = [Element](repeating: zero, count: count)
        try values.withUnsafeMutableBytes { try check(ct_tensor_copy_data(handle, type, $0.baseAddress)) }
        return values
    }

    // MARK: Gradients

    public var requiresGradient: Bool { ct_tensor_requires_grad(handle) }

    /// Marks the tensor as a leaf whose gradient is wanted, and returns it.
    public func requiringGradient() throws -> Tensor {
        try check(ct_tensor_set_requires_grad(handle, true))
        return self
    }

    /// Adds the gradients of this one number to the leaves it was computed from.
    public func backward() throws { try check(ct_tensor_backward(handle)) }

    /// The accumulated gradient of a leaf; nil when nothing has reached it.
    public func gradient() throws -> Tensor? {
        var result: OpaquePointer?
        try check(ct_tensor_grad(handle, &result))
        return result.map(Tensor.init(owning:))
    }

    public func clearGradient() { ct_tensor_clear_grad(handle) }
}

/// Runs `body` without recording gradients.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = ct_set_grad_enabled(false)
    defer { _ = ct_set_grad_enabled(before) }
    return try body()
}

/// The machine's share that tensor operations use.
public enum TorchRuntime {
    /// Processors of the machine.
    public static var processors: Int { ProcessInfo.processInfo.activeProcessorCount }
    /// Threads that one tensor operation may use.
    public static var threads: Int { Int(ct_threads()) }
    public static func setThreads(_ count: Int) { ct_set_threads(Int32(count)) }
    public static var version: String { String(cString: ct_version()) }
}
