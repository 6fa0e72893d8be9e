extension Tensor {
    public static func + (a: Tensor, b: Tensor) throws -> Tensor {
        try .call("aten::add", "Tensor", [.tensor(a), .tensor(b)])
    }
    public static func - (a: Tensor, b: Tensor) throws -> Tensor {
        try .call("aten::sub", "Tensor", [.tensor(a), .tensor(b)])
    }
    public static func * (a: Tensor, b: Tensor) throws -> Tensor {
        try .call("aten::mul", "Tensor", [.tensor(a), .tensor(b)])
    }
    public static func / (a: Tensor, b: Tensor) throws -> Tensor {
        try .call("aten::div", "Tensor", [.tensor(a), .tensor(b)])
    }
    public static func + (a: Tensor, b: Double) throws -> Tensor {
        try .call("aten::add", "Scalar", [.tensor(a), .number(b)])
    }
    public static func - (a: Tensor, b: Double) throws -> Tensor {
        try .call("aten::sub", "Scalar", [.tensor(a), .number(b)])
    }
    public static func - (a: Double, b: Tensor) throws -> Tensor {
        try .call("aten::rsub", "Scalar", [.tensor(b), .number(a)])
    }
    public static func * (a: Tensor, b: Double) throws -> Tensor {
        try .call("aten::mul", "Scalar", [.tensor(a), .number(b)])
    }
    public static func * (a: Double, b: Tensor) throws -> Tensor { try b * a }
    public static func / (a: Tensor, b: Double) throws -> Tensor {
        try .call("aten::div", "Scalar", [.tensor(a), .number(b)])
    }
    public static prefix func - (a: Tensor) throws -> Tensor { try .call("aten::neg", [.tensor(a)]) }

    /// Matrix product over the last two dimensions; the leading ones are broadcast.
    public func matmul(_ other: Tensor) throws -> Tensor {
        try .call("aten::matmul", [.tensor(self), .tensor(other)])
    }

    /// A batch of matrix products: [b, n, m] × [b, m, p].
    public func batchMatmul(_ other: Tensor) throws -> Tensor {
        try .call("aten::bmm", [.tensor(self), .tensor(other)])
    }

    public func exp() throws -> Tensor { try .call("aten::exp", [.tensor(self)]) }
    public func log() throws -> Tensor { try .call("aten::log", [.tensor(self)]) }
    /// log(1 + x), exact near 0.
    public func log1p() throws -> Tensor { try .call("aten::log1p", [.tensor(self)]) }
    public func sqrt() throws -> Tensor { try .call("aten::sqrt", [.tensor(self)]) }
    public func square() throws -> Tensor { try .call("aten::square", [.tensor(self)]) }
    public func abs() throws -> Tensor { try .call("aten::abs", [.tensor(self)]) }

    /// The elements, none below `minimum`; the gradient is 0 where the bound holds.
    public func clamped(min minimum: Double) throws -> Tensor {
        try .call("aten::clamp", [.tensor(self), .number(minimum)])
    }

    // MARK: Comparison; the results are truth values.

    public func less(_ value: Double) throws -> Tensor {
        try .call("aten::lt", "Scalar", [.tensor(self), .number(value)])
    }
    public func logicalNot() throws -> Tensor { try .call("aten::logical_not", [.tensor(self)]) }

    /// Copies `source` over this tensor's elements, outside of any gradient.
    public func assign(_ source: Tensor) throws {
        try withoutGradients { _ = try Tensor.call("aten::copy_", [.tensor(self), .tensor(source)]) }
    }
}
