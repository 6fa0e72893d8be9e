import SurvivalStatistics

/// How many values lie in each interval, the groups over one another.
public struct HistogramFigure: Sendable {
    public struct Group: Sendable, Equatable {
        /// Nil for the only one.
        public var name: String?
        /// One per interval.
        public var counts: [Int]

        public init(name: String? = nil, counts: [Int]) {
            self.name = name
            self.counts = counts
        }
    }

    public var bins: HistogramBins
    public var groups: [Group]
    public var xTitle: String
    public var yTitle: String
    public var title: String?
    public var caption: String?
    public var width: Figure.Width

    public init(
        bins: HistogramBins, groups: [Group], xTitle: String, yTitle: String = "Patients", title: String? = nil,
        caption: String? = nil, width: Figure.Width = .singleColumn
    ) {
        self.bins = bins
        self.groups = groups
        self.xTitle = xTitle
        self.yTitle = yTitle
        self.title = title
        self.caption = caption
        self.width = width
    }

    /// Lays the figure out.
    ///
    /// - Throws: `FigureError` when nothing was counted.
    /// - Precondition: every group has a count for each interval.
    public func figure() throws -> Figure {
        precondition(groups.allSatisfy { $0.counts.count == bins.edges.count - 1 }, "a count for each interval")
        let largest = groups.flatMap(\.counts).max() ?? 0
        guard largest > 0 else { throw FigureError.nothingToDraw("nothing was counted") }
        let page = width.rawValue
        let xRange = bins.edges[0]...bins.edges[bins.edges.count - 1]
        let yRange = Ticks.niceRange(of: [0, Double(largest)], count: 5)
        let x = Axis(title: xTitle, range: xRange, ticks: Ticks.linear(xRange, count: width.isNarrow ? 6 : 10))
        let y = Axis(
            title: yTitle, range: yRange,
            ticks: Ticks.linear(yRange, count: 5, whole: true))
        let left = Theme.margin + Panel.leftWidth(of: y)
        var panel = Panel(
            area: Rectangle(
                x: left, y: Theme.margin + Figure.captionHeight(caption, width: page) + Panel.axisHeight,
                width: page - left - 3.5, height: width.plotHeight),
            x: x, y: y)
        panel.series = groups.enumerated().flatMap(series)
        let named = groups.enumerated().compactMap { index, group in
            group.name.map { Legend.Entry($0, color: .group(index), sample: .line(.group(index))) }
        }
        let above = PanelRoom.placeLegend(named, in: &panel, corners: [.topRight, .topLeft])
        var figure = Figure(
            width: page,
            height: panel.area.top + max(above, 1.5) + Figure.titleHeight(title, width: page) + Theme.margin,
            title: title, caption: caption, panels: [panel])
        figure.placeTitleAndCaption()
        return figure
    }

    private func series(_ index: Int, _ group: Group) -> [Series] {
        let edges = bins.edges
        let counts = group.counts.map(Double.init)
        let filled = counts.indices.filter { counts[$0] > 0 }
        return [
            Series(
                name: (group.name.map { $0 + ", " } ?? "") + "counts", .tiles, color: .group(index),
                opacity: groups.count > 1 ? 0.25 : 0.5,
                columns: [
                    filled.map { edges[$0] }, filled.map { edges[$0 + 1] }, filled.map { _ in 0 },
                    filled.map { counts[$0] },
                ]),
            Series(
                name: (group.name.map { $0 + ", " } ?? "") + "outline", .line(width: 0.6, dash: .group(index)),
                color: .group(index), columns: outline(counts)),
        ]
    }

    /// Over the intervals that hold something, down to the axis between them.
    private func outline(_ counts: [Double]) -> [[Double]] {
        var (x, y) = ([Double](), [Double]())
        for (index, count) in counts.enumerated() where count > 0 {
            let edges = (bins.edges[index], bins.edges[index + 1])
            if index == 0 || counts[index - 1] == 0 {
                x.append(edges.0)
                y.append(0)
            }
            x += [edges.0, edges.1]
            y += [count, count]
            if index + 1 == counts.count || counts[index + 1] == 0 {
                x += [edges.1, edges.1]
                y += [0, .nan]
            }
        }
        return [x, y]
    }
}
