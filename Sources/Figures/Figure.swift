/// A figure as a value: a page with panels. It knows nothing of files or of gnuplot.
///
/// Lengths are millimetres on the printed page, sizes of text and lines are points, so that a figure looks the same in
/// every format.
public struct Figure: Sendable, Equatable {
    /// How wide a figure is laid out, in millimetres: one of the usual widths of a journal's columns, or a part of one.
    public struct Width: RawRepresentable, Sendable, Equatable {
        public var rawValue: Double

        public init(rawValue: Double) { self.rawValue = rawValue }

        public static let singleColumn = Width(rawValue: 89)
        public static let doubleColumn = Width(rawValue: 183)

        /// Whether there is room for few ticks only.
        var isNarrow: Bool { rawValue < 120 }

        /// A pleasing height of a plotting area.
        var plotHeight: Double { min(max(rawValue * 0.52, 30), 70) }
    }

    public enum Format: String, Sendable, CaseIterable {
        case svg, pdf, png
    }

    public var width: Double
    public var height: Double
    /// Drawn over the panels, when given; a paper puts it into its caption.
    public var title: String?
    /// Drawn small under the panels, when given.
    public var caption: String?
    public var panels: [Panel]
    /// Text that belongs to no panel: title, caption, panel letters.
    public var labels: [Label]
    /// What the figure shows, in words and with its main numbers, for readers who cannot see it: the description in an
    /// SVG. Nil where a figure says no more than its panels do.
    public var summary: String?
    public var theme = Theme.Look.paper

    public init(width: Double, height: Double, title: String? = nil, caption: String? = nil, panels: [Panel] = []) {
        precondition(width > 0 && height > 0, "a page needs a size")
        self.width = width
        self.height = height
        self.title = title
        self.caption = caption
        self.panels = panels
        labels = []
    }

    /// More points and rectangles than this make a vector file of megabytes, which viewers open and turn slowly.
    public static let mostVectorMarks = 20_000

    /// Points and rectangles, each of which a vector file holds by itself.
    public var markCount: Int {
        panels.flatMap(\.series).reduce(0) { count, series in
            switch series.mark {
            case .points, .tiles, .strokes, .segments: count + series.count
            case .line, .steps, .band, .stepBand: count
            }
        }
    }
}
