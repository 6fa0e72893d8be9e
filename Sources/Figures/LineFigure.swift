/// Lines or points in one pair of axes, with a legend where it hides nothing.
public struct LineFigure: Sendable {
    public struct Curve: Sendable {
        public enum Style: Sendable {
            case line, dashedLine, points
            /// A line with a marker at each value.
            case markedLine
        }

        public var name: String
        public var x: [Double]
        /// NaN interrupts a line.
        public var y: [Double]
        public var style: Style
        /// The lower and upper edge of a band around the curve, where there is one; NaN interrupts it.
        public var band: (lower: [Double], upper: [Double])?

        /// - Precondition: as many x as y, and as many of either edge.
        public init(
            name: String, x: [Double], y: [Double], style: Style = .line,
            band: (lower: [Double], upper: [Double])? = nil
        ) {
            precondition(x.count == y.count, "\(x.count) x for \(y.count) y")
            precondition(
                band.map { $0.lower.count == x.count && $0.upper.count == x.count } ?? true,
                "a band needs both edges at each x")
            self.band = band
            self.name = name
            self.x = x
            self.y = y
            self.style = style
        }
    }

    public var curves: [Curve]
    public var xTitle: String
    public var yTitle: String
    /// A dashed line across the panel, such as what guessing would give.
    public var reference: Double?
    public var title: String?
    public var caption: String?
    public var width: Figure.Width

    public init(
        curves: [Curve], xTitle: String, yTitle: String, reference: Double? = nil, title: String? = nil,
        caption: String? = nil, width: Figure.Width = .singleColumn
    ) {
        self.curves = curves
        self.xTitle = xTitle
        self.yTitle = yTitle
        self.reference = reference
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
        let edges = curves.flatMap { ($0.band?.lower ?? []) + ($0.band?.upper ?? []) }.filter(\.isFinite)
        let yRange = Ticks.niceRange(of: points.map(\.1) + edges + (reference.map { [$0] } ?? []), count: 5)
        // Between whole numbers, such as epochs, there is nothing to mark.
        let x = Axis(
            title: xTitle, range: xRange,
            ticks: Ticks.linear(xRange, count: ticksWanted, whole: points.allSatisfy { $0.0 == $0.0.rounded() }))
        let y = Axis(title: yTitle, range: yRange, ticks: Ticks.linear(yRange, count: 5))
        let left = Theme.margin + Panel.leftWidth(of: y)
        var panel = Panel(
            area: Rectangle(
                x: left, y: Theme.margin + Figure.captionHeight(caption, width: page) + Panel.axisHeight,
                width: page - left - 3.5, height: width.plotHeight),
            x: x, y: y)
        if let reference {
            panel.series.append(
                Series(
                    name: "reference", .segments(width: Theme.referenceWidth, dash: .dashed), color: .lightGray,
                    columns: [[xRange.lowerBound], [reference], [xRange.upperBound], [reference]]))
        }
        panel.series += curves.enumerated().flatMap(series)
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

    private func series(_ index: Int, _ curve: Curve) -> [Series] {
        func line(_ dash: Series.Dash) -> Series {
            Series(
                name: curve.name, .line(width: Theme.curveWidth, dash: dash), color: .group(index),
                columns: [curve.x, curve.y])
        }
        func points(opacity: Double) -> Series {
            Series(
                name: curve.style == .points ? curve.name : curve.name + ", values",
                .points(shape: .circle, size: 2.6), color: .group(index), opacity: opacity, columns: [curve.x, curve.y])
        }
        let band = curve.band.map {
            [
                Series(
                    name: curve.name + ", interval", .band, color: .group(index), opacity: 0.2,
                    columns: [curve.x, $0.lower, $0.upper])
            ]
        }
        return (band ?? [])
            + {
                switch curve.style {
                case .line: [line(.group(index))]
                case .dashedLine: [line(.dashed)]
                case .points: [points(opacity: 0.7)]
                case .markedLine: [line(.group(index)), points(opacity: 1)]
                }
            }()
    }

    private func entry(_ index: Int, _ curve: Curve) -> Legend.Entry {
        let sample: Legend.Sample =
            switch curve.style {
            case .line, .markedLine: .line(.group(index))
            case .dashedLine: .line(.dashed)
            case .points: .marker(.circle)
            }
        return Legend.Entry(curve.name, color: .group(index), sample: sample)
    }
}
