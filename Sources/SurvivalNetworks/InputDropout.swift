import Results

/// With which probability single features are left out in training, before the first layer.
public struct InputDropout: Sendable, Equatable, ExpressibleByFloatLiteral {
    /// Of gene sets, where other genes stand in for the one left out; and of columns, unless these have their own.
    public var features: Double
    /// Of tables without sets; nil for that of `features`. Of a few clinical variables none stands in for another.
    public var ofColumns: Double?

    public init(_ features: Double, ofColumns: Double? = nil) {
        self.features = features
        self.ofColumns = ofColumns
    }

    public init(floatLiteral value: Double) { self.init(value) }

    public var columns: Double { ofColumns ?? features }

    /// Of a modality's features.
    public func probability(of content: ModalityInput.Content) -> Double {
        if case .columns = content { columns } else { features }
    }

    public var settings: [Predictions.Setting] {
        [.init("input_dropout", features)] + (ofColumns.map { [.init("column_dropout", $0)] } ?? [])
    }
}
