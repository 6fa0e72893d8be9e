import Foundation

/// A function that the language brings along.
struct BuiltInFunction: Sendable {
    enum Implementation: Sendable {
        /// Number by number; missing stays missing, what has no result (`log(-1)`) becomes missing.
        case elementwise(@Sendable (Double) -> Double)
        /// A number and an optional second one that holds for all: `round(x, 2)`.
        case elementwiseWith(@Sendable (Double, Double) -> Double, default: Double)
        /// A whole list, column or several numbers to one; missing values are left out. Nothing left gives missing.
        case aggregate(@Sendable ([Double]) -> Double)
        /// The same with one further number: `quantile(x, p)`.
        case aggregateWith(@Sendable ([Double], Double) throws(Problem) -> Double)
        /// Value by value, whatever its type.
        case mapping(@Sendable (Value) throws(Problem) -> Value)
        /// A whole list or column, whatever its elements' type.
        case listing(@Sendable ([Value]) -> Value)
    }

    let name: String
    /// `quantile(x, p)`.
    let usage: String
    let summary: String
    let implementation: Implementation
    /// The name by which the second argument may be given: `round(x, digits=2)`.
    let secondParameter: String?

    private init(_ usage: String, _ summary: String, _ implementation: Implementation) {
        name = String(usage.prefix { $0 != "(" })
        self.usage = usage
        self.summary = summary
        self.implementation = implementation
        let second = usage.split(separator: ",").dropFirst().first
        secondParameter = second.map { String($0.drop { $0 == " " }.prefix { $0 != "=" && $0 != ")" }) }
    }

    static let all: [BuiltInFunction] = [
        .init("log(x)", "natural logarithm", .elementwise { log($0) }),
        .init("log2(x)", "logarithm to base 2", .elementwise { log2($0) }),
        .init("log10(x)", "logarithm to base 10", .elementwise { log10($0) }),
        .init("exp(x)", "e to the power x", .elementwise { exp($0) }),
        .init("sqrt(x)", "square root", .elementwise { $0.squareRoot() }),
        .init("abs(x)", "absolute value", .elementwise { abs($0) }),
        .init("floor(x)", "largest whole number not above x", .elementwise { $0.rounded(.down) }),
        .init("ceiling(x)", "smallest whole number not below x", .elementwise { $0.rounded(.up) }),
        .init(
            "round(x, digits=0)", "x rounded to digits after the point, halves away from zero",
            .elementwiseWith({ x, digits in rounded(x, digits: digits) }, default: 0)),
        .init("min(x)", "smallest value", .aggregate { $0.min() ?? .nan }),
        .init("max(x)", "largest value", .aggregate { $0.max() ?? .nan }),
        .init("sum(x)", "sum; of booleans, how many are true", .aggregate { $0.reduce(0, +) }),
        .init("mean(x)", "arithmetic mean", .aggregate(mean)),
        .init("median(x)", "middle value, or the mean of the middle two", .aggregate { quantile($0, 0.5) }),
        .init("sd(x)", "standard deviation with n - 1", .aggregate(standardDeviation)),
        .init(
            "ci95(x)", "half the width of the 95% interval of the mean, by Student's t",
            .aggregate(halfWidthOfMean)),
        .init(
            "quantile(x, p)", "value below which the share p lies, interpolated as R's type 7",
            .aggregateWith { (values, p) throws(Problem) in
                guard (0...1).contains(p) else {
                    throw .functionArgument(
                        function: "quantile", expected: "p between 0 and 1", found: Value.number(p).phrase, row: nil)
                }
                return quantile(values, p)
            }),
        .init("count(x)", "how many values are not missing", .listing { .number(Double($0.count { !$0.isMissing })) }),
        .init("length(x)", "how many values there are, missing ones included", .listing { .number(Double($0.count)) }),
        .init(
            "unique(x)", "the distinct values in the order of their first appearance, without missing", .listing(unique)
        ),
        .init(
            "is_missing(x)", "true where x is missing",
            .mapping { (value) throws(Problem) in .boolean(value.isMissing) }),
        .init("lower(x)", "text in lower case", .mapping { (value) throws(Problem) in try lowercased(value) }),
        .init("number(x)", "text read as a number", .mapping { (value) throws(Problem) in try number(value) }),
        .init(
            "string(x)", "the value as text",
            .mapping { (value) throws(Problem) in
                value.isMissing ? .missing : .string(value.interpolatedText)
            }),
    ]

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    static func named(_ name: String) -> BuiltInFunction? { byName[name] }

    static var names: [String] { all.map(\.name) }
}

private func rounded(_ x: Double, digits: Double) -> Double {
    let scale = pow(10, digits)
    return (x * scale).rounded() / scale
}

/// Of equal values that value, whatever rounding says of their sum.
private func mean(_ values: [Double]) -> Double {
    guard let first = values.first else { return .nan }
    return values.contains { $0 != first } ? values.reduce(0, +) / Double(values.count) : first
}

func standardDeviation(_ values: [Double]) -> Double {
    guard values.count > 1 else { return .nan }
    let center = mean(values)
    return (values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(values.count - 1)).squareRoot()
}

/// Hyndman and Fan's type 7: position (n - 1) p between the sorted values.
private func quantile(_ values: [Double], _ p: Double) -> Double {
    guard !values.isEmpty else { return .nan }
    let sorted = values.sorted()
    let position = Double(sorted.count - 1) * p
    let below = Int(position.rounded(.down))
    let share = position - Double(below)
    return share == 0 ? sorted[below] : sorted[below] + share * (sorted[below + 1] - sorted[below])
}

private func unique(_ values: [Value]) -> Value {
    var seen: Set<String> = []
    return .list(values.filter { !$0.isMissing && seen.insert($0.json.line).inserted })
}

private func lowercased(_ value: Value) throws(Problem) -> Value {
    switch value {
    case .missing: return .missing
    case .string(let text): return .string(text.lowercased())
    default: throw .functionArgument(function: "lower", expected: "text", found: value.phrase, row: nil)
    }
}

private func number(_ value: Value) throws(Problem) -> Value {
    if value.isMissing { return .missing }
    if let number = value.asNumber { return .number(number) }
    if case .string(let text) = value {
        let trimmed = text.trimmingCharacters(in: .whitespaces)
        if let number = Double(trimmed), number.isFinite { return .number(number) }
    }
    throw .functionArgument(function: "number", expected: "text that is a number", found: value.phrase, row: nil)
}
