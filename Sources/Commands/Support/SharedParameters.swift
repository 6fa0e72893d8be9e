import CommandLanguage

extension Parameter {
    static let level = Parameter.option("level", .number(0.5...0.9999), default: "0.95", "confidence of the intervals")
}

extension ClosedRange<Double> {
    /// Of times that something is estimated up to.
    static let aboveZero = Double.leastNonzeroMagnitude...(.infinity)
}
