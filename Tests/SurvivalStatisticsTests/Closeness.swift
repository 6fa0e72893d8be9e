import Testing

/// Fails unless the numbers agree to `tolerance` times the size of the expected one, or times `scale` where that is
/// larger.
///
/// An expected nil stands for a number that is not finite.
func expectClose(
    _ actual: Double, _ expected: Double?, _ what: @autoclosure () -> String, tolerance: Double = 1e-8,
    scale: Double = 0, at location: SourceLocation = #_sourceLocation
) {
    guard let expected else {
        #expect(!actual.isFinite, "\(what()) is \(actual), but is not finite in R", sourceLocation: location)
        return
    }
    let isClose = abs(actual - expected) <= tolerance * max(abs(expected), scale)
    #expect(isClose, "\(what()) is \(actual) instead of \(expected)", sourceLocation: location)
}

/// As above for each element.
func expectClose(
    _ actual: [Double], _ expected: [Double?], _ what: @autoclosure () -> String, tolerance: Double = 1e-8,
    scale: Double = 0, at location: SourceLocation = #_sourceLocation
) {
    #expect(actual.count == expected.count, "\(what()) has \(actual.count) numbers", sourceLocation: location)
    for (index, pair) in zip(actual, expected).enumerated() {
        expectClose(
            pair.0, pair.1, "\(what())[\(index)]", tolerance: tolerance, scale: scale, at: location)
    }
}

/// As above for a number that may be absent on both sides.
func expectClose(
    _ actual: Double?, _ expected: Double?, _ what: @autoclosure () -> String,
    at location: SourceLocation = #_sourceLocation
) {
    if let actual {
        expectClose(actual, expected, what(), tolerance: 1e-8, at: location)
    } else {
        #expect(expected == nil, "\(what()) is absent, but \(String(describing: expected))", sourceLocation: location)
    }
}
