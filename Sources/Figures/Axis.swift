import Foundation

/// One axis of a panel: its range, its ticks and its title.
public struct Axis: Sendable, Equatable {
    public enum Scale: Sendable {
        case linear
        /// Base 10; the range must be positive.
        case logarithmic
    }

    public struct Tick: Sendable, Equatable {
        public var position: Double
        public var label: String
        /// The colour of its label.
        public var color: Color

        public init(_ position: Double, _ label: String, color: Color = .black) {
            self.position = position
            self.label = label
            self.color = color
        }
    }

    public var title: String
    public var range: ClosedRange<Double>
    public var scale: Scale
    public var ticks: [Tick]
    /// False for an axis whose ticks are names of rows: they get no tick marks.
    public var hasTickMarks: Bool
    /// True for an x-axis whose labels read upwards.
    public var hasRotatedLabels: Bool

    /// Whether the labels of a left axis stand flush left, as names of rows that belong together do.
    public var hasLabelsAtLeft = false

    public init(
        title: String = "", range: ClosedRange<Double>, scale: Scale = .linear, ticks: [Tick] = [],
        hasTickMarks: Bool = true, hasRotatedLabels: Bool = false
    ) {
        precondition(range.lowerBound < range.upperBound, "an axis needs a range of some length")
        precondition(scale == .linear || range.lowerBound > 0, "a logarithmic axis begins above 0")
        self.title = title
        self.range = range
        self.scale = scale
        self.ticks = ticks
        self.hasTickMarks = hasTickMarks
        self.hasRotatedLabels = hasRotatedLabels
    }

    /// Where `value` lies along the axis: 0 at its beginning, 1 at its end.
    public func fraction(_ value: Double) -> Double {
        switch scale {
        case .linear:
            (value - range.lowerBound) / (range.upperBound - range.lowerBound)
        case .logarithmic:
            log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
        }
    }
}
