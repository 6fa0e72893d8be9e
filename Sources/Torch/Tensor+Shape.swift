extension Tensor {
    /// The same elements in another shape; one size may be −1 and is then worked out.
    public func reshaped(_ shape: [Int]) throws -> Tensor {
        try .call("aten::reshape", [.tensor(self), .integers(shape)])
    }
    public func transposed(_ a: Int = -2, _ b: Int = -1) throws -> Tensor {
        try .call("aten::transpose", "int", [.tensor(self), .integer(a), .integer(b)])
    }
    public func permuted(_ order: [Int]) throws -> Tensor {
        try .call("aten::permute", [.tensor(self), .integers(order)])
    }
    /// Adds a dimension of size 1.
    public func unsqueezed(_ dimension: Int) throws -> Tensor {
        try .call("aten::unsqueeze", [.tensor(self), .integer(dimension)])
    }
    /// The slices along a dimension, without it.
    public func unbound(_ dimension: Int) throws -> [Tensor] {
        try Tensor.callAll(
            "aten::unbind", "int", [.tensor(self), .integer(dimension)], results: shape[dimension])
    }

    /// Removes a dimension of size 1.
    public func squeezed(_ dimension: Int) throws -> Tensor {
        try .call("aten::squeeze", "dim", [.tensor(self), .integer(dimension)])
    }
    /// Repeats dimensions of size 1 without copying; −1 keeps a size.
    public func expanded(_ shape: [Int]) throws -> Tensor {
        try .call("aten::expand", [.tensor(self), .integers(shape)])
    }
    /// `count` entries of the dimension from `start` on.
    public func narrowed(_ dimension: Int, from start: Int, count: Int) throws -> Tensor {
        try .call("aten::narrow", [.tensor(self), .integer(dimension), .integer(start), .integer(count)])
    }
    public static func concatenated(_ tensors: [Tensor], dimension: Int = 0) throws -> Tensor {
        try .call("aten::cat", [.tensors(tensors), .integer(dimension)])
    }
    public static func stacked(_ tensors: [Tensor], dimension: Int = 0) throws -> Tensor {
        try .call("aten::stack", [.tensors(tensors), .integer(dimension)])
    }
    /// The tensor without its history.
    public func detached() throws -> Tensor { try .call("aten::detach", [.tensor(self)]) }
    /// A copy of its own, without history.
    public func copied() throws -> Tensor { try .call("aten::clone", [.tensor(detached())]) }

    public func converted(to type: ScalarType) throws -> Tensor {
        try .call("aten::to", "dtype", [.tensor(self), .type(type)])
    }

    /// The elements in the other tensor's type.
    public func converted(like other: Tensor) throws -> Tensor {
        try .call("aten::to", "other", [.tensor(self), .tensor(other)])
    }

    // MARK: Selection

    /// The entries of a dimension at those indices, in that order.
    public func selected(_ dimension: Int, _ indices: Tensor) throws -> Tensor {
        try .call("aten::index_select", [.tensor(self), .integer(dimension), .tensor(indices)])
    }
    /// Adds the entries of `source` along a dimension at those indices.
    public func addingAt(_ dimension: Int, _ indices: Tensor, _ source: Tensor) throws -> Tensor {
        try .call("aten::index_add", [.tensor(self), .integer(dimension), .tensor(indices), .tensor(source)])
    }
    /// The elements, with `value` where the mask is true.
    public func filled(where mask: Tensor, with value: Double) throws -> Tensor {
        try .call("aten::masked_fill", "Scalar", [.tensor(self), .tensor(mask), .number(value)])
    }
    /// The main diagonal of a square matrix.
    public func diagonal() throws -> Tensor { try .call("aten::diagonal", [.tensor(self)]) }
}
