import Foundation
import SurvivalStatistics

/// Box plots side by side, a panel or several, with every value as a point where there are few.
public struct BoxFigure: Sendable {
    public struct Box: Sendable, Equatable {
        /// The group, which chooses the colour; nil where there is one.
        public var group: String?
        public var values: [Double]

        public init(group: String? = nil, values: [Double]) {
            self.group = group
            self.values = values
        }
    }

    /// Boxes that stand together over one name.
    public struct Category: Sendable, Equatable {
        public var name: String
        public var boxes: [Box]
        /// Over the boxes, such as a p-value.
        public var remark: String?

        public init(name: String, boxes: [Box], remark: String? = nil) {
            self.name = name
            self.boxes = boxes
            self.remark = remark
        }
    }

    public struct Panel: Sendable, Equatable {
        public var title: String?
        public var xTitle: String
        public var categories: [Category]

        public init(title: String? = nil, xTitle: String = "", categories: [Category]) {
            self.title = title
            self.xTitle = xTitle
            self.categories = categories
        }
    }

    public var panels: [Panel]
    /// How many panels stand beside one another.
    public var columns: Int
    public var yTitle: String
    public var title: String?
    public var caption: String?
    public var width: Figure.Width

    /// Where no box has more values, each is drawn.
    private static let mostPoints = 60

    public init(
        panels: [Panel], columns: Int = 1, yTitle: String, title: String? = nil, caption: String? = nil,
        width: Figure.Width = .singleColumn
    ) {
        self.panels = panels
        self.columns = columns
        self.yTitle = yTitle
        self.title = title
        self.caption = caption
        self.width = width
    }

    /// Lays the figure out.
    ///
    /// - Throws: `FigureError` when there is no value, or one is not finite.
    public func figure() throws -> Figure {
        let values = panels.flatMap { $0.categories.flatMap { $0.boxes.flatMap(\.values) } }
        guard !values.isEmpty else { throw FigureError.nothingToDraw("there are no values for a box") }
        if let bad = values.first(where: { !$0.isFinite }) {
            throw FigureError.invalidValue("a box cannot be drawn of \(bad)")
        }
        let page = width.rawValue
        let range = Ticks.niceRange(of: values, count: 5)
        let hasRemarks = panels.contains { $0.categories.contains { $0.remark != nil } }
        let y = Axis(title: yTitle, range: range, ticks: Ticks.linear(range, count: 5))
        let across = min(columns, panels.count)
        let left = Figures.Panel.leftWidth(of: y)
        let areaWidth = (page - 2 * Theme.margin - left * Double(across) - 2 * Double(across)) / Double(across)
        let axes = panels.map { xAxis($0, width: areaWidth) }
        let below = axes.map(Figures.Panel.axisHeight(of:)).max() ?? 0
        let areaHeight = panels.count > across ? 30.0 : 42
        let heading = (panels.contains { $0.title != nil } ? 4.2 : 1) + (hasRemarks ? Theme.smallLineHeight + 0.8 : 0)
        let rows = (panels.count + across - 1) / across
        let base = Theme.margin + Figure.captionHeight(caption, width: page)
        let legend = Legend.rows(entries, x: Theme.margin + left, width: page - 2 * Theme.margin - left)
        let legendHeight = entries.isEmpty ? 0 : legend.height + 1
        let rowHeight = below + areaHeight + heading
        let top = base + rowHeight * Double(rows) + 2 * Double(rows - 1)
        var figure = Figure(
            width: page, height: top + legendHeight + Figure.titleHeight(title, width: page) + Theme.margin,
            title: title, caption: caption)
        for (index, panel) in panels.enumerated() {
            let (row, column) = (index / across, index % across)
            let area = Rectangle(
                x: Theme.margin + left + Double(column) * (areaWidth + left + 2),
                y: top - Double(row) * (rowHeight + 2) - heading - areaHeight, width: areaWidth, height: areaHeight)
            var placed = Figures.Panel(area: area, x: axes[index], y: y, title: nil)
            placed.series = panel.categories.enumerated().flatMap { series($1, at: Double($0 + 1), in: panel) }
            for (place, category) in panel.categories.enumerated() {
                if let remark = category.remark {
                    placed.labels.append(
                        Label(
                            remark,
                            at: .column(x: Double(place + 1), pageY: area.top + 0.8 + Theme.smallLineHeight / 2),
                            alignment: .center))
                }
            }
            if let title = panel.title {
                placed.labels.append(
                    Label(
                        GnuplotText.singleLine(title),
                        at: .page(x: area.x + area.width / 2, y: area.top + heading - 1.8), alignment: .center,
                        size: Theme.text))
            }
            figure.panels.append(placed)
            if panels.count > 1 {
                figure.labels.append(
                    Label(
                        Figure.letter(index), at: .page(x: area.x - left, y: area.top + heading - 1.8),
                        size: Theme.letterText, style: .bold))
            }
        }
        if !entries.isEmpty { figure.panels[0].legend = legend.legend.raised(by: top + legendHeight) }
        figure.placeTitleAndCaption()
        return figure
    }

    private var groups: [String] {
        var seen: Set<String> = []
        return panels.flatMap { $0.categories.flatMap { $0.boxes.compactMap(\.group) } }
            .filter { seen.insert($0).inserted }
    }

    private var entries: [Legend.Entry] {
        groups.enumerated().map { Legend.Entry($1, color: .group($0), sample: .marker(.square)) }
    }

    /// Names under the boxes, read upwards where they would not fit beside each other.
    private func xAxis(_ panel: Panel, width: Double) -> Axis {
        let each = width / Double(max(panel.categories.count, 1))
        let names = panel.categories.map { GnuplotText.singleLine($0.name) }
        let isTight = names.contains { TextMetrics.width($0, size: Theme.smallText) * 1.03 > each - 0.8 }
        return Axis(
            title: panel.xTitle, range: 0.5...(Double(max(panel.categories.count, 1)) + 0.5),
            ticks: names.enumerated().map {
                Axis.Tick(
                    Double($0 + 1), isTight ? TextMetrics.fitted($1, size: Theme.smallText, width: 26) : $1)
            }, hasTickMarks: false, hasRotatedLabels: isTight)
    }

    private func series(_ category: Category, at center: Double, in panel: Panel) -> [Series] {
        let most = panel.categories.map(\.boxes.count).max() ?? 1
        let drawsAll = panels.allSatisfy {
            $0.categories.allSatisfy { $0.boxes.allSatisfy { $0.values.count <= Self.mostPoints } }
        }
        // One box alone is slimmer than its place.
        let place = 0.8 / Double(most)
        let half = most == 1 ? 0.22 : place * 0.4
        var series: [Series] = []
        for (index, box) in category.boxes.enumerated() {
            guard let summary = BoxSummary(box.values) else { continue }
            let x = center + (Double(index) - Double(category.boxes.count - 1) / 2) * place
            let color = Color.group(box.group.flatMap { groups.firstIndex(of: $0) } ?? 0)
            let name = category.name + (box.group.map { ", \($0)" } ?? "")
            series.append(
                Series(
                    name: name + ", quartiles", .tiles, color: color, opacity: 0.3,
                    columns: [[x - half], [x + half], [summary.lowerQuartile], [summary.upperQuartile]]))
            if drawsAll {
                series.append(
                    Series(
                        name: name + ", values", .points(shape: .circle, size: 1.7), color: color, opacity: 0.6,
                        columns: [box.values.indices.map { x + Self.shift($0) * half * 0.75 }, box.values]))
            } else if !summary.outliers.isEmpty {
                series.append(
                    Series(
                        name: name + ", outliers", .points(shape: .circle, size: 1.7), color: color, opacity: 0.6,
                        columns: [summary.outliers.map { _ in x }, summary.outliers]))
            }
            series.append(
                Series(
                    name: name + ", whiskers", .segments(width: 0.6, dash: .solid), color: color,
                    columns: [
                        [x, x], [summary.lowerQuartile, summary.upperQuartile], [x, x],
                        [summary.lowerWhisker, summary.upperWhisker],
                    ]))
            series.append(
                Series(
                    name: name + ", median", .segments(width: 1.2, dash: .solid), color: color.forText,
                    columns: [[x - half], [summary.median], [x + half], [summary.median]]))
        }
        return series
    }

    /// Between −1 and 1, spread evenly whatever the number (multiples of the golden ratio).
    private static func shift(_ index: Int) -> Double {
        let turns = Double(index + 1) * 0.618_033_988_749_895
        return 2 * (turns - turns.rounded(.down)) - 1
    }
}
