internal import CTorch

extension Tensor {
    public func sum() throws -> Tensor { try .call("aten::sum", [.tensor(self)]) }
    public func sum(_ dimension: Int, keeping: Bool = false) throws -> Tensor {
        try .call("aten::sum", "dim_IntList", [.tensor(self), .integers([dimension]), .boolean(keeping)])
    }
    public func mean() throws -> Tensor { try .call("aten::mean", [.tensor(self)]) }
    public func mean(_ dimension: Int, keeping: Bool = false) throws -> Tensor {
        try .call("aten::mean", "dim", [.tensor(self), .integers([dimension]), .boolean(keeping)])
    }
    /// The largest entry along a dimension.
    public func maximum(_ dimension: Int, keeping: Bool = false) throws -> Tensor {
        try .call("aten::amax", [.tensor(self), .integers([dimension]), .boolean(keeping)])
    }
    /// log Σ exp along a dimension, shifted so that it never overflows.
    public func logSumExp(_ dimension: Int, keeping: Bool = false) throws -> Tensor {
        try .call("aten::logsumexp", [.tensor(self), .integers([dimension]), .boolean(keeping)])
    }
    /// The running log Σ exp along a dimension.
    public func cumulativeLogSumExp(_ dimension: Int) throws -> Tensor {
        try .call("aten::logcumsumexp", [.tensor(self), .integer(dimension)])
    }
    public func softmax(_ dimension: Int) throws -> Tensor {
        try .call("aten::softmax", "int", [.tensor(self), .integer(dimension)])
    }
    /// The vectors along the last dimension, divided by their Euclidean length, or by 1e-3 where they are shorter.
    ///
    /// The bound is that large since it limits the gradient: at a token whose units are all dead, a bound of 1e-8 would
    /// let one vector of zeros outweigh all else by eight orders of magnitude.
    public func normalized() throws -> Tensor {
        try .made { ct_normalized(handle, &$0) }
    }

    /// The thin singular value decomposition of a matrix: U, the values in falling order, Vᵀ.
    public func singularValues() throws -> (u: Tensor, values: Tensor, vt: Tensor) {
        let parts = try Tensor.callAll("aten::linalg_svd", "", [.tensor(self), false], results: 3)
        return (parts[0], parts[1], parts[2])
    }

    /// The largest `count` entries along a dimension, in falling order, with their indices.
    public func largest(_ count: Int, along dimension: Int) throws -> (values: Tensor, indices: Tensor) {
        let parts = try Tensor.callAll(
            "aten::topk", "", [.tensor(self), .integer(count), .integer(dimension), true, true], results: 2)
        return (parts[0], parts[1])
    }
}
