internal import CTorch

/// A seeded source of random tensors. Whoever draws is given one; there is no global generator.
public final class TensorGenerator {
    let handle: OpaquePointer

    public init(seed: UInt64) throws {
        var result: OpaquePointer?
        try check(ct_generator_create(seed, &result))
        guard let result else { throw TorchError(message: "no generator was made") }
        handle = result
    }

    deinit { ct_generator_release(handle) }

    /// Standard normal deviates.
    public func normal(_ shape: [Int]) throws -> Tensor {
        try .call("aten::randn", "generator", [.integers(shape), .generator(self)])
    }

    /// Uniform deviates in [0, 1).
    public func uniform(_ shape: [Int]) throws -> Tensor {
        try .call("aten::rand", "generator", [.integers(shape), .generator(self)])
    }

    /// The numbers 0 … count − 1 in random order.
    public func permutation(_ count: Int) throws -> [Int] {
        try Tensor.call("aten::randperm", "generator", [.integer(count), .generator(self)]).integers()
    }

    /// Ones with probability `probability`, else zeros.
    public func bernoulli(_ shape: [Int], probability: Double) throws -> Tensor {
        try coins(shape, probability: probability).converted(to: .float)
    }

    /// The same as bytes, for masks.
    public func coins(_ shape: [Int], probability: Double) throws -> Tensor {
        try .made { ct_bernoulli(handle, shape.map(Int64.init), shape.count, probability, &$0) }
    }
}
