internal import CTorch

extension Tensor {
    /// A tensor over memory that stays where it is: nothing is copied, and `owner` is kept until no tensor uses it any
    /// more. The elements must not change meanwhile.
    ///
    /// - Parameter bytes: of elements of `type`, row-major.
    public convenience init(
        lending bytes: UnsafeRawBufferPointer, _ type: ScalarType = .float, of owner: any Sendable & AnyObject,
        shape: [Int]
    ) throws {
        precondition(
            bytes.count == shape.reduce(1, *) * type.size, "\(bytes.count) bytes do not fill the shape \(shape)")
        var result: OpaquePointer?
        let kept = Unmanaged.passRetained(owner as AnyObject)
        do {
            try check(
                ct_tensor_lent(
                    bytes.baseAddress, type.raw, shape.map(Int64.init), shape.count, kept.toOpaque(),
                    { Unmanaged<AnyObject>.fromOpaque($0!).release() }, &result))
        } catch {
            kept.release()
            throw error
        }
        guard let result else { throw TorchError(message: "no tensor was made") }
        self.init(owning: result)
    }

    /// A tensor whose elements `fill` sets, row-major, every one of them.
    public convenience init(
        shape: [Int], _ type: ScalarType = .float, fill: (UnsafeMutableRawBufferPointer) throws -> Void
    ) throws {
        let memory = TensorMemory(byteCount: shape.reduce(1, *) * type.size)
        try fill(memory.bytes)
        try self.init(lending: UnsafeRawBufferPointer(memory.bytes), type, of: memory, shape: shape)
    }
}

extension Tensor.ScalarType {
    /// Bytes of an element.
    fileprivate var size: Int {
        switch self {
        case .float: 4
        case .double, .integer: 8
        case .boolean: 1
        case .bfloat: 2
        }
    }
}

/// Memory that goes with the last tensor over it.
private final class TensorMemory: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer

    init(byteCount: Int) { bytes = .allocate(byteCount: byteCount, alignment: 64) }

    deinit { bytes.deallocate() }
}
