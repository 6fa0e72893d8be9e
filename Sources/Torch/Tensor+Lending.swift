internal import CTorch

extension Tensor {
    /// A tensor over memory that stays where it is: nothing is copied, and `owner` is kept until no tensor uses it any
    /// more. The elements must not change meanwhile.
    ///
    /// - Precondition: the number of elements is the product of the shape.
    public convenience init(
        lending values: UnsafeBufferPointer<Float>, of owner: any Sendable & AnyObject, shape: [Int]
    ) throws {
        precondition(values.count == shape.reduce(1, *), "\(values.count) elements do not fill the shape \(shape)")
        var result: OpaquePointer?
        let kept = Unmanaged.passRetained(owner as AnyObject)
        do {
            try check(
                ct_tensor_lent(
                    values.baseAddress, CT_FLOAT32, shape.map(Int64.init), shape.count, kept.toOpaque(),
                    { Unmanaged<AnyObject>.fromOpaque($0!).release() }, &result))
        } catch {
            kept.release()
            throw error
        }
        guard let result else { throw TorchError(message: "no tensor was made") }
        self.init(owning: result)
    }

    /// A tensor whose elements `fill` sets, row-major, every one of them.
    public convenience init(shape: [Int], fill: (UnsafeMutableBufferPointer<Float>) throws -> Void) throws {
        let memory = TensorMemory(count: shape.reduce(1, *))
        try fill(memory.values)
        try self.init(lending: UnsafeBufferPointer(memory.values), of: memory, shape: shape)
    }
}

/// Memory that goes with the last tensor over it.
private final class TensorMemory: @unchecked Sendable {
    let values: UnsafeMutableBufferPointer<Float>

    init(count: Int) { values = .allocate(capacity: count) }

    deinit { values.deallocate() }
}
