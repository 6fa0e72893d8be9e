internal import CTorch
import Foundation

/// A failed tensor operation: what was called, on which shapes and types, and what libtorch said of it.
public struct TorchError: LocalizedError, Equatable {
    public let message: String
    public var errorDescription: String? { "tensor operation failed: \(message)" }
}

/// Turns a shim call's status into a `throw`.
func check(_ status: Int32) throws {
    guard status != 0 else { return }
    throw TorchError(message: ct_last_error().map { String(cString: $0) } ?? "no reason was given")
}
