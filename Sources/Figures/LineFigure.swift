/// Lines or points in one pair of axes, with a legend where it hides nothing.
public struct LineFigure: Sendable {
    public struct Curve: Sendable, Equatable {
        public enum Style: Sendable {
            case line, dashedLine, points
        }

        public var name: String
        public var x: [Double]
        /// NaN interrupts a line.
        public var y: [Double]
        public var style: Style

        /// - Precondition: as many x as y.
        public init(name: String, x: [Double], y: [Double], style: Style = .line) {
            precondition(x.count == y.count, "\(x.count) x for \(y.count) y")
            self.name = name
            self.x = x
            self.y = y
            self.style = style
        }
    }

    public var curves: [Curve]
    public var xTitle: String
    public var yTitle: String
    public var title: String?
    public var caption: String?
    public var width: Figure.Width

    public init(
        curves: [Curve], xTitle: String, yTitle: String, title: String? = nil, caption: String? = nil,
        width: Figure.Width = .singleColumn
    ) {
        self.curves = curves
        self.xTitle = xTitle
        self.yTitle = yTitle
        self.title = title
        self.caption = caption
        self.width = width
    }

    /// Lays the figure out.
    ///
    /// - Throws: `FigureError` when there is nothing finite to draw.
    public func figure() throws -> Figure {
        let points = curves.flatMap { zip($0.x, $0.y) }.filter { $0.0.isFinite && $0.1.isFinite }
        guard !points.isEmpty else { throw FigureError.nothingToDraw("the curves have no points") }
        let page = width.rawValue
        let ticksWanted = width.isNarrow ? 6 : 10
        let xRange = span(points.map(\.0))
        let yRange = Ticks.niceRange(of: points.map(\.1), count: 5)
        let x = Axis(
            title: xTitle, range: xRange, ticks: Ticks.linear(xRange, count: ticksWanted))
        let y = Axis(title: yTitle, range: yRange, ticks: Ticks.linear(yRange, count: 5))
        let left = Theme.margin + Panel.leftWidth(of: y)
        var panel = Panel(
            area: Rectangle(
                x: left, y: Theme.margin + Figure.captionHeight(caption, width: page) + Panel.axisHeight,
                width: page - left - 3.5, height: width.plotHeight),
            x: x, y: y)
        panel.series = curves.enumerated().map(series)
        let above =
            curves.count > 1
            ? PanelRoom.placeLegend(
                curves.enumerated().map(entry), in: &panel,
                corners: [.topRight, .topLeft, .bottomRight, .bottomLeft]) : 0
        var figure = Figure(
            width: page,
            height: panel.area.top + max(above, 1.5) + Figure.titleHeight(title, width: page) + Theme.margin,
            title: title, caption: caption, panels: [panel])
        figure.placeTitleAndCaption()
        return figure
    }

    /// Lines begin at the axis; clouds of points keep clear of it.
    private func span(_ xs: [Double]) -> ClosedRange<Double> {
        if curves.contains(where: { $0.style == .points }) { return Ticks.niceRange(of: xs, count: 6) }
        let (low, high) = (xs.min()!, xs.max()!)
        return high > low ? low...high : (low - 0.5)...(low + 0.5)
    }

    private func series(_ index: Int, _ curve: Curve) -> Series {
        let mark: Series.Mark =
            switch curve.style {
            case .line: .line(width: Theme.curveWidth, dash: .solid)
            case .dashedLine: .line(width: Theme.curveWidth, dash: .dashed)
            case .points: .points(shape: .circle, size: 2.6)
            }
        return Series(
            name: curve.name, mark, color: .group(index), opacity: curve.style == .points ? 0.7 : 1,
            columns: [curve.x, curve.y])
    }

    private func entry(_ index: Int, _ curve: Curve) -> Legend.Entry {
        let sample: Legend.Sample =
            switch curve.style {
            case .line: .line(.solid)
            case .dashedLine: .line(.dashed)
            case .points: .marker(.circle)
            }
        return Legend.Entry(curve.name, color: .group(index), sample: sample)
    }
}
