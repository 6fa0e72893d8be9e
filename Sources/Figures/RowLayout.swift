/// A panel of named rows: the names at the left, the plotting area, and columns of text at the right.
struct RowLayout {
    var names: [String]
    var colors: [Color]
    var columns: [Panel.SideColumn]
    var width: Figure.Width
    var title: String?
    var caption: String?
    /// Whether names stand flush left rather than at their rows.
    var hasNamesAtLeft = false

    static let rowHeight = 4.0
    private static let columnGap = 2.5

    private var page: Double { width.rawValue }

    private func columnWidth(_ column: Panel.SideColumn) -> Double {
        ([column.title] + column.cells).map { TextMetrics.width($0, size: Theme.smallText) }.max() ?? 0
    }

    /// The place of the row at `index`, counted from the top.
    func position(_ index: Int) -> Double { Double(names.count - index) }

    /// What the plotting area needs to be read, in millimetres.
    private static let leastWidth = 18.0

    /// The panel, without its series, on a page of the right height. Names give way to the plotting area.
    ///
    /// - Throws: `FigureError.noRoom` when columns leave no room for it.
    func figure(x: Axis) throws -> Figure {
        let right = columns.reduce(0) { $0 + columnWidth($1) + Self.columnGap }
        let free = page - right - 2 * Theme.margin - 1.3 - Self.leastWidth
        let leastNames = 12.0
        guard free >= leastNames else {
            throw FigureError.noRoom(
                "it needs \(Int((page - free + leastNames).rounded(.up))) mm, and its panel is \(Int(page)) mm wide")
        }
        let shortened = names.map {
            TextMetrics.fitted(GnuplotText.singleLine($0), size: Theme.smallText, width: min(page * 0.4, free))
        }
        let count = Double(names.count)
        var y = Axis(
            range: 0.4...(count + 0.6),
            ticks: shortened.indices.map { Axis.Tick(position($0), shortened[$0], color: colors[$0].forText) },
            hasTickMarks: false)
        y.hasLabelsAtLeft = hasNamesAtLeft
        let left = Theme.margin + Panel.leftWidth(of: y) + 0.5
        let base = Theme.margin + Figure.captionHeight(caption, width: page) + Panel.axisHeight
        let headings = columns.isEmpty ? 0 : Theme.smallLineHeight
        let area = Rectangle(
            x: left, y: base, width: page - left - right - Theme.margin - 0.8,
            height: (count + 0.2) * Self.rowHeight)
        var panel = Panel(area: area, x: x, y: y, frame: .bottomAxis)
        panel.sideColumns = columns
        var edge = area.right
        for column in columns {
            edge += Self.columnGap + columnWidth(column)
            panel.labels.append(
                Label(column.title, at: .page(x: edge, y: area.top + headings / 2), alignment: .right))
            panel.labels += column.cells.enumerated().map { index, cell in
                Label(cell, at: .row(pageX: edge, y: position(index)), alignment: .right)
            }
        }
        var figure = Figure(
            width: page, height: area.top + headings + Figure.titleHeight(title, width: page) + Theme.margin,
            title: title, caption: caption, panels: [panel])
        figure.placeTitleAndCaption()
        return figure
    }
}
