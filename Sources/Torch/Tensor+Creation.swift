internal import CTorch

extension Tensor {
    /// A tensor of floats with those elements, row-major.
    ///
    /// - Precondition: the number of elements is the product of the shape.
    public convenience init(_ values: [Float], shape: [Int]) throws {
        try self.init(copying: values, type: CT_FLOAT32, shape: shape)
    }

    /// A tensor of floats from doubles.
    public convenience init(_ values: [Double], shape: [Int]) throws {
        try self.init(values.map(Float.init), shape: shape)
    }

    /// A double-precision tensor, for checks of gradients.
    public convenience init(double values: [Double], shape: [Int]) throws {
        try self.init(copying: values, type: CT_FLOAT64, shape: shape)
    }

    /// Indices.
    public convenience init(indices: [Int]) throws {
        try self.init(copying: indices.map(Int64.init), type: CT_INT64, shape: [indices.count])
    }

    /// Truth values, row-major.
    public convenience init(mask: [Bool], shape: [Int]) throws {
        try self.init(copying: mask, type: CT_BOOL8, shape: shape)
    }

    private convenience init<Element>(copying values: [Element], type: CTScalarType, shape: [Int]) throws {
        precondition(values.count == shape.reduce(1, *), "\(values.count) elements do not fill the shape \(shape)")
        var result: OpaquePointer?
        try values.withUnsafeBytes { bytes in
            try check(ct_tensor_from_data(bytes.baseAddress, type, shape.map(Int64.init), shape.count, &result))
        }
        guard let result else { throw TorchError(message: "no tensor was made") }
        self.init(owning: result)
    }

    public static func zeros(_ shape: [Int], _ type: ScalarType = .float) throws -> Tensor {
        try .call("aten::zeros", [.integers(shape), .type(type)])
    }

    public static func ones(_ shape: [Int], _ type: ScalarType = .float) throws -> Tensor {
        try .call("aten::ones", [.integers(shape), .type(type)])
    }

}
