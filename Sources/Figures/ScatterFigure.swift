import Foundation

/// Points in one pair of axes, groups by colour; where points crowd, each lets more of the others through.
public struct ScatterFigure: Sendable {
    public struct Group: Sendable, Equatable {
        /// Nil for the only one.
        public var name: String?
        public var x: [Double]
        public var y: [Double]

        /// - Precondition: as many x as y.
        public init(name: String? = nil, x: [Double], y: [Double]) {
            precondition(x.count == y.count, "\(x.count) x for \(y.count) y")
            self.name = name
            self.x = x
            self.y = y
        }
    }

    public var groups: [Group]
    public var xTitle: String
    public var yTitle: String
    /// Such as a correlation, written where it hides nothing.
    public var notes: [String]
    public var title: String?
    public var caption: String?
    public var width: Figure.Width

    public init(
        groups: [Group], xTitle: String, yTitle: String, notes: [String] = [], title: String? = nil,
        caption: String? = nil, width: Figure.Width = .singleColumn
    ) {
        self.groups = groups
        self.xTitle = xTitle
        self.yTitle = yTitle
        self.notes = notes
        self.title = title
        self.caption = caption
        self.width = width
    }

    /// Lays the figure out.
    ///
    /// - Throws: `FigureError` when there is no point, or one is not a number.
    public func figure() throws -> Figure {
        let (xs, ys) = (groups.flatMap(\.x), groups.flatMap(\.y))
        guard !xs.isEmpty else { throw FigureError.nothingToDraw("there is no point") }
        if let bad = (xs + ys).first(where: { !$0.isFinite }) {
            throw FigureError.invalidValue("a point cannot be drawn at \(bad)")
        }
        let page = width.rawValue
        let isWide = !width.isNarrow
        let (xRange, yRange) = (Ticks.niceRange(of: xs, count: isWide ? 10 : 6), Ticks.niceRange(of: ys, count: 5))
        let x = Axis(title: xTitle, range: xRange, ticks: Ticks.linear(xRange, count: isWide ? 10 : 6))
        let y = Axis(title: yTitle, range: yRange, ticks: Ticks.linear(yRange, count: 5))
        let left = Theme.margin + Panel.leftWidth(of: y)
        var panel = Panel(
            area: Rectangle(
                x: left, y: Theme.margin + Figure.captionHeight(caption, width: page) + Panel.axisHeight,
                width: page - left - 3.5, height: width.plotHeight * 1.12),
            x: x, y: y)
        panel.series = series(in: panel)
        panel.notes = notes
        let named = groups.enumerated().compactMap { index, group in
            group.name.map { Legend.Entry($0, color: .group(index), sample: .marker(.group(index))) }
        }
        var above = PanelRoom.placeLegend(
            named, in: &panel, corners: [.topRight, .topLeft, .bottomRight, .bottomLeft])
        above = PanelRoom.placeNotes(
            in: &panel, above: above, corners: [.topLeft, .topRight, .bottomRight, .bottomLeft])
        var figure = Figure(
            width: page,
            height: panel.area.top + max(above, 1.5) + Figure.titleHeight(title, width: page) + Theme.margin,
            title: title, caption: caption, panels: [panel])
        figure.placeTitleAndCaption()
        return figure
    }

    /// All points as one series with colours when there are several groups, so that none lies over all the others.
    private func series(in panel: Panel) -> [Series] {
        let points = groups.enumerated().flatMap { group in
            group.element.x.indices.map { (group: group.offset, x: group.element.x[$0], y: group.element.y[$0]) }
        }
        // The groups in turns.
        let place = groups.flatMap { group in
            group.x.indices.map { (Double($0) + 0.5) / Double(max(group.x.count, 1)) }
        }
        let order =
            groups.count > 1
            ? points.indices.sorted { (place[$0], points[$0].group) < (place[$1], points[$1].group) }
            : Array(points.indices)
        let ordered = order.map { points[$0] }
        // In millimetres.
        let diameter = min(max(9 / sqrt(Double(points.count)), 0.35), 0.95)
        let opacities = PointDensity.opacities(
            x: ordered.map(\.x), y: ordered.map(\.y),
            width: diameter / panel.area.width * (panel.x.range.upperBound - panel.x.range.lowerBound),
            height: diameter / panel.area.height * (panel.y.range.upperBound - panel.y.range.lowerBound))
        return [Series.Shape.circle, .triangle].compactMap { shape in
            let rows = ordered.indices.filter { Series.Shape.group(ordered[$0].group) == shape }
            guard !rows.isEmpty else { return nil }
            return Series(
                name: "points", .points(shape: shape, size: diameter / 25.4 * 72), color: .group(0),
                columns: [rows.map { ordered[$0].x }, rows.map { ordered[$0].y }],
                pointColors: rows.map { .group(ordered[$0].group) }, pointOpacities: rows.map { opacities[$0] })
        }
    }
}
