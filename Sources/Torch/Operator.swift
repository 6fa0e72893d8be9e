internal import CTorch

/// An argument of an ATen operator.
enum Argument {
    case none
    case tensor(Tensor)
    case number(Double)
    case integer(Int)
    case boolean(Bool)
    case integers([Int])
    case tensors([Tensor])
    case type(Tensor.ScalarType)
    case generator(TensorGenerator)
    case string(String)
}

extension Argument: ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral {
    init(integerLiteral value: Int) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .boolean(value) }
    init(nilLiteral: ()) { self = .none }
}

extension Tensor {
    /// Calls `name.overload` and returns its one result. Arguments left out at the end take ATen's defaults.
    static func call(_ name: StaticString, _ overload: StaticString, _ arguments: [Argument]) throws -> Tensor {
        try callAll(name, overload, arguments, results: 1)[0]
    }

    /// The same for an operator with several results.
    static func callAll(
        _ name: StaticString, _ overload: StaticString, _ arguments: [Argument], results: Int
    ) throws -> [Tensor] {
        var handles = [OpaquePointer?](repeating: nil, count: results)
        var produced = 0
        try withArguments(arguments) { raw in
            // A StaticString's text ends in a zero byte.
            try name.utf8Start.withMemoryRebound(to: CChar.self, capacity: name.utf8CodeUnitCount + 1) { name in
                try overload.utf8Start.withMemoryRebound(to: CChar.self, capacity: overload.utf8CodeUnitCount + 1) {
                    try check(ct_call(name, $0, raw.baseAddress, raw.count, &handles, results, &produced))
                }
            }
        }
        let tensors = handles.compactMap { $0.map(Tensor.init(owning:)) }
        guard tensors.count == results else {
            throw TorchError(message: "\(name) gave \(produced) tensors, not \(results)")
        }
        return tensors
    }

    /// The same for an operator without overloads.
    static func call(_ name: StaticString, _ arguments: [Argument]) throws -> Tensor {
        try call(name, "", arguments)
    }
}
/// Keeps what the C arguments point to alive during a call.
private func withArguments<Result>(
    _ arguments: [Argument], _ body: (UnsafeBufferPointer<CTArgument>) throws -> Result
) rethrows -> Result {
    var buffers: [UnsafeMutableRawPointer] = []
    defer { buffers.forEach { $0.deallocate() } }
    func stored<Element>(_ values: [Element]) -> UnsafePointer<Element> {
        let buffer = UnsafeMutablePointer<Element>.allocate(capacity: max(values.count, 1))
        buffer.initialize(from: values, count: values.count)
        buffers.append(UnsafeMutableRawPointer(buffer))
        return UnsafePointer(buffer)
    }
    let raw = arguments.map { argument -> CTArgument in
        var item = CTArgument()
        switch argument {
        case .none: item.kind = CT_ARGUMENT_NONE
        case .tensor(let tensor):
            item.kind = CT_ARGUMENT_TENSOR
            item.tensor = tensor.handle
        case .number(let value):
            item.kind = CT_ARGUMENT_DOUBLE
            item.number = value
        case .integer(let value):
            item.kind = CT_ARGUMENT_INTEGER
            item.integer = Int64(value)
        case .boolean(let value):
            item.kind = CT_ARGUMENT_BOOLEAN
            item.boolean = value
        case .integers(let values):
            item.kind = CT_ARGUMENT_INTEGERS
            item.count = Int64(values.count)
            item.integers = stored(values.map(Int64.init))
        case .tensors(let tensors):
            item.kind = CT_ARGUMENT_TENSORS
            item.count = Int64(tensors.count)
            item.tensors = stored(tensors.map { Optional($0.handle) })
        case .type(let type):
            item.kind = CT_ARGUMENT_SCALAR_TYPE
            item.scalar_type = type.raw
        case .generator(let generator):
            item.kind = CT_ARGUMENT_GENERATOR
            item.generator = generator.handle
        case .string(let text):
            item.kind = CT_ARGUMENT_STRING
            item.string = stored(Array(text.utf8CString))
        }
        return item
    }
    return try withExtendedLifetime(arguments) { try raw.withUnsafeBufferPointer(body) }
}

extension Tensor.ScalarType {
    var raw: CTScalarType {
        switch self {
        case .float: CT_FLOAT32
        case .double: CT_FLOAT64
        case .integer: CT_INT64
        case .boolean: CT_BOOL8
        case .bfloat: CT_BFLOAT16
        }
    }
}
