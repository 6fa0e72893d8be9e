/// Numbers drawn in one manner and one colour.
public struct Series: Sendable, Equatable {
    public enum Dash: Sendable {
        case solid, dashed, dotted

        /// Of the group at `index`: where the palette begins again, lines are dashed.
        static func group(_ index: Int) -> Dash { index < Color.palette.count ? .solid : .dashed }
    }

    public enum Shape: Sendable {
        case circle, triangle, square, diamond, openCircle, openTriangle, openSquare, openDiamond

        var isOpen: Bool { [.openCircle, .openTriangle, .openSquare, .openDiamond].contains(self) }

        /// Of the group at `index`: where the palette begins again, points have another shape.
        static func group(_ index: Int) -> Shape { index < Color.palette.count ? .circle : .triangle }
    }

    /// How the columns are drawn, and which columns there are.
    public enum Mark: Sendable, Equatable {
        /// x, y: a line through the points; a NaN interrupts it.
        case line(width: Double, dash: Dash)
        /// x, y: a step function that keeps its value until the next x.
        case steps(width: Double, dash: Dash)
        /// x, lower, upper: the area between two step functions; a NaN ends it.
        case stepBand
        /// x, lower, upper: the area between two lines; a NaN ends it.
        case band
        /// x, y: a marker `size` points wide at each point.
        case points(shape: Shape, size: Double)
        /// x, y: an upright stroke, `height` millimetres long, at each point.
        case strokes(height: Double, width: Double)
        /// x, y, x of the end, y of the end: straight segments.
        case segments(width: Double, dash: Dash)
        /// Lower and upper x, lower and upper y: a filled rectangle without an outline.
        case tiles
    }

    /// What the numbers are, such as the group's name; nil for what needs no name.
    public var name: String?
    public var mark: Mark
    public var color: Color
    /// 1 hides what is beneath, 0 is invisible.
    public var opacity: Double
    /// Columns as `mark` expects them, of equal length.
    public var columns: [[Double]]
    /// A colour for each row of a `points` or `tiles` series, so that series drawn later need not hide earlier ones.
    public var pointColors: [Color]?
    /// An opacity for each row that has a colour of its own, in place of the one for all.
    public var pointOpacities: [Double]?
    /// What the colours of tiles mean, where they are numbers.
    public var scale: ColorScale?

    /// - Precondition: as many columns as the mark needs, all of one length.
    public init(
        name: String? = nil, _ mark: Mark, color: Color, opacity: Double = 1, columns: [[Double]],
        pointColors: [Color]? = nil, pointOpacities: [Double]? = nil
    ) {
        precondition(columns.count == mark.columnNames.count, "\(mark) needs the columns \(mark.columnNames)")
        precondition(Set(columns.map(\.count)).count <= 1, "columns of different lengths")
        self.name = name
        self.mark = mark
        self.color = color
        self.opacity = opacity
        self.columns = columns
        self.pointColors = pointColors
        self.pointOpacities = pointOpacities
        precondition(pointColors.map { $0.count == count } ?? true, "a colour for each point is needed")
        precondition(
            pointOpacities.map { $0.count == count && pointColors != nil } ?? true,
            "an opacity for each coloured point is needed")
    }

    public var count: Int { columns[0].count }
}

extension Series.Mark {
    /// Headings of the columns in the script's data.
    public var columnNames: [String] {
        switch self {
        case .line, .steps, .points, .strokes: ["x", "y"]
        case .band, .stepBand: ["x", "lower", "upper"]
        case .segments: ["x", "y", "x_end", "y_end"]
        case .tiles: ["x_low", "x_high", "y_low", "y_high"]
        }
    }
}
